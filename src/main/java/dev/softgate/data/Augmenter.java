package dev.softgate.data;

/**
 * Draws how an image looks in an epoch: a function of the seed, the epoch and the image's id.
 *
 * @param cropArea the least share of the image's area that {@link Augmentation#RESIZED_CROP} keeps,
 *     in (0, 1]
 * @param cropRatio the largest ratio of its longer to its shorter side, at least 1
 * @param mixup α of {@link Mixup}, at least 0; 0 for whole images
 */
public record Augmenter(Augmentation kind, double cropArea, double cropRatio, double mixup) {

  /**
   * The least share of the area without a setting: small images bear less than the 0.08 of photos.
   */
  public static final double CROP_AREA = 0.35;

  /** The largest ratio without a setting, 4/3 as in torchvision. */
  public static final double CROP_RATIO = 1.3333;

  /** Throws IllegalArgumentException if a number is outside its range. */
  public Augmenter {
    if (!(cropArea > 0 && cropArea <= 1 && cropRatio >= 1 && mixup >= 0)) {
      throw new IllegalArgumentException(
          "crops of area %s and ratio %s, mixup %s".formatted(cropArea, cropRatio, mixup));
    }
  }

  /** Draws whole images. */
  public Augmenter(Augmentation kind, double cropArea, double cropRatio) {
    this(kind, cropArea, cropRatio, 0);
  }

  /** With the usual area and ratio. */
  public static Augmenter of(Augmentation kind) {
    return new Augmenter(kind, CROP_AREA, CROP_RATIO);
  }

  AugmentedView draw(BatchLoader.Epoch epoch, int id, int height, int width) {
    return kind == Augmentation.RESIZED_CROP
        ? ResizedCrop.draw(this, epoch, id, height, width)
        : CropFlip.draw(kind, epoch.seed(), epoch.number(), id);
  }
}
