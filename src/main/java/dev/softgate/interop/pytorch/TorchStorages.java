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
 * The storages that a pickle names, by key. The pickle refers to a storage by a persistent id:
 * {@code ("storage", FloatStorage, key, location, number of elements)}. In the stream format a
 * sixth part, nearly always {@code None}, makes it a part of another storage: {@code (key of the
 * part, first element, number of elements)}. The location is ignored.
 */
final class TorchStorages {

  private static final String OWNER = "a storage's id";

  private final TorchRefusal refusal;
  private final Map<String, TorchStorage> byKey = new LinkedHashMap<>();

  /** The element sizes in bytes of storages with unsupported types, by key. */
  private final Map<String, Long> unread = new LinkedHashMap<>();

  /** The element sizes of PyTorch types that are not supported; a stream must skip their bytes. */
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

  /** The whole storages named so far, in the order of their first use. */
  Map<String, TorchStorage> byKey() {
    return byKey;
  }

  /** The element size in bytes of a storage that is skipped; null for others. */
  @Nullable Long unreadBytes(String key) {
    return unread.get(key);
  }

  /** A {@link TorchStorage}, or an {@link Inert} for an unsupported type or a module's class. */
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
