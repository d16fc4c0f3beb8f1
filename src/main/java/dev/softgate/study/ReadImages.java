package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageFiles;
import dev.softgate.data.ImageSet;
import dev.softgate.data.ImageStore;
import dev.softgate.data.Resize;
import dev.softgate.interop.MachineTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Image files in memory, at the size that a network needs.
 *
 * @param files the files, in the order of the images
 * @param images their pixels; the labels have no meaning
 * @param unreadable the files that could not be read, in the given order
 */
public record ReadImages(List<Path> files, ImageSet images, List<Unreadable> unreadable) {

  /** Copies the lists. */
  public ReadImages {
    files = List.copyOf(files);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * A file that is not an image.
   *
   * @param reason one line that names the file
   */
  public record Unreadable(Path file, String reason) {}

  /**
   * Reads and resizes files, see {@link ImageFiles}. A folder stands for the image files in it and
   * its subfolders, by name.
   *
   * @param height the height to resize to, in pixels
   * @param width the width to resize to, in pixels
   * @throws BadInputException if no file can be read as an image, or a folder has none
   */
  public static ReadImages of(List<Path> filesAndFolders, int height, int width, Resize resize) {
    List<Path> named = filesAndFolders.stream().flatMap(path -> files(path).stream()).toList();
    List<Path> read = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    try (ImageStore store = new ImageStore(named.size(), named.size(), height, width)) {
      for (Path file : named) {
        byte[] image;
        try {
          image = ImageFiles.readBytes(file, height, width, resize);
        } catch (BadInputException e) {
          unreadable.add(new Unreadable(file, String.valueOf(e.getMessage())));
          continue;
        }
        store.add(image);
        read.add(file);
      }
      if (read.isEmpty()) {
        int others = unreadable.size() - 1;
        throw new BadInputException(
            unreadable.get(0).reason() + (others == 0 ? "" : " (and %d more)".formatted(others)));
      }
      return new ReadImages(read, store.images(), unreadable);
    }
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> below = Files.walk(path)) {
      List<Path> files = below.filter(ReadImages::isImage).sorted().toList();
      if (files.isEmpty()) {
        throw new BadInputException(
            path + " has no image file (.png, .jpg, …); specify files, or a folder with images");
      }
      return files;
    } catch (IOException e) {
      throw new BadInputException(path + " cannot be read: " + MachineTrouble.reason(e), e);
    }
  }

  private static boolean isImage(Path path) {
    return !String.valueOf(path.getFileName()).startsWith(".")
        && ImageFiles.isImageName(path)
        && Files.isRegularFile(path);
  }
}
