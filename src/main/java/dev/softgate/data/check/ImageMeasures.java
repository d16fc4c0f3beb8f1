package dev.softgate.data.check;

import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.data.decoding.Resampling;

/**
 * Measures of one image's pixels.
 *
 * <p>Brightness is that of cleanvision ({@code image_property.py}), so that its thresholds mean the
 * same here. Its entropy of a color image is the one here plus log₂ 3.
 *
 * @param size the image's size
 * @param gray whether red, green and blue are equal everywhere
 * @param fifthPercentile the 5th percentile of the pixels' brightness, √(.241 R² + .691 G² + .068
 *     B²), in units of 255
 * @param ninetyNinthPercentile the 99th percentile of it, in units of 255
 * @param entropyBits entropy of a channel's values, the mean over the channels, from 0 to 8
 * @param laplacianVariance the variance of the gray levels' Laplacian, with the longer side reduced
 *     to 64 pixels if it has more; 4 neighbors; NaN for images of fewer than 3 rows or columns.
 *     Source: J. L. Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, 2000
 * @param hash see {@link PerceptualHash}
 * @param thumbnail uint8, 16×16 gray levels; only read
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record ImageMeasures(
    Size size,
    boolean gray,
    double fifthPercentile,
    double ninetyNinthPercentile,
    double entropyBits,
    double laplacianVariance,
    long hash,
    byte[] thumbnail) {

  private static final int LEVELS = 256;
  private static final int CHANNELS = 3;

  /** The longer side at which sharpness is measured, as in cleanvision. */
  private static final int SHARPNESS_SIDE = 64;

  private static final int THUMBNAIL_SIDE = 16;

  /** The rounded square root of each sum of squares, as uint8. */
  private static final byte[] ROOTS = new byte[255 * 255 + 1];

  static {
    for (int square = 0; square < ROOTS.length; square++) {
      ROOTS[square] = (byte) Math.round(Math.sqrt(square));
    }
  }

  /**
   * Measures an image.
   *
   * @param planes uint8, C×H×W with C = 1 or 3
   */
  static ImageMeasures of(Size size, byte[] planes) {
    int pixels = size.height() * size.width();
    int second = planes.length == pixels ? 0 : pixels;
    int[] values = new int[CHANNELS * LEVELS];
    int[] brightness = new int[LEVELS];
    byte[] gray = new byte[pixels];
    boolean colorless = true;
    for (int at = 0; at < pixels; at++) {
      int red = planes[at] & 0xFF;
      int green = planes[at + second] & 0xFF;
      int blue = planes[at + 2 * second] & 0xFF;
      values[red]++;
      values[LEVELS + green]++;
      values[2 * LEVELS + blue]++;
      colorless &= red == green && green == blue;
      gray[at] = (byte) ((19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16);
      brightness[ROOTS[(241 * red * red + 691 * green * green + 68 * blue * blue) / 1000] & 0xFF]++;
    }
    Size small = reduced(size);
    byte[] reduced = Resampling.resize(gray, 1, size, small);
    byte[] square =
        Resampling.resize(reduced, 1, small, new Size(PerceptualHash.SIDE, PerceptualHash.SIDE));
    return new ImageMeasures(
        size,
        colorless,
        percentile(brightness, pixels, .05),
        percentile(brightness, pixels, .99),
        entropy(values, pixels),
        laplacianVariance(reduced, small),
        PerceptualHash.of(square),
        Resampling.resize(
            square,
            1,
            new Size(PerceptualHash.SIDE, PerceptualHash.SIDE),
            new Size(THUMBNAIL_SIDE, THUMBNAIL_SIDE)));
  }

  /** Width over height or height over width, whichever is below 1. */
  double aspectRatio() {
    double ratio = (double) size.width() / size.height();
    return Math.min(ratio, 1 / ratio);
  }

  /** √(W·H), in pixels. */
  double meanSide() {
    return Math.sqrt((double) size.width() * size.height());
  }

  /** Pearson's correlation of the thumbnails; 0 where one is constant. */
  double correlation(ImageMeasures other) {
    return correlation(other, 0, 0, false);
  }

  /**
   * The greatest correlation of the thumbnails with the other one moved by up to a pixel (a 16th of
   * the image) each way, and mirrored: so that crops and mirror images are found.
   */
  double alignedCorrelation(ImageMeasures other) {
    double greatest = -1;
    for (int down = -1; down <= 1; down++) {
      for (int right = -1; right <= 1; right++) {
        greatest = Math.max(greatest, correlation(other, down, right, false));
        greatest = Math.max(greatest, correlation(other, down, right, true));
      }
    }
    return greatest;
  }

  /** Correlates the pixels that both have when the other is moved, after it was mirrored or not. */
  private double correlation(ImageMeasures other, int down, int right, boolean mirrored) {
    int n = 0;
    double sum = 0;
    double otherSum = 0;
    double squares = 0;
    double otherSquares = 0;
    double products = 0;
    int bottom = THUMBNAIL_SIDE + Math.min(0, down);
    int end = THUMBNAIL_SIDE + Math.min(0, right);
    for (int y = Math.max(0, down); y < bottom; y++) {
      for (int x = Math.max(0, right); x < end; x++) {
        int from = mirrored ? THUMBNAIL_SIDE - 1 - (x - right) : x - right;
        int a = thumbnail[y * THUMBNAIL_SIDE + x] & 0xFF;
        int b = other.thumbnail[(y - down) * THUMBNAIL_SIDE + from] & 0xFF;
        n++;
        sum += a;
        otherSum += b;
        squares += a * a;
        otherSquares += b * b;
        products += a * b;
      }
    }
    double deviations =
        Math.sqrt((n * squares - sum * sum) * (n * otherSquares - otherSum * otherSum));
    return deviations == 0 ? 0 : (n * products - sum * otherSum) / deviations;
  }

  private static Size reduced(Size size) {
    int longer = Math.max(size.height(), size.width());
    return longer <= SHARPNESS_SIDE
        ? size
        : new Size(reduced(size.height(), longer), reduced(size.width(), longer));
  }

  private static int reduced(int side, int longer) {
    return Math.max(1, (int) Math.round((double) side * SHARPNESS_SIDE / longer));
  }

  /** The least level that a fraction of the pixels does not exceed, in units of 255. */
  private static double percentile(int[] histogram, int pixels, double fraction) {
    long seen = 0;
    int level = -1;
    while (seen < fraction * pixels) {
      seen += histogram[++level];
    }
    return Math.max(0, level) / 255.0;
  }

  /** The mean entropy of the three histograms, in bits. */
  private static double entropy(int[] histograms, double pixels) {
    double nats = 0;
    for (int count : histograms) {
      if (count > 0) {
        nats -= count / pixels * Math.log(count / pixels);
      }
    }
    return nats / CHANNELS / Math.log(2);
  }

  private static double laplacianVariance(byte[] gray, Size size) {
    int width = size.width();
    int inner = (size.height() - 2) * (width - 2);
    if (size.height() < 3 || width < 3) {
      return Double.NaN;
    }
    double sum = 0;
    double squares = 0;
    for (int y = 1; y < size.height() - 1; y++) {
      for (int at = y * width + 1; at < (y + 1) * width - 1; at++) {
        int laplacian =
            (gray[at - width] & 0xFF)
                + (gray[at + width] & 0xFF)
                + (gray[at - 1] & 0xFF)
                + (gray[at + 1] & 0xFF)
                - 4 * (gray[at] & 0xFF);
        sum += laplacian;
        squares += (double) laplacian * laplacian;
      }
    }
    double mean = sum / inner;
    return squares / inner - mean * mean;
  }
}
