package dev.softgate.data;

import java.util.Arrays;

/**
 * Changes the colors of training images at random: brightness, contrast and saturation by factors
 * in [max(0, 1 − x), 1 + x], the hue by a part in [−x, x] of the color circle, in a random order.
 *
 * <p>Source: torchvision's ColorJitter, whose numbers for equal factors are these, on uint8.
 * Differs: the factors and their order are a function of the seed, the epoch and the image's id.
 * What the network sees is changed, before a shift fills with black.
 *
 * @param brightness x of the brightness, at least 0, as are the others
 * @param hue x of the hue, at most 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue) {

  private static final int NUMBERS = 4;
  private static final double MOST = 100;

  /** Throws IllegalArgumentException if a number is outside its range. */
  public ColorJitter {
    if (!(isStrength(brightness, MOST)
        && isStrength(contrast, MOST)
        && isStrength(saturation, MOST)
        && isStrength(hue, 0.5))) {
      throw new IllegalArgumentException(
          "color jitter of %s,%s,%s,%s".formatted(brightness, contrast, saturation, hue));
    }
  }

  private static boolean isStrength(double x, double most) {
    return x >= 0 && x <= most;
  }

  /**
   * Reads four numbers, {@code 0.4,0.4,0.4,0.1}.
   *
   * @throws IllegalArgumentException if the text is no such thing
   */
  public static ColorJitter parse(String text) {
    String[] parts = text.split(",", -1);
    if (parts.length != NUMBERS) {
      throw new IllegalArgumentException("not four numbers: " + text);
    }
    double[] x = new double[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      x[i] = Double.parseDouble(parts[i].strip());
    }
    return new ColorJitter(x[0], x[1], x[2], x[3]);
  }

  /** Draws what becomes of an image's colors in an epoch. */
  ColorChange draw(BatchLoader.Epoch epoch, int id) {
    SplitMix64 random =
        new SplitMix64(SplitMix64.Purpose.COLOR_JITTER, epoch.seed(), epoch.number(), id);
    int[] order = {0, 1, 2, 3};
    random.shuffle(order);
    return new ColorChange(
        factor(brightness, random),
        factor(contrast, random),
        factor(saturation, random),
        (2 * random.unit() - 1) * hue,
        Arrays.stream(order).boxed().toList());
  }

  private static double factor(double x, SplitMix64 random) {
    double least = Math.max(0, 1 - x);
    return least + random.unit() * (1 + x - least);
  }
}
