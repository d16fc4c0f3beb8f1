package dev.softgate.interop.pytorch;

import dev.softgate.interop.ElementType;
import dev.softgate.interop.Quoted;
import dev.softgate.interop.pytorch.PickleValues.Inert;
import dev.softgate.interop.pytorch.PickleValues.None;
import dev.softgate.interop.pytorch.PickleValues.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The storages that a pickle names, by key. Where a tensor lies in a file stands in its pickle as a
 * persistent id: {@code ("storage", FloatStorage, key, location, number of elements)}, and in the
 * stream format a sixth part, nearly always {@code None}, that makes it a part of another storage:
 * {@code (key of the part, first element, number of elements)}. The location, {@code cpu} or {@code
 * cuda:0}, is where the tensor was; here all are in Java's memory.
 */
final class TorchStorages {

  private static final String OWNER = "a storage's id";

  private final TorchRefusal refusal;
  private final Map<String, TorchStorage> byKey = new LinkedHashMap<>();

  /** Elements of storages whose type is not read: their bytes, by key. */
  private final Map<String, Long> unread = new LinkedHashMap<>();

  /** Bytes an element of what PyTorch has and no network here; all that a stream must pass over. */
  private static final Map<String, Integer> UNREAD_BYTES =
      Map.of(
          "ComplexFloatStorage", 8,
          "ComplexDoubleStorage", 16,
          "QInt8Storage", 1,
          "QUInt8Storage", 1,
          "QInt32Storage", 4,
          "UntypedStorage", 1);

  TorchStorages(TorchRefusal refusal) {
    this.refusal = refusal;
  }

  /** The whole storages named so far, in the order in which they first were. */
  Map<String, TorchStorage> byKey() {
    return byKey;
  }

  /** Bytes an element of a storage that is passed over; null of others. */
  @Nullable Long unreadBytes(String key) {
    return unread.get(key);
  }

  /**
   * The storage that an id means: a {@link TorchStorage}, or an {@link Inert} of elements that are
   * not read; or the class of a module, which files of whole models have as ids.
   *
   * @throws dev.softgate.BadInputException if it is no storage's id, or contradicts an earlier one
   */
  Object load(Object id) {
    if (id instanceof Tuple tuple
        && tuple.items().size() > 1
        && "module".equals(tuple.items().get(0))
        && tuple.items().get(1) instanceof Inert type) {
      return type;
    }
    if (!(id instanceof Tuple tuple) || tuple.items().size() < 5 || tuple.items().size() > 6) {
      throw refusal.damaged("its pickle refers to " + PickleValues.describe(id) + " as a storage");
    }
    TorchArguments parts = new TorchArguments(OWNER, tuple.items(), refusal);
    if (!parts.text(0).equals("storage")) {
      throw parts.wrong(0, "\"storage\"");
    }
    if (parts.value(1) instanceof Inert type) {
      String name = type.name().substring(type.name().lastIndexOf('.') + 1);
      unread.put(parts.text(2), (long) UNREAD_BYTES.getOrDefault(name, 0));
      return type;
    }
    if (!(parts.value(1) instanceof ElementType type)) {
      throw parts.wrong(1, "a storage class");
    }
    TorchStorage storage = TorchStorage.whole(parts.text(2), type, parts.size(4));
    TorchStorage earlier = byKey.putIfAbsent(storage.key(), storage);
    if (earlier != null && !earlier.equals(storage)) {
      throw refusal.damaged(
          "its pickle describes storage %s in two ways".formatted(Quoted.quoted(storage.key())));
    }
    if (parts.count() == 5 || parts.value(5) instanceof None) {
      return storage;
    }
    return part(storage, parts);
  }

  private TorchStorage part(TorchStorage of, TorchArguments id) {
    TorchArguments place = new TorchArguments(OWNER, id.sequence(5), refusal);
    if (place.count() != 3) {
      throw id.wrong(5, "of three parts");
    }
    long begin = place.size(1);
    long length = place.size(2);
    if (begin > of.total() || length > of.total() - begin) {
      throw refusal.damaged(
          "a part of storage %s leaves its %d elements"
              .formatted(Quoted.quoted(of.key()), of.total()));
    }
    return new TorchStorage(of.key(), of.type(), of.total(), begin, length);
  }
}
