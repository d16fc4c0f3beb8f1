package dev.softgate.data.check;

import java.util.Arrays;

/**
 * The perceptual hash of an image by the discrete cosine transform (pHash): of the 32×32 gray
 * levels, the 8×8 coefficients of the lowest frequencies, each a bit that is set where the
 * coefficient is above their median. Images that differ in size, compression or brightness differ
 * in few bits.
 *
 * <p>Source: C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010,
 * section 3.2.1. Differs: the image is reduced by means over areas instead of a 7×7 mean filter,
 * and the constant coefficient is among the 64, as in Python's {@code imagehash}.
 */
final class PerceptualHash {

  /** Height and width of the gray image. */
  static final int SIDE = 32;

  private static final int LOW = 8;

  /** LOW×SIDE, rows of the orthonormal DCT-II. */
  private static final double[] COSINES = new double[LOW * SIDE];

  static {
    for (int k = 0; k < LOW; k++) {
      double scale = Math.sqrt((k == 0 ? 1.0 : 2.0) / SIDE);
      for (int x = 0; x < SIDE; x++) {
        COSINES[k * SIDE + x] = scale * Math.cos(Math.PI * k * (2 * x + 1) / (2 * SIDE));
      }
    }
  }

  private PerceptualHash() {}

  /** The hash of uint8, 32×32. */
  static long of(byte[] gray) {
    double[] rows = new double[LOW * SIDE]; // of frequencies down a column, at each x
    for (int k = 0; k < LOW; k++) {
      for (int y = 0; y < SIDE; y++) {
        double weight = COSINES[k * SIDE + y];
        for (int x = 0; x < SIDE; x++) {
          rows[k * SIDE + x] += weight * (gray[y * SIDE + x] & 0xFF);
        }
      }
    }
    double[] low = new double[LOW * LOW];
    for (int k = 0; k < LOW; k++) {
      for (int j = 0; j < LOW; j++) {
        double sum = 0;
        for (int x = 0; x < SIDE; x++) {
          sum += COSINES[j * SIDE + x] * rows[k * SIDE + x];
        }
        low[k * LOW + j] = sum;
      }
    }
    double[] sorted = low.clone();
    Arrays.sort(sorted);
    double median = (sorted[LOW * LOW / 2 - 1] + sorted[LOW * LOW / 2]) / 2;
    long hash = 0;
    for (int bit = 0; bit < low.length; bit++) {
      hash |= low[bit] > median ? 1L << bit : 0;
    }
    return hash;
  }
}
