package dev.softgate.scoring.features;

/** Weighted sums of stretches of floats: the one loop in which the arithmetic is done. */
final class Axpy {

  private static final int AT_ONCE = 4; // stretches for which the sum is read and written once

  private Axpy() {}

  /**
   * Adds Σ factor × stretch to a stretch.
   *
   * @param to the sum, {@code length} floats from {@code at} on
   * @param from holds the stretches, each of {@code length} floats
   * @param starts where each stretch begins
   * @param factors the factor of each stretch
   * @param count the number of stretches
   */
  static void add(
      float[] to, int at, int length, float[] from, int[] starts, float[] factors, int count) {
    int k = 0;
    for (; k + AT_ONCE <= count; k += AT_ONCE) {
      int s0 = starts[k];
      int s1 = starts[k + 1];
      int s2 = starts[k + 2];
      int s3 = starts[k + 3];
      float f0 = factors[k];
      float f1 = factors[k + 1];
      float f2 = factors[k + 2];
      float f3 = factors[k + 3];
      for (int i = 0; i < length; i++) {
        to[at + i] += f0 * from[s0 + i] + f1 * from[s1 + i] + f2 * from[s2 + i] + f3 * from[s3 + i];
      }
    }
    for (; k < count; k++) {
      int start = starts[k];
      float factor = factors[k];
      for (int i = 0; i < length; i++) {
        to[at + i] += factor * from[start + i];
      }
    }
  }
}
