package dev.softgate.interop.pytorch;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes valid and malformed pickles opcode by opcode, like Python's pickler and {@code torch.save}
 * from protocol 2 on. It shares nothing with the reader.
 */
final class PickleBytes {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final boolean stream;

  private PickleBytes(boolean stream) {
    this.stream = stream;
  }

  /** A whole pickle of a value, for the zip format. */
  static byte[] of(@Nullable Object value) {
    return new PickleBytes(false).opcode(0x80, 2).value(value).opcode('.').toBytes();
  }

  /** A complete pickle of a value, with the stream format's storage ids. */
  static byte[] ofStream(@Nullable Object value) {
    return new PickleBytes(true).opcode(0x80, 2).value(value).opcode('.').toBytes();
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  PickleBytes opcode(int... opcodeAndArguments) {
    for (int next : opcodeAndArguments) {
      bytes.write(next);
    }
    return this;
  }

  PickleBytes ascii(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /**
   * Writes a value: null, Boolean, Integer, Long, Double, String, {@code Object[]} for a tuple,
   * List, Map, or a {@link Script}.
   */
  PickleBytes value(@Nullable Object value) {
    if (value == null) {
      return opcode('N');
    } else if (value instanceof Boolean flag) {
      return opcode(flag ? 0x88 : 0x89);
    } else if (value instanceof Number number && !(value instanceof Double)) {
      return integer(new BigInteger(number.toString()));
    } else if (value instanceof Double number) {
      opcode('G');
      bytes.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
    } else if (value instanceof String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      opcode('X').int32(utf8.length);
      bytes.writeBytes(utf8);
    } else if (value instanceof Object[] tuple) {
      opcode('(');
      Arrays.stream(tuple).forEach(this::value);
      opcode('t');
    } else if (value instanceof List<?> list) {
      opcode(']', '(');
      list.forEach(this::value);
      opcode('e');
    } else if (value instanceof Map<?, ?> map) {
      opcode('}').entries(map);
    } else if (value instanceof Script script) {
      script.accept(this);
    } else {
      throw new IllegalArgumentException("cannot pickle " + value.getClass());
    }
    return this;
  }

  /** A value that writes itself. */
  interface Script extends Consumer<PickleBytes> {}

  PickleBytes entries(Map<?, ?> map) {
    opcode('(');
    map.forEach((key, value) -> value(key).value(value));
    return opcode('u');
  }

  private PickleBytes integer(BigInteger value) {
    if (value.signum() >= 0 && value.bitLength() <= 8) {
      return opcode('K', value.intValue());
    }
    if (value.signum() >= 0 && value.bitLength() <= 16) {
      return opcode('M', value.intValue() & 0xff, value.intValue() >> 8);
    }
    if (value.bitLength() < 32) {
      return opcode('J').int32(value.intValue());
    }
    byte[] bigEndian = value.toByteArray();
    opcode(0x8a, bigEndian.length);
    for (int i = bigEndian.length - 1; i >= 0; i--) {
      bytes.write(bigEndian[i]);
    }
    return this;
  }

  PickleBytes int32(long value) {
    bytes.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array());
    return this;
  }

  PickleBytes global(String module, String name) {
    return opcode('c').ascii(module + "\n" + name + "\n");
  }

  /** The call of a function. */
  static Script call(String module, String name, @Nullable Object... arguments) {
    return pickle -> pickle.global(module, name).value(arguments).opcode('R');
  }

  static Script orderedDictionary(Map<?, ?> entries) {
    return pickle -> pickle.value(call("collections", "OrderedDict")).entries(entries);
  }

  /** A storage's id and what loads it. */
  static Script storage(String storageClass, Object key, Object count) {
    return pickle -> {
      pickle.opcode('(').value("storage").global("torch", storageClass).value(key);
      pickle.value("cuda:0").value(count);
      (pickle.stream ? pickle.value(null) : pickle).opcode('t', 'Q');
    };
  }

  static Script tensor(Object storage, Object offset, long[] sizes, long[] strides) {
    return call(
        "torch._utils",
        "_rebuild_tensor_v2",
        storage,
        offset,
        boxed(sizes),
        boxed(strides),
        false,
        orderedDictionary(Collections.emptyMap()));
  }

  static Object[] boxed(long... numbers) {
    return Arrays.stream(numbers).boxed().toArray();
  }
}
