package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data set of image files: {@code DIR/train/CLASS/*.png|jpg|webp|…} and {@code DIR/test/CLASS/…}.
 * The classes are the sorted names of the train folders. Images are numbered class by class, in the
 * order of their file names. Names that begin with a dot are ignored. Files with another extension
 * and folders within a class's folder are ignored with a warning. All images have one size.
 */
final class ImageFolder {

  private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);

  private static final int MIN_CLASSES = 2;

  /** The most odd files of a half that are named. */
  private static final int MAX_REMARKS = 10;

  private final Path root;
  private final List<String> classNames;

  private ImageFolder(Path root, List<String> classNames) {
    this.root = root;
    this.classNames = classNames;
  }

  /** An image file and the class of its folder. */
  private record Labeled(Path file, int label) {}

  /** Reads the set at {@code root}; limits decide what images are decoded, null for all. */
  static Dataset read(String name, Path root, @Nullable Limits limits) {
    List<String> classNames = folders(root.resolve("train"));
    if (classNames.size() < MIN_CLASSES) {
      throw new BadInputException(
          "%s has %d class folders: %d or more are required, each with the images of one class"
              .formatted(OneLine.of(root.resolve("train")), classNames.size(), MIN_CLASSES));
    }
    ImageFolder folder = new ImageFolder(root, classNames);
    List<Labeled> train = folder.files("train");
    List<Labeled> test = folder.files("test");
    int[] trainIds = IntStream.range(0, train.size()).toArray();
    int[] testIds = IntStream.range(0, test.size()).toArray();
    if (limits != null && limits.limitReading()) {
      Division division = Division.of(limits, name, labels(train), new int[0], labels(test));
      trainIds =
          IntStream.concat(IntStream.of(division.train()), IntStream.of(division.validation()))
              .sorted()
              .toArray();
      testIds = division.test();
    }
    ImageDecoder.Size size = ImageDecoder.size(train.get(trainIds[0]).file);
    long together = (long) trainIds.length + testIds.length;
    return Dataset.of(
        name,
        classNames,
        folder.decode(train, trainIds, size, together),
        folder.decode(test, testIds, size, together),
        "folder " + OneLine.of(root));
  }

  private List<Labeled> files(String half) {
    Path folder = root.resolve(half);
    List<Labeled> files = new ArrayList<>();
    List<Path> others = new ArrayList<>();
    for (String className : folders(folder)) {
      int label = Collections.binarySearch(classNames, className);
      if (label < 0) {
        throw new BadInputException(
            "%s is a class that %s does not have: add it there or remove it here"
                .formatted(
                    OneLine.of(folder.resolve(className)), OneLine.of(root.resolve("train"))));
      }
      List<Path> entries = entries(folder.resolve(className));
      List<Path> images = entries.stream().filter(ImageFiles::isImageName).toList();
      entries.stream().filter(entry -> !ImageFiles.isImageName(entry)).forEach(others::add);
      if (images.isEmpty()) {
        throw new BadInputException(
            "%s has no image file (.png, .jpg, …): add some or remove the folder"
                .formatted(OneLine.of(folder.resolve(className))));
      }
      images.forEach(file -> files.add(new Labeled(file, label)));
    }
    if (files.isEmpty()) {
      throw new BadInputException(
          "%s has no class folders with images: add them".formatted(OneLine.of(folder)));
    }
    if (!others.isEmpty()) {
      LOG.warn(
          "{} {} ignored: only files with an image extension (.png, .jpg, …) are read",
          OneLine.of(others.get(0)),
          others.size() == 1 ? "is" : "and %,d more are".formatted(others.size() - 1));
    }
    return files;
  }

  private static int[] labels(List<Labeled> files) {
    return files.stream().mapToInt(Labeled::label).toArray();
  }

  /** Decodes the images of some ids, ascending; the others are in the set by their labels alone. */
  private ImageSet decode(List<Labeled> files, int[] ids, ImageDecoder.Size size, long together) {
    try (ImageStore store = new ImageStore(ids.length, together, size.height(), size.width())) {
      int remarks = 0;
      for (int id : ids) {
        ImageDecoder.Decoded decoded = ImageDecoder.decode(files.get(id).file, size);
        if (decoded.remark() != null && ++remarks <= MAX_REMARKS) {
          LOG.warn(decoded.remark());
        }
        store.add(decoded.planes());
      }
      if (remarks > MAX_REMARKS) {
        LOG.warn("{} more files are read, although they are odd", remarks - MAX_REMARKS);
      }
      return new ImageView(
          store.images(),
          ids,
          labels(files),
          files.stream().map(image -> root.relativize(image.file).toString()).toList());
    }
  }

  private static List<String> folders(Path folder) {
    return entries(folder).stream()
        .filter(Files::isDirectory)
        .map(entry -> String.valueOf(entry.getFileName()))
        .sorted()
        .toList();
  }

  /** The entries of a folder without hidden ones, sorted by name. */
  private static List<Path> entries(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
      for (Path entry : found) {
        if (!String.valueOf(entry.getFileName()).startsWith(".")) {
          entries.add(entry);
        }
      }
    } catch (IOException e) {
      throw new BadInputException(
          "%s cannot be read (%s): folder:DIR requires DIR/train/CLASS/ and DIR/test/CLASS/ with images"
              .formatted(OneLine.of(folder), OneLine.of(e)),
          e);
    }
    Collections.sort(entries);
    return entries;
  }
}
