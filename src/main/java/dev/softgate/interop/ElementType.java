package dev.softgate.interop;

import java.nio.ByteBuffer;

/** The element types of a {@link HostTensor}, named as in safetensors headers. */
public enum ElementType {
  F64(8),
  F32(4),
  F16(2),
  /** The upper half of a binary32. */
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  boolean isFloat() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  /**
   * Converts the first {@code count} elements of a buffer, in its byte order: exact for F32, F16
   * and BF16, rounded for F64.
   *
   * @throws IllegalStateException if the elements are integers
   */
  void toFloats(ByteBuffer from, float[] into, int count) {
    switch (this) {
      case F32 -> from.slice().order(from.order()).asFloatBuffer().get(into, 0, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          into[i] = (float) from.getDouble(i * 8);
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into[i] = Float.intBitsToFloat(from.getShort(i * 2) << 16);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into[i] = Halves.FLOATS[from.getShort(i * 2) & 0xffff];
        }
      }
      default -> throw new IllegalStateException(this + " are not floating-point numbers");
    }
  }

  /** All values of IEEE 754 binary16, by their bits. */
  private static final class Halves {
    static final float[] FLOATS = new float[1 << 16];

    static {
      for (int bits = 0; bits < FLOATS.length; bits++) {
        FLOATS[bits] = value(bits);
      }
    }

    /** Widens: sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
    private static float value(int half) {
      int exponent = (half >> 10) & 0x1f;
      int fraction = half & 0x3ff;
      float magnitude =
          switch (exponent) {
            case 0 -> Math.scalb((float) fraction, -24);
            case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Math.scalb((float) (fraction | 0x400), exponent - 25);
          };
      return half >= 0x8000 ? -magnitude : magnitude;
    }
  }
}
