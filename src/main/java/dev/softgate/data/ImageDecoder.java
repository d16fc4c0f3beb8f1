package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes image files to RGB bytes with the JDK's ImageIO.
 *
 * <p>What a file's header says is checked before pixels are decoded. Gray images get three equal
 * channels with the values stored, and an alpha channel is dropped without blending, both as the
 * usual Python loaders do ({@code Image.convert("RGB")}). Of several images in a file the first
 * counts. Orientation tags are not followed.
 */
final class ImageDecoder {

  /** The color planes of what is decoded: R, G, B. */
  static final int CHANNELS = 3;

  /** About a 50-megapixel photo; decoding one takes some 300 MB for a moment. */
  private static final long MAX_PIXELS = 50_000_000L;

  private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");

  private ImageDecoder() {}

  /**
   * The height and width of an image, in pixels.
   *
   * @param height H
   * @param width W
   */
  record Size(int height, int width) {
    @Override
    public String toString() {
      return "%d×%d".formatted(width, height);
    }
  }

  /**
   * A decoded image.
   *
   * @param size H and W
   * @param planes uint8, C×H×W with C = 3, plane by plane
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  record Decoded(Size size, byte[] planes) {}

  /**
   * The size of an image as its header states it.
   *
   * @throws BadInputException if the file is not an image that can be read, or is too large
   */
  static Size size(Path file) {
    return withReader(file, reader -> headerSize(file, reader));
  }

  /**
   * Decodes an image.
   *
   * @param required the size it must have, told from the header; null if it may have any
   * @throws BadInputException if the file is not an image that can be read whole, is too large, or
   *     has another size
   */
  static Decoded decode(Path file, @Nullable Size required) {
    return withReader(
        file,
        reader -> {
          Size size = headerSize(file, reader);
          if (required != null && !required.equals(size)) {
            throw new BadInputException(
                "%s is %s pixels and the first train image %s: make all images one size"
                    .formatted(OneLine.of(file), size, required));
          }
          String[] warning = new String[1];
          reader.addIIOReadWarningListener((source, text) -> warning[0] = text);
          BufferedImage image = reader.read(0);
          if (warning[0] != null) { // a JPEG cut short is filled up with gray, and only warned of
            throw new IOException(warning[0]);
          }
          return new Decoded(size, planes(image));
        });
  }

  /** What is done with an opened file. */
  @FunctionalInterface
  private interface Reading<T> {
    T from(ImageReader reader) throws IOException;
  }

  private static <T> T withReader(Path file, Reading<T> reading) {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(
          "%s is not there or not a file: name a PNG or JPEG image".formatted(OneLine.of(file)));
    }
    try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
      ImageReader reader = reader(file, in);
      try {
        reader.setInput(in, true, true); // forward only, without metadata such as inflated texts
        return reading.from(reader);
      } finally {
        reader.dispose();
      }
    } catch (BadInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // decoders throw all sorts on damaged files
      throw new BadInputException(
          "%s cannot be read as an image (%s): replace it or take it away"
              .formatted(OneLine.of(file), OneLine.of(e)),
          e);
    }
  }

  private static ImageReader reader(Path file, ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new BadInputException(
        "%s is not an image that can be read: use PNG or JPEG".formatted(OneLine.of(file)));
  }

  private static Size headerSize(Path file, ImageReader reader) throws IOException {
    Size size = new Size(reader.getHeight(0), reader.getWidth(0));
    if (size.height < 1 || size.width < 1 || (long) size.height * size.width > MAX_PIXELS) {
      throw new BadInputException(
          "%s says it is %s pixels, and at most %,d in all are read: make it smaller"
              .formatted(OneLine.of(file), size, MAX_PIXELS));
    }
    return size;
  }

  /** uint8, C×H×W with C = 3. */
  static byte[] planes(BufferedImage image) {
    boolean gray =
        image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && !(image.getColorModel() instanceof IndexColorModel);
    return gray ? grayPlanes(image) : rgbPlanes(image);
  }

  private static byte[] rgbPlanes(BufferedImage image) {
    int width = image.getWidth();
    int plane = image.getHeight() * width;
    byte[] planes = new byte[CHANNELS * plane];
    int[] row = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        planes[i] = (byte) (row[x] >> 16);
        planes[plane + i] = (byte) (row[x] >> 8);
        planes[2 * plane + i] = (byte) row[x];
      }
    }
    return planes;
  }

  /** Takes the stored values: {@code getRGB} would brighten them, taking gray as linear light. */
  private static byte[] grayPlanes(BufferedImage image) {
    int width = image.getWidth();
    int plane = image.getHeight() * width;
    byte[] planes = new byte[CHANNELS * plane];
    Raster raster = image.getRaster();
    int bits = raster.getSampleModel().getSampleSize(0);
    int[] row = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        byte value = (byte) (bits > 8 ? row[x] >> (bits - 8) : row[x]);
        for (int c = 0; c < CHANNELS; c++) {
          planes[c * plane + y * width + x] = value;
        }
      }
    }
    return planes;
  }
}
