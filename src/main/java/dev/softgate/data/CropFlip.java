package dev.softgate.data;

/**
 * A crop of the image padded with {@value #PADDING} black pixels on every side, and whether it is
 * then mirrored. The crop has the size of the image. Its pixel (y, x), before mirroring, is the
 * image's pixel (y + top − padding, x + left − padding), or black outside the image.
 *
 * @param top the first row in the padded image, in [0, 2·padding]
 * @param left the first column, likewise
 */
record CropFlip(int top, int left, boolean mirrored) implements AugmentedView {

  /** Black pixels on every side, as in the published code's {@code RandomCrop(32, padding=4)}. */
  static final int PADDING = 4;

  static final CropFlip IDENTITY = new CropFlip(PADDING, PADDING, false);

  static final CropFlip MIRRORED = new CropFlip(PADDING, PADDING, true);

  /** Draws an image's crop in an epoch: all offsets are equally likely (to within 2^-20). */
  static CropFlip draw(Augmentation augmentation, long seed, int epoch, int id) {
    if (augmentation == Augmentation.NONE) {
      return IDENTITY;
    }
    // One hash gives all three: bit 0 mirrors, bits 16..39 and 40..63 are the offsets.
    long bits = SplitMix64.hash(SplitMix64.Purpose.AUGMENTATION, seed, epoch, id);
    boolean mirrored = (bits & 1) == 1;
    if (augmentation == Augmentation.FLIP) {
      return new CropFlip(PADDING, PADDING, mirrored);
    }
    return new CropFlip(offset(bits >>> 40), offset((bits >>> 16) & 0xFFFFFF), mirrored);
  }

  private static int offset(long bits24) {
    return (int) ((bits24 * (2 * PADDING + 1)) >>> 24);
  }

  /** The index of the first of {@code length} output pixels that shows the image. */
  static int firstInside(int length, int offset) {
    return Math.min(length, Math.max(0, PADDING - offset));
  }

  /** The index behind the last of {@code length} output pixels that shows the image. */
  static int endInside(int length, int offset) {
    return Math.max(firstInside(length, offset), Math.min(length, length + PADDING - offset));
  }

  /** The index of the image pixel that an output pixel shows; outside [0, length) it is padding. */
  static int source(int output, int offset) {
    return output + offset - PADDING;
  }
}
