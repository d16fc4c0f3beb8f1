package dev.softgate.cli;

import dev.softgate.data.ImageFiles;
import dev.softgate.data.ImageSet;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.data.TestImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;

/** Image files for tests. */
final class Pictures {

  private Pictures() {}

  /** Writes an image of a set as a PNG file. */
  static Path write(ImageSet images, int id, Path file) throws IOException {
    return TestImages.write(ImageFiles.picture(images, id), file);
  }

  /**
   * Writes synthetic images in folders of two classes, eight a class and half, whose names hold
   * what separates the cells of a table.
   */
  static Path oddlyNamed(Path root) throws IOException {
    ImageSet images = SyntheticDataset.generate(1).dataset().train();
    for (String half : new String[] {"train", "test"}) {
      for (int k = 0; k < 2; k++) {
        Path of = root.resolve(half).resolve("a, \"b\" " + k);
        for (int i = 0; i < 8; i++) {
          write(images, 10 * k + i, of.resolve("x" + i + ".png"));
        }
      }
    }
    return root;
  }

  /** Writes a data set of image folders, one train and one test image a class, 24×20 pixels. */
  static Path folders(Path root, int classes) throws IOException {
    for (String half : new String[] {"train", "test"}) {
      for (int k = 0; k < classes; k++) {
        BufferedImage picture = new BufferedImage(24, 20, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(k, k, 0xFFFFFF);
        TestImages.write(picture, root.resolve(half).resolve("class" + k).resolve("0.png"));
      }
    }
    return root;
  }
}
