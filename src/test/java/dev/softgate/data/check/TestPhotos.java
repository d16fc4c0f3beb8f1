package dev.softgate.data.check;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/** Made-up photos for tests: rectangles of random place, size and color. */
public final class TestPhotos {

  private static final int RECTANGLES = 60;

  private TestPhotos() {}

  /** A photo; another seed is another photo, another size the same one at that size. */
  public static BufferedImage photo(long seed, int width, int height) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < RECTANGLES; i++) {
      graphics.setColor(new Color(random.nextInt(0x1000000)));
      int left = (int) ((random.nextDouble() - .2) * width);
      int top = (int) ((random.nextDouble() - .2) * height);
      graphics.fillRect(
          left,
          top,
          (int) (random.nextDouble() * .5 * width),
          (int) (random.nextDouble() * .5 * height));
    }
    graphics.dispose();
    return image;
  }

  static BufferedImage resized(BufferedImage image, int width, int height) {
    BufferedImage resized = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = resized.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return resized;
  }

  /** Multiplies all values. */
  static BufferedImage scaled(BufferedImage image, double factor) {
    BufferedImage scaled =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        Color color = new Color(image.getRGB(x, y));
        scaled.setRGB(
            x,
            y,
            new Color(
                    level(factor * color.getRed()),
                    level(factor * color.getGreen()),
                    level(factor * color.getBlue()))
                .getRGB());
      }
    }
    return scaled;
  }

  private static int level(double value) {
    return (int) Math.min(255, Math.round(value));
  }

  /** Means over squares of {@code side} pixels. */
  static BufferedImage blurred(BufferedImage image, int side) {
    float[] weights = new float[side * side];
    Arrays.fill(weights, 1f / weights.length);
    return new ConvolveOp(new Kernel(side, side, weights), ConvolveOp.EDGE_NO_OP, null)
        .filter(image, null)
        .getSubimage(side, side, image.getWidth() - 2 * side, image.getHeight() - 2 * side);
  }

  static BufferedImage gray(BufferedImage image) {
    BufferedImage gray =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        Color color = new Color(image.getRGB(x, y));
        gray.setRGB(x, y, 0x010101 * ((color.getRed() + color.getGreen() + color.getBlue()) / 3));
      }
    }
    return gray;
  }

  /** Writes an image in the format that the name's ending says; makes its folder. */
  public static Path write(BufferedImage image, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    String name = file.getFileName().toString();
    if (!ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile())) {
      throw new IOException("no writer for " + name);
    }
    return file;
  }

  /** The image as uint8, C×H×W. */
  static byte[] planes(BufferedImage image) {
    int pixels = image.getWidth() * image.getHeight();
    byte[] planes = new byte[3 * pixels];
    for (int at = 0; at < pixels; at++) {
      int color = image.getRGB(at % image.getWidth(), at / image.getWidth());
      planes[at] = (byte) (color >> 16);
      planes[pixels + at] = (byte) (color >> 8);
      planes[2 * pixels + at] = (byte) color;
    }
    return planes;
  }
}
