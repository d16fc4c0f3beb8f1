package dev.softgate.experiment;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageFiles;
import dev.softgate.data.ImageSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Image files in memory, at the size that a network takes.
 *
 * @param files which, in the order of the images
 * @param images their pixels; the labels mean nothing
 */
public record ReadImages(List<Path> files, ImageSet images) {

  private static final int CHANNELS = 3;

  /**
   * Reads and resizes files; see {@link ImageFiles} for how. All are tried before any is refused.
   *
   * @param height H to resize to, in pixels
   * @param width W to resize to, in pixels
   * @throws BadInputException if one cannot be read as an image; how many others, it says too
   */
  public static ReadImages of(List<Path> files, int height, int width) {
    int bytes = CHANNELS * height * width;
    byte[] pixels = new byte[Math.multiplyExact(files.size(), bytes)];
    List<BadInputException> refused = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      try {
        byte[] image = ImageFiles.readBytes(files.get(i), height, width);
        System.arraycopy(image, 0, pixels, i * bytes, bytes);
      } catch (BadInputException e) {
        refused.add(e);
      }
    }
    if (!refused.isEmpty()) {
      BadInputException first = refused.get(0);
      int others = refused.size() - 1;
      throw new BadInputException(
          first.getMessage() + (others == 0 ? "" : " (and %d more like it)".formatted(others)),
          first);
    }
    return new ReadImages(
        List.copyOf(files), new ImageSet(pixels, new int[files.size()], CHANNELS, height, width));
  }
}
