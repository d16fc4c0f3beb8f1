package dev.softgate.data.decoding;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Image files that decoders disagree about, in {@code odd-images.zip} and {@code
 * more-odd-images.zip}, which {@code src/test/python/odd_images.py} makes, with what Pillow 12.3
 * makes of each: {@code exif_transpose(im).convert("RGB")}, height and width as two integers before
 * it.
 */
class OddImagesTest {

  private static final double MAX_MEAN_ERROR = 2;

  private static final Map<String, byte[]> FILES = files();

  @TempDir Path folder;

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new HashMap<>();
    read("", files);
    read("more-", files);
    return files;
  }

  /** Reads one of the archives; what begins its name is put before the names in it. */
  private static void read(String prefix, Map<String, byte[]> files) {
    try (InputStream in = OddImagesTest.class.getResourceAsStream(prefix + "odd-images.zip");
        ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(in))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName().replaceFirst("^(expected/)?", "$1" + prefix), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<String> names() {
    return FILES.keySet().stream().filter(name -> !name.startsWith("expected/")).sorted();
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] file(String name) {
    return Objects.requireNonNull(FILES.get(name), name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsLikePillow(String name) throws IOException {
    ByteBuffer expected = ByteBuffer.wrap(file("expected/" + name + ".rgb"));
    ImageDecoder.Size size = new ImageDecoder.Size(expected.getInt(), expected.getInt());
    Path file = write(name, file(name));
    assertThat(ImageDecoder.size(file)).isEqualTo(size);
    byte[] planes = ImageDecoder.decode(file).planes();
    int pixels = size.height() * size.width();
    long error = 0;
    for (int i = 0; i < pixels; i++) {
      for (int c = 0; c < 3; c++) {
        error += Math.abs((planes[c * pixels + i] & 0xFF) - (expected.get() & 0xFF));
      }
    }
    double mean = (double) error / (3 * pixels);
    if (isExact(file(name))) {
      assertThat(mean).isZero();
    } else {
      assertThat(mean).isLessThan(MAX_MEAN_ERROR);
    }
  }

  /** Whether all bits must be Pillow's: PNG and WebP. */
  private static boolean isExact(byte[] content) {
    return content[0] == (byte) 0x89 || content[0] == 'R';
  }

  @ParameterizedTest
  @CsvSource({
    "extraneous.jpg,3 bytes between its segments",
    "cutprofile.jpg,color profile is damaged",
    "grayprofile.jpg,color profile is for other colors"
  })
  void reportsOddImagesAndKeepsTheirPixels(String name, String remark) throws IOException {
    ImageDecoder.Decoded decoded = ImageDecoder.decode(write(name, file(name)));
    assertThat(decoded.remark()).contains(name, remark).hasLineCount(1);
    assertThat(ImageDecoder.decode(write("plain.jpg", file("rgb.jpg"))).remark()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "rgb.jpg",
    "cmyk_prog.jpg",
    "lossless.webp",
    "lossy.webp",
    "p.gif",
    "rgb.bmp",
    "rgb_None.tif"
  })
  void rejectsMissingPixels(String name) throws IOException {
    byte[] whole = file(name);
    for (int part = 1; part < 8; part++) {
      Path cut = write("cut-" + name, Arrays.copyOf(whole, whole.length * part / 8));
      assertRejected(() -> ImageDecoder.decode(cut), cut.toString());
    }
  }

  @Test
  void rejectsMissingPixelsBeforeAnEndMarker() throws IOException {
    byte[] cut = Arrays.copyOf(file("rgb.jpg"), file("rgb.jpg").length - 60);
    cut[cut.length - 2] = (byte) 0xFF;
    cut[cut.length - 1] = (byte) 0xD9;
    Path file = write("cut.jpg", cut);
    assertRejected(() -> ImageDecoder.decode(file), "cut.jpg", "premature end");
  }

  @ParameterizedTest
  @CsvSource({
    "ftypheic,a HEIC image,heif-convert",
    "ftypmif1,a HEIC image,heif-convert",
    "ftypavif,an AVIF image,avifdec",
    "jP  ....,a JPEG 2000 image,opj_decompress"
  })
  void namesUnsupportedFormats(String start, String name, String tool) throws IOException {
    Path file =
        write("photo.jpg", ("\0\0\0\u0018" + start + "....").getBytes(StandardCharsets.ISO_8859_1));
    assertRejected(() -> ImageDecoder.decode(file), "photo.jpg", name, "convert", tool);
  }

  /** The size of a large JPEG is read from its beginning, whatever EXIF and comments it has. */
  @Test
  void readsSizesOfLargeJpegs() throws IOException {
    byte[] small = file("more-exif6.jpg");
    int at = 2; // a comment of 64 KB, three times: the size then lies behind the first 128 KB
    for (int comments : new int[] {0, 1, 3}) {
      ByteBuffer large = ByteBuffer.allocate(small.length + comments * 0x10001 + (1 << 18));
      large.put(small, 0, at);
      for (int i = 0; i < comments; i++) {
        large.putShort((short) 0xFFFE).putShort((short) 0xFFFF).put(new byte[0xFFFD]);
      }
      large.put(small, at, small.length - at);
      Path file = write("large.jpg", large.array());
      assertThat(ImageDecoder.size(file)).isEqualTo(new ImageDecoder.Size(37, 23));
      assertThat(ImageDecoder.decode(file).size()).isEqualTo(new ImageDecoder.Size(37, 23));
    }
  }

  /** More images than there is room for at once, so each must give its room back. */
  @Test
  @Timeout(60)
  void handsOverTheBytesOfAFile() throws IOException {
    Path file = write("rgb.jpg", file("rgb.jpg"));
    for (int i = 0; i < 40; i++) {
      assertThat(ImageDecoder.<byte[]>decode(file, (image, bytes) -> bytes))
          .isEqualTo(Files.readAllBytes(file));
      assertThatThrownBy(
              () ->
                  ImageDecoder.decode(
                      file,
                      (image, bytes) -> {
                        throw new IllegalStateException("a mistake of the caller");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
