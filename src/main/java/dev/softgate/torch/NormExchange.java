package dev.softgate.torch;

/**
 * What batch norm needs to normalize a batch of several processes: each contributes the statistics
 * of its own images. All processes must ask for the same exchanges in the same order.
 */
public interface NormExchange {

  /** The number of images that this process contributes to the current batch; 0 for none. */
  int images();

  /** Collects numbers of all processes, in the order of the ranks; lengths must be equal. */
  double[][] gather(double[] own);

  /** Adds up numbers over all processes, in the order of the ranks. */
  default double[] sum(double[] own) {
    double[] sums = new double[own.length];
    for (double[] each : gather(own)) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += each[i];
      }
    }
    return sums;
  }
}
