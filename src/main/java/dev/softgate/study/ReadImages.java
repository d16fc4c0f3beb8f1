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
   * The image files that paths stand for: a folder for those in it and its subfolders, by name.
   *
   * @throws BadInputException if a folder has none
   */
  static List<Path> list(List<Path> filesAndFolders) {
    return filesAndFolders.stream().flatMap(path -> files(path).stream()).toList();
  }

  /**
   * Reads and resizes files, see {@link ImageFiles}.
   *
   * @param height the height to resize to, in pixels
   * @param width the width to resize to, in pixels
   * @param threads how many files are decoded at once
   */
  static ReadImages of(List<Path> named, int height, int width, Resize resize, int threads) {
    List<Path> read = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    try (ImageStore store = new ImageStore(named.size(), named.size(), height, width)) {
      for (ImageFiles.Outcome outcome : ImageFiles.readAll(named, height, width, resize, threads)) {
        byte[] planes = outcome.planes();
        if (planes == null) {
          unreadable.add(new Unreadable(outcome.file(), String.valueOf(outcome.problem())));
        } else {
          store.add(planes);
          read.add(outcome.file());
        }
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
