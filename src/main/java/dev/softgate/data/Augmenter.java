package dev.softgate.data;

import org.jspecify.annotations.Nullable;

/**
 * Draws how an image looks in an epoch: a function of the seed, the epoch and the image's id.
 *
 * @param jitter changes of the colors; null for none
 * @param cutOut the side of the square that {@link CutOut} blanks, in pixels; 0 for none
 * @param mixup α of {@link Mixup}, at least 0; 0 for whole images
 */
public record Augmenter(
    Augmentation kind,
    Crop crop,
    Flipping flipping,
    @Nullable ColorJitter jitter,
    int cutOut,
    double mixup) {

  /**
   * The part of an image that is shown.
   *
   * @param area the least share of the image's area that {@link Augmentation#RESIZED_CROP} keeps,
   *     in (0, 1]
   * @param ratio the largest ratio of its longer to its shorter side, at least 1
   * @param shift the most pixels by which {@link Augmentation#CROP_FLIP} shifts, in [0, {@value
   *     #MOST_SHIFT}]
   * @param fill what shifted images show beyond their edge
   */
  public record Crop(double area, double ratio, int shift, CropFill fill) {

    /**
     * The least share of the area without a setting: small images bear less than the 0.08 of
     * photos.
     */
    public static final double AREA = 0.35;

    /** The largest ratio without a setting, 4/3 as in torchvision. */
    public static final double RATIO = 1.3333;

    /** Pixels without a setting, as in the published code's {@code RandomCrop(32, padding=4)}. */
    public static final int SHIFT = 4;

    /** The most pixels of any shift. */
    public static final int MOST_SHIFT = 64;

    /** Without a setting. */
    public static final Crop USUAL = new Crop(AREA, RATIO, SHIFT, CropFill.BLACK);

    /** Throws IllegalArgumentException if a number is outside its range. */
    public Crop {
      if (!(area > 0 && area <= 1 && ratio >= 1 && shift >= 0 && shift <= MOST_SHIFT)) {
        throw new IllegalArgumentException(
            "crops of area %s, ratio %s and shift %d".formatted(area, ratio, shift));
      }
    }
  }

  /** Throws IllegalArgumentException if a number is outside its range. */
  public Augmenter {
    if (!(cutOut >= 0 && mixup >= 0)) {
      throw new IllegalArgumentException("cut-out %d, mixup %s".formatted(cutOut, mixup));
    }
  }

  /** Whole images in their own colors, cropped and mirrored as without settings. */
  public static Augmenter of(Augmentation kind) {
    return new Augmenter(kind, Crop.USUAL, Flipping.RANDOM, null, 0, 0);
  }

  AugmentedView draw(BatchLoader.Epoch epoch, int id, int height, int width) {
    return kind == Augmentation.RESIZED_CROP
        ? ResizedCrop.draw(this, epoch, id, height, width)
        : CropFlip.draw(this, epoch, id);
  }
}
