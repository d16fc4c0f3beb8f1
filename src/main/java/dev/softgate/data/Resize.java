package dev.softgate.data;

import dev.softgate.Choice;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.data.decoding.Resampling;
import dev.softgate.data.decoding.Resampling.Span;

/** How an image of other proportions becomes an image of a required size. */
public enum Resize implements Choice {
  /** Scaled until it covers the required size; what protrudes on both sides is cut off. */
  CROP,
  /** Scaled until it fits into the required size; the rest, on both sides, is black. */
  PAD,
  /** Stretched, each axis by its own factor. */
  SQUASH;

  /**
   * Resizes an image as {@link Resampling} does, free of aliasing.
   *
   * @param planes uint8, C×H×W with C = 3
   * @param before H and W
   * @param after the size of the result
   * @return uint8, C×H×W; the array itself if it has the size
   */
  public byte[] apply(byte[] planes, Size before, Size after) {
    if (before.equals(after)) {
      return planes;
    }
    return switch (this) {
      case CROP -> crop(planes, before, after);
      case PAD -> pad(planes, before, after);
      case SQUASH -> Resampling.resize(planes, ImageDecoder.CHANNELS, before, after);
    };
  }

  /** Whether the image is wider than required, for its height. */
  private static boolean isWider(Size before, Size after) {
    return (long) before.width() * after.height() > (long) after.width() * before.height();
  }

  private static byte[] crop(byte[] planes, Size before, Size after) {
    double height = before.height();
    double width = before.width();
    if (isWider(before, after)) {
      width = (double) after.width() * before.height() / after.height();
    } else {
      height = (double) after.height() * before.width() / after.width();
    }
    return Resampling.resize(
        planes,
        ImageDecoder.CHANNELS,
        before,
        new Span((before.height() - height) / 2, height),
        new Span((before.width() - width) / 2, width),
        after);
  }

  private static byte[] pad(byte[] planes, Size before, Size after) {
    double scale =
        isWider(before, after)
            ? (double) after.width() / before.width()
            : (double) after.height() / before.height();
    Size inner =
        new Size(
            Math.max(1, (int) Math.round(before.height() * scale)),
            Math.max(1, (int) Math.round(before.width() * scale)));
    byte[] scaled = Resampling.resize(planes, ImageDecoder.CHANNELS, before, inner);
    byte[] padded = new byte[ImageDecoder.CHANNELS * after.height() * after.width()];
    int top = (after.height() - inner.height()) / 2;
    int left = (after.width() - inner.width()) / 2;
    for (int row = 0; row < ImageDecoder.CHANNELS * inner.height(); row++) {
      int plane = row / inner.height() * after.height();
      System.arraycopy(
          scaled,
          row * inner.width(),
          padded,
          (plane + top + row % inner.height()) * after.width() + left,
          inner.width());
    }
    return padded;
  }
}
