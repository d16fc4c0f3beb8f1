package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.PixelColors;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Single images as RGB bytes of a network's size, and back. Files may be PNG, JPEG, WebP, GIF, BMP
 * or TIFF. EXIF's orientation is applied. Shrinking averages over areas and growing interpolates
 * linearly, axis by axis; {@link Resize} says what happens to other proportions. Gray images get
 * three equal channels; alpha is dropped without blending.
 */
public final class ImageFiles {

  private static final Logger LOG = LoggerFactory.getLogger(ImageFiles.class);

  /** The extensions of image files; their content decides the format. */
  private static final Set<String> ENDINGS =
      Set.of(
          "png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif",
          "avif");

  private ImageFiles() {}

  /** Whether the name of a file has an extension of an image file. */
  public static boolean isImageName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Converts a picture to bytes, as {@link #readBytes} reads a file. */
  public static byte[] bytes(BufferedImage image, int height, int width, Resize resize) {
    return resize.apply(
        PixelColors.of(image),
        new ImageDecoder.Size(image.getHeight(), image.getWidth()),
        new ImageDecoder.Size(height, width));
  }

  /** Converts an image of a set to an RGB picture; an image of one channel is gray. */
  public static BufferedImage picture(ImageSet images, int id) {
    byte[] pixels = images.pixels(id);
    int width = images.width(id);
    int plane = images.height(id) * width;
    BufferedImage picture = new BufferedImage(width, images.height(id), BufferedImage.TYPE_INT_RGB);
    for (int at = 0; at < plane; at++) {
      int color = 0;
      for (int c = 0; c < ImageDecoder.CHANNELS; c++) {
        int from = Math.min(c, images.channels() - 1) * plane + at;
        color = color << 8 | (pixels[from] & 0xFF);
      }
      picture.setRGB(at % width, at / width, color);
    }
    return picture;
  }

  /**
   * Reads an image file and stretches it to H×W pixels.
   *
   * @return uint8, C×H×W with C = 3, planes R, G, B; a new array
   * @throws BadInputException if the file is not an image that can be read
   */
  public static byte[] readBytes(Path file, int height, int width) {
    return readBytes(file, height, width, Resize.SQUASH);
  }

  /**
   * Decodes an image file's content and resizes it to H×W pixels.
   *
   * @param file names the image in messages; it is not opened
   * @return uint8, C×H×W with C = 3, planes R, G, B; a new array
   * @throws BadInputException if the content is not an image that can be read
   */
  public static byte[] bytes(Path file, byte[] content, int height, int width, Resize resize) {
    return resized(ImageDecoder.decode(file, content), height, width, resize);
  }

  /**
   * An image file that was read, or why it could not be.
   *
   * @param planes uint8, C×H×W with C = 3; null if the file is not an image that can be read
   * @param problem one line that names the file; null if it was read
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Outcome(Path file, byte @Nullable [] planes, @Nullable String problem) {}

  /**
   * Reads image files as {@link #readBytes} does, with several threads.
   *
   * @return an outcome for each file, in their order
   */
  public static List<Outcome> readAll(
      List<Path> files, int height, int width, Resize resize, int threads) {
    List<Outcome> outcomes = new ArrayList<>(files.size());
    new ParallelWork(threads, DownloadListener.NONE)
        .<Path, byte[]>forEach(
            "decoding",
            files,
            file -> readBytes(file, height, width, resize),
            (file, outcome) -> {
              BadInputException failure = outcome.failure();
              outcomes.add(
                  new Outcome(
                      file, outcome.value(), failure == null ? null : failure.getMessage()));
            });
    return outcomes;
  }

  /**
   * Reads an image file and resizes it to H×W pixels.
   *
   * @return uint8, C×H×W with C = 3, planes R, G, B; a new array
   * @throws BadInputException if the file is not an image that can be read
   */
  public static byte[] readBytes(Path file, int height, int width, Resize resize) {
    return resized(ImageDecoder.decode(file), height, width, resize);
  }

  private static byte[] resized(
      ImageDecoder.Decoded decoded, int height, int width, Resize resize) {
    if (decoded.remark() != null) {
      LOG.warn(decoded.remark());
    }
    return resize.apply(decoded.planes(), decoded.size(), new ImageDecoder.Size(height, width));
  }
}
