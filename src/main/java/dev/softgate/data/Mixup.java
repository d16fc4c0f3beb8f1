package dev.softgate.data;

import java.util.Arrays;

/**
 * Mixes each training image of an epoch with another one:
 *
 * <pre>
 *   x = λ·xᵢ + (1 − λ)·xⱼ        λ ~ Beta(α, α)        j uniform over the training images
 * </pre>
 *
 * <p>over normalized pixels, each image augmented as it is in this epoch. j and λ are functions of
 * the seed, the epoch, the image's id and the set of training images: no batch, thread or process
 * changes them.
 *
 * <p>Source: Zhang, Cissé, Dauphin and Lopez-Paz, <i>mixup</i>, ICLR 2018. Differs: the published
 * code and timm draw one λ for a batch, and j within it.
 */
final class Mixup {

  private final double alpha;
  private final BatchLoader.Epoch epoch;
  private final int[] ids; // ascending

  /** Mixes among images, in any order; α is above 0. */
  Mixup(double alpha, BatchLoader.Epoch epoch, int[] ids) {
    this.alpha = alpha;
    this.epoch = epoch;
    this.ids = ids.clone();
    Arrays.sort(this.ids);
  }

  /**
   * What an image is mixed with.
   *
   * @param partner j
   * @param share λ, in [0, 1]
   */
  record Mix(int partner, float share) {}

  Mix draw(int id) {
    SplitMix64 random = new SplitMix64(SplitMix64.Purpose.MIXUP, epoch.seed(), epoch.number(), id);
    int partner = ids[random.below(ids.length)];
    return new Mix(partner, (float) share(random));
  }

  /** λ: of two numbers of one gamma distribution, the part that the first has of their sum. */
  private double share(SplitMix64 random) {
    double first = logGamma(random);
    double second = logGamma(random);
    return 1 / (1 + Math.exp(second - first));
  }

  /**
   * The logarithm of a number of the distribution Γ(α), which for small α may be below all doubles.
   *
   * <p>Source: Marsaglia and Tsang, <i>A simple method for generating gamma variables</i>, 2000,
   * with their way to α below 1.
   */
  private double logGamma(SplitMix64 random) {
    double shape = alpha < 1 ? alpha + 1 : alpha;
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = normal(random);
      double v = Math.pow(1 + c * x, 3);
      double u = 1 - random.unit(); // above 0
      if (v > 0 && Math.log(u) < x * x / 2 + d - d * v + d * Math.log(v)) {
        double boost = alpha < 1 ? Math.log(1 - random.unit()) / alpha : 0;
        return Math.log(d * v) + boost;
      }
    }
  }

  /** A number of the standard normal distribution (Box and Muller). */
  private static double normal(SplitMix64 random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.unit()));
    return radius * Math.cos(2 * Math.PI * random.unit());
  }
}
