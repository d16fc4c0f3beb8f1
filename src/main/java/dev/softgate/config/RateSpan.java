package dev.softgate.config;

/**
 * What a learning rate starts from, what it may fall to, and within how many epochs.
 *
 * @param initial the rate of the first epoch
 * @param least the rate that a cosine ends at
 * @param epochs how many epochs there are
 */
public record RateSpan(double initial, double least, int epochs) {

  /**
   * The rate of a zero-based epoch, constant within it:
   *
   * <pre>
   *   least + (initial − least)·(1 + cos(π·epoch/epochs))/2
   * </pre>
   *
   * <p>as PyTorch's CosineAnnealingLR steps after each epoch: the last epoch is still above {@code
   * least}.
   *
   * <p>Source: Loshchilov and Hutter, <i>SGDR</i>, ICLR 2017, without restarts.
   */
  public double cosine(int epoch) {
    return least + (initial - least) * (1 + Math.cos(Math.PI * epoch / epochs)) / 2;
  }
}
