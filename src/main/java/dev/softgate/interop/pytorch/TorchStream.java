package dev.softgate.interop.pytorch;

import dev.softgate.interop.Quoted;
import dev.softgate.interop.pytorch.PickleValues.Dictionary;
import dev.softgate.interop.pytorch.PickleValues.Sequence;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The format from before PyTorch 1.6. Five pickles follow one another: a magic number, the version
 * 1001, facts about the machine, the saved object, and the keys of its storages. Then, in the order
 * of the keys, come each storage's number of elements (64 bits, little-endian) and its elements.
 *
 * <p>Source: {@code _legacy_save} and {@code _legacy_load} in {@code torch/serialization.py}.
 */
final class TorchStream implements TorchFormat {

  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;
  private static final int PICKLE_BEGIN = 0x80;

  private final TorchSource source;
  private final TorchBudget budget;
  private final TorchRefusal refusal;
  private final ByteBuffer head;
  private final TorchGlobals globals;
  private final TorchStorages storages;

  /** The position of each storage's elements in the file. */
  private final Map<String, Long> begins = new HashMap<>();

  private TorchStream(TorchSource source, TorchBudget budget) {
    this.source = source;
    this.budget = budget;
    this.refusal = source.refusal();
    this.globals = new TorchGlobals(refusal);
    this.storages = new TorchStorages(refusal);
    this.head = source.read(0, Math.min(source.size(), PickleInput.MAX_BYTES), "it");
  }

  static boolean begins(TorchSource source) {
    return source.size() > 0 && (source.read(0, 1, "its beginning").get() & 0xff) == PICKLE_BEGIN;
  }

  /** Reads the first three pickles. */
  static TorchStream open(TorchSource source, TorchBudget budget) {
    TorchStream stream = new TorchStream(source, budget);
    stream.checkStart();
    return stream;
  }

  private void checkStart() {
    if (!MAGIC.equals(pickle())) {
      throw refusal.unsupported("it is a pickle that torch.save did not write");
    }
    if (!(pickle() instanceof Long version) || version != VERSION) {
      throw refusal.damaged("its version is not " + VERSION);
    }
    if (!(pickle() instanceof Dictionary machine)) {
      throw refusal.damaged("its facts about the machine are not a dict");
    }
    if (!Boolean.TRUE.equals(machine.entries().getOrDefault("little_endian", true))) {
      throw refusal.unsupported("its tensors are not little-endian");
    }
  }

  private Object pickle() {
    return new TorchPickle(head, globals, storages::load, refusal).load();
  }

  @Override
  public Object root() {
    Object root = pickle();
    List<String> keys = keys(pickle());
    locate(keys);
    return root;
  }

  private List<String> keys(Object list) {
    if (!(list instanceof Sequence sequence)) {
      throw refusal.damaged("the keys of its storages are not a list");
    }
    List<String> keys = new ArrayList<>();
    for (Object key : sequence.items()) {
      if (!(key instanceof String text)) {
        throw refusal.damaged("a key of its storages is " + PickleValues.describe(key));
      }
      keys.add(text);
    }
    return keys;
  }

  private void locate(List<String> keys) {
    long at = head.position();
    for (String key : keys) {
      String what = "storage " + Quoted.quoted(key);
      TorchStorage storage = storages.byKey().get(key);
      Long unread = storages.unreadBytes(key);
      if (storage == null && unread != null) {
        at = passOver(at, unread, what);
        continue;
      }
      if (storage == null) {
        throw refusal.damaged(what + " is listed, but no tensor uses it");
      }
      long count = source.read(at, Long.BYTES, what).getLong();
      if (count != storage.total()) {
        throw refusal.damaged(
            "%s should have %d elements, but has %d".formatted(what, storage.total(), count));
      }
      at += Long.BYTES;
      if (count > (source.size() - at) / storage.type().bytes()) {
        throw refusal.damaged(
            "%s claims %d elements of %s from byte %d on, but the file has only %d bytes"
                .formatted(what, count, storage.type(), at, source.size()));
      }
      if (begins.putIfAbsent(key, at) != null) {
        throw refusal.damaged(what + " is listed twice");
      }
      at += count * storage.type().bytes();
    }
  }

  /** Skips a storage whose elements are not read, and returns the position after it. */
  private long passOver(long at, long elementBytes, String what) {
    if (elementBytes == 0) {
      throw refusal.unsupported(what + " has an unknown element type");
    }
    long count = source.read(at, Long.BYTES, what).getLong();
    long begin = at + Long.BYTES;
    if (count < 0 || count > (source.size() - begin) / elementBytes) {
      throw refusal.damaged("%s claims %d elements".formatted(what, count));
    }
    return begin + count * elementBytes;
  }

  @Override
  public ByteBuffer bytes(TorchStorage storage) {
    String what = "storage " + Quoted.quoted(storage.key());
    Long begin = begins.get(storage.key());
    if (begin == null) {
      throw refusal.damaged(what + " is missing");
    }
    long bytes = storage.total() * storage.type().bytes();
    budget.take(bytes, what);
    return source.read(begin, bytes, what);
  }
}
