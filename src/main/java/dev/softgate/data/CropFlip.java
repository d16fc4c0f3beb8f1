package dev.softgate.data;

/**
 * A shifted image, of the same size, and whether it is then mirrored. Its pixel (y, x), before
 * mirroring, is the image's pixel (y + top, x + left), or what fills the space beyond the edge.
 *
 * @param top the row of the image that comes first; negative for rows before it
 * @param left the column, likewise
 */
record CropFlip(int top, int left, boolean mirrored, CropFill fill) implements AugmentedView {

  static final CropFlip IDENTITY = new CropFlip(0, 0, false, CropFill.BLACK);

  static final CropFlip MIRRORED = new CropFlip(0, 0, true, CropFill.BLACK);

  /** Draws an image's crop in an epoch: all shifts are equally likely (to within 2^-18). */
  static CropFlip draw(Augmenter augmenter, BatchLoader.Epoch epoch, int id) {
    if (augmenter.kind() == Augmentation.NONE) {
      return IDENTITY;
    }
    // One hash gives all three: bit 0 mirrors, bits 16..39 and 40..63 are the shifts.
    long bits = SplitMix64.hash(SplitMix64.Purpose.AUGMENTATION, epoch.seed(), epoch.number(), id);
    boolean mirrored = augmenter.flipping().mirrors((bits & 1) == 1, epoch, id);
    int most = augmenter.kind() == Augmentation.FLIP ? 0 : augmenter.crop().shift();
    return new CropFlip(
        shift(bits >>> 40, most),
        shift((bits >>> 16) & 0xFFFFFF, most),
        mirrored,
        augmenter.crop().fill());
  }

  private static int shift(long bits24, int most) {
    return (int) ((bits24 * (2 * most + 1)) >>> 24) - most;
  }

  /** The index of the first of {@code length} output pixels that shows the image. */
  static int firstInside(int length, int shift) {
    return Math.min(length, Math.max(0, -shift));
  }

  /** The index behind the last of {@code length} output pixels that shows the image. */
  static int endInside(int length, int shift) {
    return Math.max(firstInside(length, shift), Math.min(length, length - shift));
  }

  /** The pixel of {@code length} that a place before, among or behind them reflects. */
  static int reflected(int place, int length) {
    int period = Math.max(1, 2 * (length - 1));
    int within = Math.floorMod(place, period);
    return Math.min(within, period - within) % length;
  }
}
