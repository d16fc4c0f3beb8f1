package dev.softgate.interop.pytorch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values that a {@link TorchPickle} builds besides Java's own, {@link TorchStorage} and {@link
 * TorchView}. Containers equal only themselves: a pickle can make one contain itself or nest
 * thousands deep, so no code here walks down a container to hash, compare or print it.
 */
final class PickleValues {

  private static final Map<Class<?>, String> DESCRIPTIONS =
      Map.ofEntries(
          Map.entry(None.class, "None"),
          Map.entry(Boolean.class, "a bool"),
          Map.entry(Double.class, "a float"),
          Map.entry(Long.class, "an int"),
          Map.entry(BigInteger.class, "an int"),
          Map.entry(String.class, "a string"),
          Map.entry(byte[].class, "a bytes object"),
          Map.entry(Tuple.class, "a tuple"),
          Map.entry(Sequence.class, "a list"),
          Map.entry(Dictionary.class, "a dict"),
          Map.entry(NumpyArray.class, "a NumPy array"),
          Map.entry(TorchView.class, "a tensor"),
          Map.entry(TorchStorage.class, "a storage"));

  private PickleValues() {}

  static final class None {
    static final None NONE = new None();

    private None() {}
  }

  static final class Tuple {
    private final List<Object> items;

    Tuple(List<Object> items) {
      this.items = items;
    }

    List<Object> items() {
      return items;
    }
  }

  static final class Sequence {
    private final List<Object> items = new ArrayList<>();

    List<Object> items() {
      return items;
    }
  }

  /** A dict, an OrderedDict, a defaultdict or a Counter, in insertion order. */
  static final class Dictionary {
    private final Map<Object, Object> entries = new LinkedHashMap<>();

    Map<Object, Object> entries() {
      return entries;
    }
  }

  /** NumPy's code of an element type, such as {@code f8}, and its byte order. */
  static final class NumpyType {
    private final String code;
    private boolean bigEndian;

    NumpyType(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }

    boolean bigEndian() {
      return bigEndian;
    }

    void setBigEndian(boolean bigEndian) {
      this.bigEndian = bigEndian;
    }
  }

  /** A NumPy array; its state is set after it is made, and only bytes are kept. */
  static final class NumpyArray {
    private byte[] bytes = new byte[0];
    private long[] shape = new long[0];

    byte[] bytes() {
      return bytes;
    }

    void set(long[] newShape, byte[] newBytes) {
      shape = newShape;
      bytes = newBytes;
    }

    /** Whether the first axis counts rows of this many bytes, and the array is whole. */
    boolean isRows(int rowBytes) {
      return shape.length >= 2
          && shape[0] == bytes.length / rowBytes
          && shape[0] * rowBytes == bytes.length
          && Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b) == rowBytes;
    }
  }

  /** A value of which only the name is kept, such as a dtype, a device or a set. */
  static final class Inert {
    private final String name;

    Inert(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }
  }

  /** Describes a value in words, such as "a string". */
  static String describe(Object value) {
    if (value instanceof Inert inert) {
      return inert.name();
    }
    if (value instanceof TorchFunction function) {
      return "the function " + function.name();
    }
    return DESCRIPTIONS.getOrDefault(value.getClass(), "a type");
  }
}
