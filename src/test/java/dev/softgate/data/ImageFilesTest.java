package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.BadInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single image files: their colors, their sizes, and files without an image. */
class ImageFilesTest {

  @TempDir Path temp;

  @Test
  void readsColorPlanes() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x102030);
    image.setRGB(1, 0, 0xF0E0D0);
    byte[] planes = ImageFiles.readBytes(png(image), 1, 2, Resize.SQUASH);
    assertThat(planes).inHexadecimal().containsExactly(0x10, 0xF0, 0x20, 0xE0, 0x30, 0xD0);
  }

  @ParameterizedTest
  @CsvSource({"10,100", "11,100"}) // TYPE_BYTE_GRAY, TYPE_USHORT_GRAY
  void keepsGrayValues(int type, int value) throws IOException {
    BufferedImage image = new BufferedImage(3, 2, type);
    int[] samples = new int[6];
    Arrays.fill(samples, type == BufferedImage.TYPE_USHORT_GRAY ? value * 257 : value);
    image.getRaster().setSamples(0, 0, 3, 2, 0, samples);
    assertThat(ImageFiles.readBytes(png(image), 2, 3, Resize.SQUASH))
        .containsOnly(value)
        .hasSize(18);
  }

  @Test
  void dropsAlpha() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x40102030);
    assertThat(ImageFiles.readBytes(png(image), 1, 1, Resize.SQUASH))
        .containsExactly(0x10, 0x20, 0x30);
  }

  @Test
  void readsPaletteAndBilevelImages() throws IOException {
    BufferedImage indexed = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_INDEXED);
    indexed.setRGB(0, 0, 0xFF0000);
    assertThat(ImageFiles.readBytes(png(indexed), 1, 1, Resize.SQUASH)).containsExactly(-1, 0, 0);
    BufferedImage bilevel = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    bilevel.setRGB(1, 0, 0xFFFFFF);
    assertThat(ImageFiles.readBytes(png(bilevel), 1, 2, Resize.SQUASH))
        .containsExactly(0, -1, 0, -1, 0, -1);
  }

  @Test
  void resizesOtherSizes() throws IOException {
    BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        image.setRGB(x, y, x < 32 ? 0xFF0000 : 0x0000FF);
      }
    }
    byte[] planes = ImageFiles.readBytes(png(image), 32, 32, Resize.SQUASH);
    assertThat(planes).hasSize(3 * 32 * 32);
    assertThat(planes[15]).isEqualTo((byte) 255);
    assertThat(planes[16]).isEqualTo((byte) 0);
    assertThat(planes[2 * 1024 + 16]).isEqualTo((byte) 255);
  }

  @Test
  void rejectsOtherFiles() throws IOException {
    assertRejected(() -> read(temp.resolve("none.png")), "none.png", "does not exist");
    assertRejected(() -> read(temp), "not a file");
    Path text = Files.writeString(temp.resolve("text.png"), "not an image at all");
    assertRejected(() -> read(text), "text.png", "use PNG, JPEG");
    assertRejected(() -> read(Files.createFile(temp.resolve("empty.png"))), "empty.png");
    Path pointer =
        Files.writeString(temp.resolve("lfs.jpg"), "version https://git-lfs.github.com/spec/v1\n");
    assertRejected(() -> read(pointer), "lfs.jpg is a Git LFS pointer", "git lfs pull");
    Path page = Files.writeString(temp.resolve("page.jpg"), "<!doctype html>\n<html>");
    assertRejected(() -> read(page), "page.jpg is a web page; download the file itself");
    Path zeros = Files.write(temp.resolve("zeros.jpg"), new byte[100]); // a WBMP to the JDK
    assertRejected(() -> read(zeros), "zeros.jpg", "use PNG, JPEG");
  }

  @ParameterizedTest
  @CsvSource({"png", "jpg"})
  void rejectsTruncatedFiles(String format) throws IOException {
    byte[] whole = Files.readAllBytes(noise(format));
    for (int part = 1; part < 10; part++) {
      Path cut =
          Files.write(
              temp.resolve("cut%d.%s".formatted(part, format)),
              Arrays.copyOf(whole, whole.length * part / 10));
      assertRejected(() -> read(cut), "cut" + part);
    }
  }

  @Test
  void readsOrRejectsDamagedFiles() throws IOException {
    for (String format : new String[] {"png", "jpg"}) {
      byte[] whole = Files.readAllBytes(noise(format));
      int refused = 0;
      for (int at = 2; at < whole.length; at += 37) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) 0xA5;
        Path file = Files.write(temp.resolve("damaged." + format), damaged);
        try {
          assertThat(ImageFiles.readBytes(file, 8, 8, Resize.SQUASH)).hasSize(192);
        } catch (BadInputException e) {
          refused++;
        }
      }
      assertThat(refused).as(format).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({"60000,60000", "2147483647,1", "1,2147483647", "50000001,1"})
  void rejectsHugeHeadersBeforeDecoding(int width, int height) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(header);
    out.writeBytes("IHDR");
    out.writeInt(width);
    out.writeInt(height);
    out.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(header.toByteArray());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream png = new DataOutputStream(file);
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    png.writeInt(13);
    png.write(header.toByteArray());
    png.writeInt((int) crc.getValue());
    png.writeInt(0);
    png.write("IDAT".getBytes(StandardCharsets.US_ASCII));
    Path bomb = Files.write(temp.resolve("bomb.png"), file.toByteArray());
    assertRejected(() -> read(bomb), "bomb.png", "%d×%d".formatted(width, height), "smaller");
  }

  private static void read(Path file) {
    ImageFiles.readBytes(file, 8, 8, Resize.SQUASH);
  }

  private Path png(BufferedImage image) throws IOException {
    return TestImages.write(image, Files.createTempFile(temp, "image", ".png"));
  }

  private Path noise(String format) throws IOException {
    BufferedImage image = ImageFiles.picture(TestImages.random(1, 3, 40, 40), 0);
    return TestImages.write(image, temp.resolve("noise." + format));
  }
}
