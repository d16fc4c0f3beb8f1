package dev.softgate.data.decoding;

import java.util.Arrays;

/**
 * Resizes images, one axis after the other. Shrinking takes means: new pixel i of m covers [i·n/m,
 * (i+1)·n/m) of the n old ones. Growing interpolates linearly between the centers of pixels, and
 * repeats the edge beyond the outermost centers.
 */
public final class Resampling {

  private Resampling() {}

  /** The weights, whose sum is 1, of the old pixels from {@code first} on in a new one. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tap(int first, double[] weights) {}

  /**
   * A part of an axis, in pixels, which need not begin or end between two of them.
   *
   * @param start at least 0
   */
  public record Span(double start, double length) {

    static Span whole(int before) {
      return new Span(0, before);
    }
  }

  /** The taps of an axis of which a part becomes {@code after} pixels. */
  static Tap[] taps(Span part, int before, int after) {
    Tap[] taps = new Tap[after];
    double scale = part.length / after;
    for (int i = 0; i < after; i++) {
      taps[i] =
          after < part.length
              ? area(part.start + i * scale, part.start + (i + 1) * scale, before)
              : linear(part.start + (i + 0.5) * scale - 0.5, before);
    }
    return taps;
  }

  private static Tap area(double from, double to, int before) {
    int first = (int) from;
    int end = Math.min(before, (int) Math.ceil(to));
    double[] weights = new double[Math.max(1, end - first)];
    for (int i = first; i < end; i++) {
      weights[i - first] = (Math.min(to, i + 1) - Math.max(from, i)) / (to - from);
    }
    return new Tap(first, weights);
  }

  private static Tap linear(double at, int before) {
    double center = Math.min(before - 1, Math.max(0, at));
    int first = (int) center;
    double second = center - first;
    return second == 0
        ? new Tap(first, new double[] {1})
        : new Tap(first, new double[] {1 - second, second});
  }

  /** Resizes uint8, C×H×W, to the nearest byte; ArithmeticException beyond an array's size. */
  public static byte[] resize(
      byte[] planes, int channels, ImageDecoder.Size before, ImageDecoder.Size after) {
    return resize(
        planes, channels, before, Span.whole(before.height()), Span.whole(before.width()), after);
  }

  /**
   * Resizes a part of an image, like {@link #resize(byte[], int, ImageDecoder.Size,
   * ImageDecoder.Size)}.
   */
  public static byte[] resize(
      byte[] planes,
      int channels,
      ImageDecoder.Size before,
      Span height,
      Span width,
      ImageDecoder.Size after) {
    Tap[] columns = taps(width, before.width(), after.width());
    Tap[] rows = taps(height, before.height(), after.height());
    byte[] resized = new byte[Math.toIntExact((long) channels * after.height() * after.width())];
    double[] narrowed = new double[after.width()];
    double[] sums = new double[after.width()];
    int out = 0;
    for (int c = 0; c < channels; c++) {
      int plane = c * before.height() * before.width();
      for (Tap tap : rows) {
        Arrays.fill(sums, 0);
        for (int i = 0; i < tap.weights.length; i++) {
          narrow(planes, plane + (tap.first + i) * before.width(), columns, narrowed);
          for (int x = 0; x < sums.length; x++) {
            sums[x] += tap.weights[i] * narrowed[x];
          }
        }
        for (double sum : sums) {
          resized[out++] = (byte) Math.round(sum);
        }
      }
    }
    return resized;
  }

  /** Resizes one row, which begins at {@code start}. */
  private static void narrow(byte[] planes, int start, Tap[] columns, double[] narrowed) {
    for (int x = 0; x < narrowed.length; x++) {
      Tap tap = columns[x];
      int from = start + tap.first;
      double sum = 0;
      for (int i = 0; i < tap.weights.length; i++) {
        sum += tap.weights[i] * (planes[from + i] & 0xFF);
      }
      narrowed[x] = sum;
    }
  }
}
