package dev.softgate.data;

/**
 * Paints one image of the synthetic set. Images vary in position, rotation, size, two colors, a
 * shade across the background, and noise; a hard image has one trouble more. All operations have
 * one correctly rounded result ({@link StrictMath} gives the sine), so the bytes are the same on
 * every machine.
 */
final class SyntheticPainter {

  private enum Trouble {
    NONE,
    LOW_CONTRAST,
    NOISE,
    COVER
  }

  private static final Trouble[] TROUBLES = {Trouble.LOW_CONTRAST, Trouble.NOISE, Trouble.COVER};
  private static final int CHANNELS = 3;

  private final SplitMix64 random;
  private final int side;

  SyntheticPainter(SplitMix64 random, int side) {
    this.random = random;
    this.side = side;
  }

  /** Paints an image of a class: {@code out} receives uint8 C×H×W from {@code offset} on. */
  void paint(int label, boolean hard, byte[] out, int offset) {
    Trouble trouble = hard ? TROUBLES[random.below(TROUBLES.length)] : Trouble.NONE;
    double[] values = pattern(SyntheticPattern.of(label), trouble);
    if (trouble == Trouble.COVER) {
      cover(values);
    }
    double noise = trouble == Trouble.NOISE ? between(35, 60) : between(4, 12);
    for (int i = 0; i < values.length; i++) {
      long value = Math.round(values[i] + noise * bell());
      out[offset + i] = (byte) Math.min(255, Math.max(0, value));
    }
  }

  /** C×H×W, in gray levels. */
  private double[] pattern(SyntheticPattern pattern, Trouble trouble) {
    double turn = between(-0.25, 0.25);
    double sine = StrictMath.sin(turn);
    double cosine = StrictMath.cos(turn);
    double size = between(8, 12);
    double centerX = (side - 1) / 2.0 + between(-3, 3);
    double centerY = (side - 1) / 2.0 + between(-3, 3);
    double shadeX = between(-1.2, 1.2);
    double shadeY = between(-1.2, 1.2);
    boolean low = trouble == Trouble.LOW_CONTRAST;
    double sign = random.below(2) == 0 ? -1 : 1;
    double[] ground = new double[CHANNELS];
    double[] contrast = new double[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      contrast[c] = sign * (low ? between(8, 24) : between(60, 130));
      ground[c] = 127.5 - contrast[c] / 2 + between(-40, 40);
    }
    double[] values = new double[CHANNELS * side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double dx = x - centerX;
        double dy = y - centerY;
        double mask = pattern.mask(cosine * dx + sine * dy, cosine * dy - sine * dx, size);
        for (int c = 0; c < CHANNELS; c++) {
          values[(c * side + y) * side + x] =
              ground[c] + contrast[c] * mask + shadeX * dx + shadeY * dy;
        }
      }
    }
    return values;
  }

  /** Covers a tenth to a quarter of the image with a rectangle of one color. */
  private void cover(double[] values) {
    int height = side / 3 + random.below(side / 6);
    int width = side / 3 + random.below(side / 6);
    int top = random.below(side - height + 1);
    int left = random.below(side - width + 1);
    for (int c = 0; c < CHANNELS; c++) {
      double color = between(20, 235);
      for (int y = top; y < top + height; y++) {
        for (int x = left; x < left + width; x++) {
          values[(c * side + y) * side + x] = color;
        }
      }
    }
  }

  private double between(double low, double high) {
    return low + (high - low) * random.unit();
  }

  /** Nearly normal, mean 0, deviation 1: the centered sum of four 16-bit uniforms in one draw. */
  private double bell() {
    long bits = random.next();
    long sum =
        (bits & 0xFFFF) + ((bits >>> 16) & 0xFFFF) + ((bits >>> 32) & 0xFFFF) + (bits >>> 48);
    return (sum - 131070) * (1.7320508075688772 / 65536);
  }
}
