package dev.softgate.data.decoding;

import dev.softgate.BadInputException;
import dev.softgate.interop.FileKind;
import dev.softgate.interop.OneLine;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes image files to RGB bytes, the first image of a file. The size in the header is checked
 * before pixels are decoded. A file that lacks pixels is refused; anything else that is odd about
 * it becomes a remark. See docs/decisions/0033.
 */
public final class ImageDecoder {

  /** The color planes of a decoded image: R, G, B. */
  public static final int CHANNELS = 3;

  /** About a 50-megapixel photo; decoding one takes some 300 MB for a moment. */
  private static final long MAX_PIXELS = 50_000_000L;

  /** 50 megapixels of four 16-bit samples. A file is held in memory while it is read. */
  private static final long MAX_BYTES = 8 * MAX_PIXELS;

  /** Millions of pixels that are decoded and used at once, by all threads. */
  private static final int ROOM = 32;

  private static final Semaphore FREE = new Semaphore(ROOM, true);

  /** The first bytes of a file, which hold the size of most JPEGs, and a profile or two. */
  private static final int HEAD_BYTES = 1 << 17;

  private ImageDecoder() {}

  /** The size of an image in pixels; its text is {@code W×H}. */
  public record Size(int height, int width) {
    @Override
    public String toString() {
      return "%d×%d".formatted(width, height);
    }
  }

  /**
   * A decoded, upright image.
   *
   * @param planes uint8, C×H×W with C = 3
   * @param format the name of the file's format, such as {@code WebP}
   * @param remark one line about what is odd; null if nothing is
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  public record Decoded(Size size, byte[] planes, String format, @Nullable String remark) {}

  /** The size of the upright image, from the header; BadInputException like {@link #decode}. */
  public static Size size(Path file) {
    Size beginning = jpegSize(file);
    return beginning != null
        ? beginning
        : withContent(file, () -> bytes(file), (format, bytes) -> header(file, format, bytes));
  }

