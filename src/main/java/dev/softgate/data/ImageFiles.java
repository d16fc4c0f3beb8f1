package dev.softgate.data;

import dev.softgate.BadInputException;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads single image files for prediction (PNG, JPEG, WebP, GIF, BMP or TIFF) as RGB, turned
 * upright as EXIF says, resized to what the network takes. Shrinking averages over areas and
 * growing interpolates linearly, axis by axis; the image is stretched where its proportions differ.
 * Gray images get three equal channels; alpha is dropped without blending.
 */
public final class ImageFiles {

  private static final Logger LOG = LoggerFactory.getLogger(ImageFiles.class);

  /** What image files end in; what they hold is told by content. */
  private static final Set<String> ENDINGS =
      Set.of(
          "png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif",
          "avif");

  private ImageFiles() {}

  /** Whether a file is called as image files are. */
  public static boolean isImageName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /**
   * Reads an image as the network takes it.
   *
   * @param height H of the result, in pixels
   * @param width W of the result, in pixels
   * @param normalization of three channels
   * @return float32, H×W×C (channels last) with C = 3, normalized; a new array
   * @throws BadInputException if the file is not an image that can be read
   */
  public static float[] read(Path file, int height, int width, Normalization normalization) {
    ImageSet one =
        new ImageSet(
            readBytes(file, height, width), new int[1], ImageDecoder.CHANNELS, height, width);
    return new BatchAssembly(one, new int[1], id -> CropFlip.IDENTITY, normalization, 1)
        .batch(0)
        .pixels();
  }

  /**
   * An image in memory as bytes, as a file of it would be read.
   *
   * @param height H of the result, in pixels
   * @param width W of the result, in pixels
   * @return uint8, C×H×W with C = 3, planes R, G, B; a new array
   */
  public static byte[] bytes(BufferedImage image, int height, int width) {
    return Resampling.resize(
        PixelColors.of(image),
        ImageDecoder.CHANNELS,
        new ImageDecoder.Size(image.getHeight(), image.getWidth()),
        new ImageDecoder.Size(height, width));
  }

  /**
   * Reads an image as bytes.
   *
   * @param height H of the result, in pixels
   * @param width W of the result, in pixels
   * @return uint8, C×H×W with C = 3, planes R, G, B; a new array
   * @throws BadInputException if the file is not an image that can be read
   */
  public static byte[] readBytes(Path file, int height, int width) {
    ImageDecoder.Decoded decoded = ImageDecoder.decode(file, null);
    if (decoded.remark() != null) {
      LOG.warn(decoded.remark());
    }
    return Resampling.resize(
        decoded.planes(),
        ImageDecoder.CHANNELS,
        decoded.size(),
        new ImageDecoder.Size(height, width));
  }
}
