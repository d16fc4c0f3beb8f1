package dev.softgate.data;

import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.data.decoding.Resampling;

/**
 * A part of an image, enlarged to the image's size, and whether it is then mirrored.
 *
 * <p>Source: Szegedy et al., <i>Going deeper with convolutions</i>, CVPR 2015; the area is uniform
 * and the logarithm of the ratio of width to height is uniform, as in torchvision's
 * RandomResizedCrop.
 *
 * @param top the first row
 * @param left the first column
 * @param height the number of rows, at least 1
 * @param width the number of columns, at least 1
 */
record ResizedCrop(int top, int left, int height, int width, boolean mirrored)
    implements AugmentedView {

  private static final int ATTEMPTS = 10;

  /** Draws the part that an image of the given size shows in an epoch. */
  static ResizedCrop draw(
      Augmenter augmenter, BatchLoader.Epoch epoch, int id, int height, int width) {
    SplitMix64 random =
        new SplitMix64(SplitMix64.Purpose.RESIZED_CROP, epoch.seed(), epoch.number(), id);
    boolean mirrored = augmenter.flipping().mirrors(random.below(2) == 1, epoch, id);
    Augmenter.Crop crop = augmenter.crop();
    double widest = Math.log(crop.ratio());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double share = crop.area() + random.unit() * (1 - crop.area());
      double area = share * height * width;
      double ratio = Math.exp((2 * random.unit() - 1) * widest);
      int columns = (int) Math.round(Math.sqrt(area * ratio));
      int rows = (int) Math.round(Math.sqrt(area / ratio));
      if (rows >= 1 && columns >= 1 && rows <= height && columns <= width) {
        return new ResizedCrop(
            random.below(height - rows + 1),
            random.below(width - columns + 1),
            rows,
            columns,
            mirrored);
      }
    }
    // An image more elongated than any part may be: its middle.
    int rows = (int) Math.max(1, Math.min(height, Math.round(width * crop.ratio())));
    int columns = (int) Math.max(1, Math.min(width, Math.round(height * crop.ratio())));
    return new ResizedCrop((height - rows) / 2, (width - columns) / 2, rows, columns, mirrored);
  }

  /**
   * Cuts the part out and enlarges it, without the mirroring.
   *
   * @param image holds the image's planes, uint8, C×H×W, from {@code start} on
   * @return uint8, C×H×W
   */
  byte[] enlarged(byte[] image, int start, int channels, Size size) {
    byte[] part = new byte[channels * height * width];
    for (int row = 0; row < channels * height; row++) {
      int plane = row / height * size.height();
      System.arraycopy(
          image,
          start + (plane + top + row % height) * size.width() + left,
          part,
          row * width,
          width);
    }
    return Resampling.resize(part, channels, new Size(height, width), size);
  }
}
