package dev.softgate.interop.pytorch;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The two formats of {@code torch.save}, written byte by byte. */
enum TorchFileBytes {
  ZIP {
    @Override
    byte[] file(byte[] pickle, Map<String, Storage> storages) {
      ZipBytes zip = new ZipBytes(false);
      zip.add("archive/data.pkl", pickle);
      zip.add("archive/byteorder", new byte[] {'l', 'i', 't', 't', 'l', 'e'});
      storages.forEach((key, storage) -> zip.add("archive/data/" + key, storage.bytes()));
      zip.add("archive/version", new byte[] {'3', '\n'});
      return zip.toBytes();
    }

    @Override
    byte[] pickle(@Nullable Object root) {
      return PickleBytes.of(root);
    }
  },

  STREAM {
    @Override
    byte[] file(byte[] pickle, Map<String, Storage> storages) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      start().forEach(value -> file.writeBytes(PickleBytes.of(value)));
      file.writeBytes(pickle);
      file.writeBytes(PickleBytes.of(List.copyOf(storages.keySet())));
      storages.values().forEach(storage -> file.writeBytes(counted(storage)));
      return file.toByteArray();
    }

    @Override
    byte[] pickle(@Nullable Object root) {
      return PickleBytes.ofStream(root);
    }
  };

  /** The contents of a file under a key. */
  static final class Storage {
    private final byte[] bytes;
    private final int elementBytes;

    /**
     * @param elementBytes the size of one element in bytes
     */
    Storage(byte[] bytes, int elementBytes) {
      this.bytes = bytes;
      this.elementBytes = elementBytes;
    }

    byte[] bytes() {
      return bytes;
    }

    int elementBytes() {
      return elementBytes;
    }
  }

  static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  /** The values of the first three pickles of a stream. */
  static List<Object> start() {
    return List.of(MAGIC, 1001, Map.of("little_endian", true));
  }

  /** A storage in the stream format: its number of elements and its bytes. */
  static byte[] counted(Storage storage) {
    int elements = storage.bytes().length / storage.elementBytes();
    return ByteBuffer.allocate(8 + storage.bytes().length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(elements)
        .put(storage.bytes())
        .array();
  }

  /** A file of a pickle and storages by key. */
  abstract byte[] file(byte[] pickle, Map<String, Storage> storages);

  abstract byte[] pickle(@Nullable Object root);

  /** A file of what was saved and storages by key. */
  byte[] file(@Nullable Object root, Map<String, Storage> storages) {
    return file(pickle(root), storages);
  }

  static Storage floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Storage(bytes.array(), 4);
  }

  static Storage longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return new Storage(bytes.array(), 8);
  }

  /** A map in the order of its arguments. */
  static Map<Object, Object> map(Object... keysAndValues) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
