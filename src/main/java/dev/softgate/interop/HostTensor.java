package dev.softgate.interop;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor on the Java heap: little-endian elements in row-major order. A scalar has the empty
 * shape and one element. A tensor holds at most 2 GiB, the limit of a {@link ByteBuffer}.
 */
public final class HostTensor {

  private static final int COPY_BYTES = 1 << 16;

  private final ElementType type;
  private final long[] shape;
  private final ByteBuffer bytes;

  private HostTensor(ElementType type, ByteBuffer bytes, long[] shape) {
    long expected = byteCount(type, shape);
    if (expected != bytes.remaining()) {
      throw new IllegalArgumentException(
          "%s%s takes %d bytes, but %d are given"
              .formatted(type, Arrays.toString(shape), expected, bytes.remaining()));
    }
    this.type = type;
    this.shape = shape.clone();
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Wraps the remaining bytes of a buffer, little-endian, without a copy.
   *
   * @throws IllegalArgumentException if the number of bytes does not match type and shape
   */
  public static HostTensor of(ElementType type, ByteBuffer bytes, long... shape) {
    return new HostTensor(type, bytes, shape);
  }

  /** An {@link ElementType#F32} tensor with a copy of the values. */
  public static HostTensor ofFloats(float[] values, long... shape) {
    ByteBuffer bytes = allocate(values.length, ElementType.F32);
    bytes.asFloatBuffer().put(values);
    return new HostTensor(ElementType.F32, bytes, shape);
  }

  /** An {@link ElementType#F16} tensor of the values, each rounded to nearest, half to even. */
  public static HostTensor ofHalves(float[] values, long... shape) {
    ByteBuffer bytes = allocate(values.length, ElementType.F16);
    for (float value : values) {
      bytes.putShort(floatToHalf(value));
    }
    return new HostTensor(ElementType.F16, bytes.flip(), shape);
  }

  /** An {@link ElementType#I32} tensor with a copy of the values. */
  public static HostTensor ofInts(int[] values, long... shape) {
    ByteBuffer bytes = allocate(values.length, ElementType.I32);
    bytes.asIntBuffer().put(values);
    return new HostTensor(ElementType.I32, bytes, shape);
  }

  /** An {@link ElementType#I64} tensor with a copy of the values. */
  public static HostTensor ofLongs(long[] values, long... shape) {
    ByteBuffer bytes = allocate(values.length, ElementType.I64);
    bytes.asLongBuffer().put(values);
    return new HostTensor(ElementType.I64, bytes, shape);
  }

  private static ByteBuffer allocate(int elements, ElementType type) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The size of a tensor in bytes; IllegalArgumentException if negative or overflowing. */
  static long byteCount(ElementType type, long[] shape) {
    long count = type.bytes();
    boolean empty = false;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " is negative");
      }
      empty |= size == 0;
    }
    if (empty) {
      return 0;
    }
    try {
      for (long size : shape) {
        count = Math.multiplyExact(count, size);
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " is too large", e);
    }
    return count;
  }

  public ElementType type() {
    return type;
  }

  /** The sizes, outermost first; a copy. */
  public long[] shape() {
    return shape.clone();
  }

  /** The number of elements: the product of the sizes. */
  public long elements() {
    return bytes.capacity() / type.bytes();
  }

  /** A read-only view of all bytes, positioned at the first, in little-endian order. */
  public ByteBuffer data() {
    return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The elements in row-major order: exact for F32, F16 and BF16, rounded for F64.
   *
   * @throws IllegalStateException if the elements are integers
   */
  public float[] toFloats() {
    if (!type.isFloat()) {
      throw new IllegalStateException(this + " does not hold floating-point numbers");
    }
    float[] values = new float[Math.toIntExact(elements())];
    type.toFloats(bytes, values, values.length);
    return values;
  }

  /** The same numbers as F32 if they are F16; else this tensor. */
  public HostTensor widened() {
    return type == ElementType.F16 ? ofFloats(toFloats(), shape) : this;
  }

  /**
   * The integers in row-major order (U8 and BOOL from 0 to 255); IllegalStateException if floats.
   */
  public long[] toLongs() {
    long[] values = new long[Math.toIntExact(elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case I64 -> bytes.getLong(i * 8);
            case I32 -> bytes.getInt(i * 4);
            case I16 -> bytes.getShort(i * 2);
            case I8 -> bytes.get(i);
            case U8, BOOL -> bytes.get(i) & 0xff;
            default -> throw new IllegalStateException(this + " does not hold integers");
          };
    }
    return values;
  }

  /**
   * Copies the first {@code count} along a dimension, as float32.
   *
   * @throws IllegalArgumentException if {@code count} is out of range or the elements are integers
   */
  public HostTensor first(int dimension, int count) {
    long[] kept = shape();
    if (count < 0 || count > kept[dimension]) {
      throw new IllegalArgumentException(
          "cannot take the first %d elements of dimension %d of %s"
              .formatted(count, dimension, this));
    }
    float[] values = toFloats();
    int inner = 1;
    for (int d = dimension + 1; d < kept.length; d++) {
      inner = Math.multiplyExact(inner, Math.toIntExact(kept[d]));
    }
    int from = inner * Math.toIntExact(kept[dimension]);
    int to = inner * count;
    int outer = from == 0 ? 0 : values.length / from;
    float[] first = new float[outer * to];
    for (int o = 0; o < outer; o++) {
      System.arraycopy(values, o * from, first, o * to, to);
    }
    kept[dimension] = count;
    return ofFloats(first, kept);
  }

  /** Element type and shape, such as {@code F32[64, 16, 3, 3]}. */
  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }

  /** Writes all bytes, in pieces if the buffer has no array. */
  void writeTo(OutputStream out) throws IOException {
    if (bytes.hasArray()) {
      out.write(bytes.array(), bytes.arrayOffset(), bytes.capacity());
      return;
    }
    ByteBuffer rest = bytes.duplicate();
    byte[] piece = new byte[Math.min(COPY_BYTES, rest.remaining())];
    while (rest.hasRemaining()) {
      int length = Math.min(piece.length, rest.remaining());
      rest.get(piece, 0, length);
      out.write(piece, 0, length);
    }
  }

  /** Rounds to an IEEE 754 binary16, to the nearest, half to even. */
  private static short floatToHalf(float value) {
    int bits = Float.floatToIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    int half;
    if (magnitude > 0x7f800000) {
      half = 0x7e00; // NaN
    } else if (magnitude < 0x38800000) { // below 2^-14, in steps of 2^-24
      half = (int) Math.rint(Math.scalb((double) Math.abs(value), 24));
    } else {
      int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1); // may carry into the exponent
      half = Math.min(0x7c00, (rounded - (112 << 23)) >>> 13); // the biases differ by 112
    }
    return (short) (sign | half);
  }
}
