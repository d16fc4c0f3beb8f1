package dev.softgate.data;

import java.util.List;

/**
 * Changes the colors of one image.
 *
 * <p>Source: torchvision's functions on uint8 tensors, in their float32 arithmetic.
 *
 * @param brightness a factor of all values
 * @param contrast a factor of their distance from the mean gray
 * @param saturation a factor of their distance from the pixel's gray
 * @param hue a part of the color circle, in [−0.5, 0.5]
 * @param order the sequence of the four, by their index
 */
record ColorChange(
    double brightness, double contrast, double saturation, double hue, List<Integer> order) {

  private static final int LEVELS = 256;
  private static final float WHITE = 255;

  /** What a level is multiplied by, so that truncating [0, 1] gives all levels. */
  private static final float TO_LEVEL = 255.999f;

  /**
   * Changes an image in place.
   *
   * @param rgb uint8, three planes of the image's pixels
   */
  void apply(byte[] rgb) {
    if (rgb.length % 3 != 0) {
      throw new IllegalArgumentException(rgb.length + " values are not three planes");
    }
    for (int which : order) {
      switch (which) {
        case 0 -> blend(rgb, brightness, 0);
        case 1 -> changeContrast(rgb);
        case 2 -> changeSaturation(rgb);
        case 3 -> changeHue(rgb);
        default -> throw new IllegalArgumentException("no change " + which);
      }
    }
  }

  /** v ← factor · v + (1 − factor) · other */
  private static void blend(byte[] values, double factor, float other) {
    if (factor == 1) {
      return;
    }
    byte[] levels = new byte[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      levels[level] = blended(level, factor, other);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = levels[values[i] & 0xFF];
    }
  }

  private static byte blended(int value, double factor, float other) {
    float sum = (float) factor * value + (float) (1 - factor) * other;
    return (byte) (int) Math.max(0, Math.min(WHITE, sum));
  }

  private static int gray(byte[] rgb, int pixel) {
    int count = rgb.length / 3;
    return (int)
        (0.2989f * (rgb[pixel] & 0xFF)
            + 0.587f * (rgb[count + pixel] & 0xFF)
            + 0.114f * (rgb[2 * count + pixel] & 0xFF));
  }

  private void changeContrast(byte[] rgb) {
    if (contrast == 1) {
      return;
    }
    int count = rgb.length / 3;
    long sum = 0;
    for (int pixel = 0; pixel < count; pixel++) {
      sum += gray(rgb, pixel);
    }
    blend(rgb, contrast, (float) ((double) sum / count));
  }

  private void changeSaturation(byte[] rgb) {
    if (saturation == 1) {
      return;
    }
    int count = rgb.length / 3;
    for (int pixel = 0; pixel < count; pixel++) {
      int gray = gray(rgb, pixel);
      for (int at = pixel; at < rgb.length; at += count) {
        rgb[at] = blended(rgb[at] & 0xFF, saturation, gray);
      }
    }
  }

  private void changeHue(byte[] rgb) {
    if (hue == 0) {
      return;
    }
    int count = rgb.length / 3;
    for (int pixel = 0; pixel < count; pixel++) {
      turn(rgb, pixel, count);
    }
  }

  /** Turns the hue of a pixel, by way of hue, saturation and value. */
  private void turn(byte[] rgb, int pixel, int count) {
    float r = (rgb[pixel] & 0xFF) / WHITE;
    float g = (rgb[count + pixel] & 0xFF) / WHITE;
    float b = (rgb[2 * count + pixel] & 0xFF) / WHITE;
    float most = Math.max(r, Math.max(g, b));
    float span = most - Math.min(r, Math.min(g, b));
    if (span == 0) {
      return; // a gray has no hue
    }
    float ofRed = (most - r) / span;
    float ofGreen = (most - g) / span;
    float ofBlue = (most - b) / span;
    float sixths;
    if (most == r) {
      sixths = ofBlue - ofGreen;
    } else if (most == g) {
      sixths = 2 + ofRed - ofBlue;
    } else {
      sixths = 4 + ofGreen - ofRed;
    }
    float turned = wrapped(wrapped(sixths / 6 + 1) + (float) hue) * 6;
    int sector = (int) turned;
    float part = turned - sector;
    float share = span / most;
    float low = most * (1 - share);
    float falling = most * (1 - share * part);
    float rising = most * (1 - share * (1 - part));
    float red = of(sector, most, falling, low, rising);
    float green = of(sector + 4, most, falling, low, rising);
    float blue = of(sector + 2, most, falling, low, rising);
    rgb[pixel] = level(red);
    rgb[count + pixel] = level(green);
    rgb[2 * count + pixel] = level(blue);
  }

  /** A color channel in a sixth of the circle, counted from where the channel begins to fall. */
  private static float of(int sector, float most, float falling, float low, float rising) {
    return switch (sector % 6) {
      case 0, 5 -> most;
      case 1 -> falling;
      case 2, 3 -> low;
      default -> rising;
    };
  }

  private static byte level(float value) {
    return (byte) (int) (Math.max(0, Math.min(1, value)) * TO_LEVEL);
  }

  private static float wrapped(float turns) {
    return turns - (float) Math.floor(turns);
  }
}
