package dev.softgate.scoring.features;

import java.util.Arrays;
import java.util.List;

/**
 * Features of images: N rows of C numbers.
 *
 * @param count N, at least 1
 * @param dimensions C, at least 1
 * @param values finite, N×C, row by row; kept, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record Features(int count, int dimensions, float[] values) {

  /** A deviation below this share of the mean's magnitude is rounding: the feature is constant. */
  private static final double CONSTANT = 1e-6;

  /** Throws IllegalArgumentException if the sizes do not match. */
  public Features {
    if (count < 1 || dimensions < 1 || values.length != (long) count * dimensions) {
      throw new IllegalArgumentException(
          "%d values are not %d rows of %d".formatted(values.length, count, dimensions));
    }
  }

  /**
   * The rows of several features in one, in their order.
   *
   * @param parts at least one, with equal dimensions
   */
  public static Features concatenated(List<Features> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    int length = parts.stream().mapToInt(part -> part.values.length).reduce(0, Math::addExact);
    float[] all = new float[length];
    int at = 0;
    int rows = 0;
    for (Features part : parts) {
      System.arraycopy(part.values, 0, all, at, part.values.length);
      at += part.values.length;
      rows += part.count;
    }
    return new Features(rows, parts.get(0).dimensions, all);
  }

  /** The given rows, in this order; at least one. */
  public Features rows(int[] rows) {
    float[] chosen = new float[Math.multiplyExact(rows.length, dimensions)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, start(rows[i]), chosen, i * dimensions, dimensions);
    }
    return new Features(rows.length, dimensions, chosen);
  }

  /**
   * The features of one view where all views of all images have the same.
   *
   * @param views the number V of views, whose features, C/V each, follow one another in a row
   */
  public Features withoutEqualViews(int views) {
    int each = dimensions / views;
    float[] first = new float[Math.multiplyExact(count, each)];
    for (int row = 0; row < count; row++) {
      int start = start(row);
      for (int view = 1; view < views; view++) {
        int at = start + view * each;
        if (!Arrays.equals(values, start, start + each, values, at, at + each)) {
          return this;
        }
      }
      System.arraycopy(values, start, first, row * each, each);
    }
    return new Features(count, each, first);
  }

  /** Each view as a row of its own, (N·V)×(C/V): view v of image i is row i·V + v. */
  Features byView(int views) {
    return new Features(Math.multiplyExact(count, views), dimensions / views, values);
  }

  /** The index of a row's first number. */
  int start(int row) {
    return row * dimensions;
  }

  /**
   * Shifts and scales each feature to mean 0 and standard deviation 1 over all rows; a constant
   * feature becomes 0.
   */
  public Features standardized() {
    float[] scaled = new float[values.length];
    for (int c = 0; c < dimensions; c++) {
      double sum = 0;
      for (int i = c; i < values.length; i += dimensions) {
        sum += values[i];
      }
      double mean = sum / count;
      double squares = 0;
      for (int i = c; i < values.length; i += dimensions) {
        squares += (values[i] - mean) * (values[i] - mean);
      }
      double deviation = Math.sqrt(squares / count);
      double scale = deviation > CONSTANT * Math.abs(mean) ? 1 / deviation : 0;
      for (int i = c; i < values.length; i += dimensions) {
        scaled[i] = (float) ((values[i] - mean) * scale);
      }
    }
    return new Features(count, dimensions, scaled);
  }

  /** Scales each row to length 1, so that inner products are cosines; a row of zeros stays. */
  public Features unitRows() {
    float[] scaled = new float[values.length];
    for (int row = 0; row < count; row++) {
      double squares = 0;
      for (int i = start(row); i < start(row + 1); i++) {
        squares += (double) values[i] * values[i];
      }
      double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
      for (int i = start(row); i < start(row + 1); i++) {
        scaled[i] = (float) (values[i] * scale);
      }
    }
    return new Features(count, dimensions, scaled);
  }
}
