package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/** Images for tests, in sets and in files. */
public final class TestImages {

  private TestImages() {}

  /** Random pixels and random labels below 10. */
  static ImageSet random(int count, int channels, int height, int width) {
    Random random = new Random(count + 31L * (height + 31L * width));
    byte[] pixels = new byte[count * channels * height * width];
    random.nextBytes(pixels);
    int[] labels = new int[count];
    Arrays.setAll(labels, id -> random.nextInt(10));
    return ImageSet.of(pixels, labels, channels, height, width);
  }

  /** An image of one gray level from 0 to 255. */
  static BufferedImage gray(int width, int height, int level) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, level * 0x010101);
    }
    return image;
  }

  /** Writes an image file, a PNG unless the name ends as a JPEG's; makes its folder. */
  public static Path write(BufferedImage image, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    String format = file.toString().matches("(?i).*\\.jpe?g") ? "jpg" : "png";
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }
}
