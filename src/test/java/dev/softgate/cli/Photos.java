package dev.softgate.cli;

import dev.softgate.data.TestImages;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;

/** Photos of many sizes, in three formats, and a file that is broken. */
final class Photos {

  static final String[] CLASSES = {"cat", "dog"};

  /** 40×28 pixels, lossless. */
  private static final byte[] WEBP =
      Base64.getDecoder()
          .decode("UklGRjAAAABXRUJQVlA4TCQAAAAvJ8AGALkyRPQ/dhHR/zAobduA6fz/7+KiMRiUmACIVgtY/QM=");

  private Photos() {}

  /** Writes photos, the classes in turn, from a number on, below a folder of classes. */
  static void write(Path classes, int first, int count) throws IOException {
    for (int i = first; i < first + count; i++) {
      Path folder = classes.resolve(CLASSES[i % CLASSES.length]);
      Files.createDirectories(folder);
      if (i % 5 == 4) {
        Files.write(folder.resolve("photo " + i + ".webp"), WEBP);
      } else {
        String name = "photo " + i + (i % 3 == 0 ? ".png" : ".JPG");
        TestImages.write(photo(24 + 3 * i, 90 - 2 * (i % 31), i), folder.resolve(name));
      }
    }
  }

  /** Writes a text file with the name of a photo. */
  static Path broken(Path classes) throws IOException {
    Files.createDirectories(classes.resolve(CLASSES[0]));
    return Files.writeString(classes.resolve(CLASSES[0]).resolve("broken.jpg"), "no photo");
  }

  /** A disk for cats, a square for dogs, in any color on another. */
  private static BufferedImage photo(int width, int height, int number) {
    Random random = new Random(number);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(random.nextInt(1 << 24)));
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(new Color(random.nextInt(1 << 24)));
    if (number % CLASSES.length == 0) {
      graphics.fillOval(width / 4, height / 4, width / 2, height / 2);
    } else {
      graphics.fillRect(width / 4, height / 4, width / 2, height / 2);
    }
    graphics.dispose();
    return image;
  }
}
