package dev.softgate.torch;

/**
 * Mean and variance of a batch whose images several processes have.
 *
 * <pre>
 *   μ = Σ nᵢ/n·μᵢ        σ² = Σ nᵢ/n·(σᵢ² + (μᵢ − μ)²)
 * </pre>
 *
 * <p>in double precision and in the order of the processes, so all get the same bits.
 *
 * @param values n, the values per channel of all processes
 * @param mean μ, C
 * @param variance σ², biased, C; meaningless if {@code values} is 0
 */
@SuppressWarnings("ArrayRecordComponent")
public record NormStatistics(double values, double[] mean, double[] variance) {

  /**
   * Combines this process's part with those of the others.
   *
   * @param values nᵢ, at least 0
   * @param mean μᵢ, C
   * @param variance σᵢ², biased, C
   */
  public static NormStatistics combined(
      NormExchange exchange, double values, double[] mean, double[] variance) {
    int channels = mean.length;
    double[] own = new double[1 + 2 * channels];
    own[0] = values;
    System.arraycopy(mean, 0, own, 1, channels);
    System.arraycopy(variance, 0, own, 1 + channels, channels);
    double[][] parts = exchange.gather(own);
    double all = 0;
    for (double[] part : parts) {
      all += part[0];
    }
    double[] means = new double[channels];
    double[] variances = new double[channels];
    for (int c = 0; c < channels; c++) {
      for (double[] part : parts) {
        means[c] += part[0] > 0 ? part[1 + c] * (part[0] / all) : 0;
      }
      for (double[] part : parts) {
        double off = part[1 + c] - means[c];
        variances[c] += part[0] > 0 ? (part[1 + channels + c] + off * off) * (part[0] / all) : 0;
      }
    }
    return new NormStatistics(all, means, variances);
  }

  /** Whether there is more than one value per channel. */
  public boolean hasVariance() {
    return values > 1;
  }

  /** The variance that running statistics take in, C. */
  public double[] unbiasedVariance() {
    double[] unbiased = variance.clone();
    for (int c = 0; c < unbiased.length; c++) {
      unbiased[c] *= values / (values - 1);
    }
    return unbiased;
  }
}
