package dev.softgate.data;

import java.util.Arrays;

/**
 * Blanks a square of a training image: its normalized values become 0, the mean color. The center
 * is any pixel, so that a part of the square may lie outside.
 *
 * <p>Source: DeVries and Taylor, <i>Improved Regularization of Convolutional Neural Networks with
 * Cutout</i>, 2017.
 *
 * @param top the first row; it may be negative
 * @param left the first column, likewise
 * @param side the number of rows and columns
 */
record CutOut(int top, int left, int side) {

  /** Draws the square of an image in an epoch. */
  static CutOut draw(int side, BatchLoader.Epoch epoch, int id, int height, int width) {
    SplitMix64 random =
        new SplitMix64(SplitMix64.Purpose.CUT_OUT, epoch.seed(), epoch.number(), id);
    return new CutOut(random.below(height) - side / 2, random.below(width) - side / 2, side);
  }

  /** Blanks the square in float32 values, H×W×C from {@code offset} on. */
  void apply(float[] values, int offset, int height, int width, int channels) {
    int from = Math.max(0, left);
    int to = Math.min(width, left + side);
    for (int y = Math.max(0, top); y < Math.min(height, top + side); y++) {
      int row = offset + y * width * channels;
      Arrays.fill(values, row + from * channels, row + Math.max(from, to) * channels, 0);
    }
  }
}