  /** The size of a large JPEG from the beginning of its file; null if that does not tell it. */
  private static @Nullable Size jpegSize(Path file) {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(HEAD_BYTES);
      return head.length == HEAD_BYTES && ImageFormat.of(head) == ImageFormat.JPEG
          ? header(file, ImageFormat.JPEG, head)
          : null;
    } catch (IOException | RuntimeException e) {
      return null; // reading the whole file says what is wrong
    }
  }

  /**
   * Decodes an image.
   *
   * @throws BadInputException if the file is not an image that can be read whole, or is too large
   */
  public static Decoded decode(Path file) {
    return decode(file, (image, bytes) -> image);
  }

  /**
   * Decodes an image and makes something of it, within the bound on the pixels in memory.
   *
   * @param use takes the image and the bytes of its file; called once
   * @throws BadInputException like {@link #decode(Path)}
   */
  public static <T> T decode(Path file, BiFunction<Decoded, byte[], T> use) {
    return decode(file, () -> bytes(file), use);
  }

  /**
   * Decodes an image whose bytes come from elsewhere.
   *
   * @param file names the image in messages; it is not opened
   * @throws BadInputException like {@link #decode(Path)}
   */
  public static Decoded decode(Path file, byte[] content) {
    return decode(file, () -> content, (image, bytes) -> image);
  }

  private static <T> T decode(Path file, Source source, BiFunction<Decoded, byte[], T> use) {
    int[] room = new int[1];
    try {
      Content content =
          withContent(
              file,
              source,
              (format, bytes) -> {
                Size size = header(file, format, bytes);
                room[0] = (int) Math.min(ROOM, 1 + (long) size.height * size.width / 1_000_000);
                FREE.acquireUninterruptibly(room[0]);
                return new Content(decoded(file, size, format, bytes), bytes);
              });
      return use.apply(content.image, content.bytes);
    } finally {
      FREE.release(room[0]);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Content(Decoded image, byte[] bytes) {}

  private static Decoded decoded(Path file, Size size, ImageFormat format, byte[] bytes)
      throws IOException {
    List<String> remarks = new ArrayList<>();
    Orientation orientation = Orientation.of(format, bytes);
    byte[] planes =
        format == ImageFormat.JPEG ? jpegPlanes(bytes, remarks) : planes(format, bytes, remarks);
    String remark =
        remarks.isEmpty()
            ? null
            : "%s is read, although it is odd: %s"
                .formatted(OneLine.of(file), OneLine.of(String.join("; ", remarks)));
    return new Decoded(
        size, orientation.upright(planes, orientation.of(size)), format.toString(), remark);
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(ImageFormat format, byte[] bytes) throws IOException;
  }

  @FunctionalInterface
  private interface Source {
    byte[] bytes() throws IOException;
  }

  private static byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(
          "%s does not exist or is not a file: give an image file".formatted(OneLine.of(file)));
    }
    requireSize(file, Files.size(file));
    return Files.readAllBytes(file);
  }

  private static void requireSize(Path file, long bytes) {
    if (bytes > MAX_BYTES) {
      throw new BadInputException(
          "%s has %,d bytes, more than the limit of %,d: make it smaller"
              .formatted(OneLine.of(file), bytes, MAX_BYTES));
    }
  }

  private static <T> T withContent(Path file, Source source, Reading<T> reading) {
    try {
      byte[] bytes = source.bytes();
      requireSize(file, bytes.length);
      if (bytes.length == 0) {
        throw new BadInputException(
            "%s is empty: replace it or remove it".formatted(OneLine.of(file)));
      }
      ImageFormat format = ImageFormat.of(bytes);
      if (format == null) {
        FileKind kind = FileKind.of(bytes);
        if (kind == FileKind.LFS_POINTER || kind == FileKind.WEB_PAGE) {
          throw kind.refusal(file);
        }
        throw new BadInputException(
            "%s is not an image of a supported format: use %s"
                .formatted(OneLine.of(file), ImageFormat.READABLE));
      }
      if (format.reader() == null) {
        throw new BadInputException(
            "%s is %s image, a format that is not supported: convert it, for example with %s"
                .formatted(OneLine.of(file), format.withArticle(), format.conversion()));
      }
      return reading.from(format, bytes);
    } catch (BadInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // decoders throw all sorts on damaged files
      throw new BadInputException(
          "%s cannot be decoded (%s): replace it or remove it"
              .formatted(OneLine.of(file), OneLine.of(e)),
          e);
    }
  }

  /** The size of the upright image; checked. */
  private static Size header(Path file, ImageFormat format, byte[] bytes) throws IOException {
    Size stored = storedSize(format, bytes);
    if (stored.height < 1 || stored.width < 1 || (long) stored.height * stored.width > MAX_PIXELS) {
      throw new BadInputException(
          "%s has %s pixels by its header, more than the limit of %,d: make it smaller"
              .formatted(OneLine.of(file), stored, MAX_PIXELS));
    }
    return Orientation.of(format, bytes).of(stored);
  }

  private static Size storedSize(ImageFormat format, byte[] bytes) throws IOException {
    return switch (format) {
      case JPEG -> JpegFile.parse(bytes).size();
      case GIF -> GifScreen.size(bytes);
      default -> withReader(format, bytes, r -> new Size(r.getHeight(0), r.getWidth(0)));
    };
  }

  @FunctionalInterface
  private interface Decoding<T> {
    T with(ImageReader reader) throws IOException;
  }

  private static <T> T withReader(ImageFormat format, byte[] bytes, Decoding<T> decoding)
      throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format.reader()).next();
    byte[] read =
        switch (format) {
          case WEBP -> WebpFile.withoutProfile(bytes);
          case BMP -> sized(bytes);
          default -> bytes;
        };
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(read))) {
      reader.setInput(in, false, true); // without metadata such as inflated texts
      return decoding.with(reader);
    } finally {
      reader.dispose();
    }
  }

  /** A BMP file that states its own size: some state 0, which the reader believes. */
  private static byte[] sized(byte[] bytes) {
    byte[] copy = bytes.clone();
    if (copy.length >= 6) {
      ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(2, copy.length);
    }
    return copy;
  }

  private static byte[] jpegPlanes(byte[] bytes, List<String> remarks) throws IOException {
    JpegFile jpeg = JpegFile.parse(bytes);
    if (!jpeg.isWhole()) { // decoders fill such a file up with gray
      throw new IOException("it ends too early");
    }
    remarks.addAll(jpeg.remarks());
    return withReader(
        ImageFormat.JPEG,
        jpeg.pixels(),
        reader -> {
          List<String> warnings = new ArrayList<>();
          reader.addIIOReadWarningListener((source, text) -> warnings.add(text));
          byte[] planes = PixelColors.of(reader.readRaster(0, null), jpeg.colors());
          for (String warning : warnings) {
            if (warning.contains(
                "premature end")) { // libjpeg's JWRN_HIT_MARKER: pixels are missing
              throw new IOException(warning);
            }
          }
          remarks.addAll(warnings);
          return planes;
        });
  }

  private static byte[] planes(ImageFormat format, byte[] bytes, List<String> remarks)
      throws IOException {
    if (format == ImageFormat.WEBP) {
      byte[] lossy = WebpFile.lossyPlanes(bytes, storedSize(format, bytes));
      if (lossy != null) {
        return lossy;
      }
    }
    return withReader(
        format,
        bytes,
        reader -> {
          reader.addIIOReadWarningListener((source, text) -> remarks.add(text));
          BufferedImage image = reader.read(0);
          int type = image.getRaster().getTransferType();
          if (type != DataBuffer.TYPE_BYTE
              && type != DataBuffer.TYPE_USHORT
              && type != DataBuffer.TYPE_INT) {
            throw new IOException("its samples have neither 8 nor 16 bits");
          }
          int space = image.getColorModel().getColorSpace().getType();
          if (space != ColorSpace.TYPE_GRAY
              && space != ColorSpace.TYPE_RGB
              && space != ColorSpace.TYPE_CMYK) {
            throw new IOException("its colors are not gray, RGB or CMYK");
          }
          return PixelColors.of(format == ImageFormat.GIF ? GifScreen.of(bytes, image) : image);
        });
  }
}
