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
  /** Like {@link #PAD}, but the rest mirrors the image at its edges instead of being black. */
  REFLECT,
  /** Stretched, each axis by its own factor. */
  SQUASH,
  /**
   * {@link #REFLECT} above {@link #SQUASH}, each at half of the required height: two views of an
   * image, for features alone.
   */
  VIEWS;

  /** How many views of the image lie one below the other in the result. */
  public int views() {
    return this == VIEWS ? 2 : 1;
  }

  /**
   * Resizes an image as {@link Resampling} does, free of aliasing.
   *
   * @param planes uint8, C×H×W with C = 3
   * @param before H and W
   * @param after the size of the result; an even H for {@link #VIEWS}
   * @return uint8, C×H×W; the array itself if it has the size and is one view
   */
  public byte[] apply(byte[] planes, Size before, Size after) {
    if (before.equals(after) && views() == 1) {
      return planes;
    }
    return switch (this) {
      case CROP -> crop(planes, before, after);
      case PAD, REFLECT -> pad(planes, before, after);
      case SQUASH -> Resampling.resize(planes, ImageDecoder.CHANNELS, before, after);
      case VIEWS -> views(planes, before, after);
    };
  }

  private static byte[] views(byte[] planes, Size before, Size after) {
    Size view = new Size(after.height() / 2, after.width());
    if (after.height() % 2 != 0) {
      throw new IllegalArgumentException("two views of %d rows".formatted(after.height()));
    }
    byte[] upper = REFLECT.apply(planes, before, view);
    byte[] lower = SQUASH.apply(planes, before, view);
    int plane = view.height() * view.width();
    byte[] both = new byte[2 * upper.length];
    for (int c = 0; c < ImageDecoder.CHANNELS; c++) {
      System.arraycopy(upper, c * plane, both, 2 * c * plane, plane);
      System.arraycopy(lower, c * plane, both, (2 * c + 1) * plane, plane);
    }
    return both;
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

  private byte[] pad(byte[] planes, Size before, Size after) {
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
    if (this == REFLECT) {
      reflect(padded, after, inner, top, left);
    }
    return padded;
  }

  /** Fills what lies outside of the inner image, whose first pixel is at (top, left). */
  private static void reflect(byte[] padded, Size after, Size inner, int top, int left) {
    for (int row = 0; row < ImageDecoder.CHANNELS * after.height(); row++) {
      int plane = row / after.height() * after.height();
      int y = row % after.height() - top;
      int from = (plane + top + reflected(y, inner.height())) * after.width() + left;
      for (int column = 0; column < after.width(); column++) {
        int x = column - left;
        boolean outside = x < 0 || x >= inner.width() || y < 0 || y >= inner.height();
        if (outside) {
          padded[row * after.width() + column] = padded[from + reflected(x, inner.width())];
        }
      }
    }
  }

  /** The index in [0, length) that an index beyond shows: the outermost pixels are not repeated. */
  private static int reflected(int index, int length) {
    if (length == 1) {
      return 0;
    }
    int period = 2 * (length - 1);
    int within = Math.floorMod(index, period);
    return within < length ? within : period - within;
  }
}
