package dev.softgate.onednn;

import dev.softgate.torch.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;

/**
 * A scale and a shift for each channel, as {@link Primitives#affine} takes them: the scale in the
 * compute type, the shift in float32.
 */
final class Affine {

  private final DType type;
  private final ByteBuffer scales;
  private final Block scale;
  private final Arena.Floats shift;

  Affine(Arena arena, DType type, int channels) {
    this.type = type;
    BytePointer memory = arena.take((long) channels * type.bytes());
    this.scales = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    this.scale = new Block(Native.vector(type, channels), memory);
    this.shift = arena.takeFloats(channels);
  }

  /**
   * Makes it n = scale·(y − center) + offset for one channel, with the scale as the compute type
   * can hold it.
   */
  void set(int channel, double newScale, double center, double offset) {
    float rounded = (float) newScale;
    if (type == DType.BFLOAT16) {
      int bits = nearestBfloat16(Float.floatToRawIntBits(rounded));
      rounded = Float.intBitsToFloat(bits << 16);
      scales.putShort(channel * Short.BYTES, (short) bits);
    } else {
      scales.putFloat(channel * Float.BYTES, rounded);
    }
    shift.set(channel, offset - rounded * center);
  }

  private static int nearestBfloat16(int bits) {
    return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16; // ties to even
  }

  /** The scale of one channel, as it is held. */
  double scale(int channel) {
    return type == DType.BFLOAT16
        ? Float.intBitsToFloat(scales.getShort(channel * Short.BYTES) << 16)
        : scales.getFloat(channel * Float.BYTES);
  }

  double shift(int channel) {
    return shift.get(channel);
  }

  long scale() {
    return scale.handle();
  }

  long shift() {
    return shift.handle();
  }
}
