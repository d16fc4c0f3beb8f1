package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image files of a set and their labels, before any file is opened.
 *
 * @param name the set, such as {@code folder:DIR}
 * @param root the folder that {@link #file} is relative to
 * @param classNames K names, sorted; the index is the label
 * @param entries all files, in the order of their ids within each part
 */
public record ImageListing(String name, Path root, List<String> classNames, List<Entry> entries) {

  /** How the name of a set begins whose images are in {@code DIR/CLASS/} or in parts of it. */
  static final String FOLDER = "folder:";

  /** How the name of a set begins whose images and labels are in a CSV file. */
  static final String LIST = "list:";

  private static final Logger LOG = LoggerFactory.getLogger(ImageListing.class);

  private static final int MIN_CLASSES = 2;

  /** The most classes that a warning names. */
  private static final int MAX_NAMED = 5;

  /** What an image is for. */
  public enum Part {
    TRAIN,
    /** Held out of the images to train on by the set itself. */
    VALIDATION,
    TEST
  }

  /**
   * A file, not yet opened.
   *
   * @param file its path, as it was reached from the name of the set
   * @param label the index of its class's name
   */
  public record Entry(Path file, int label, Part part) {}

  /** Copies the lists. */
  public ImageListing {
    classNames = List.copyOf(classNames);
    entries = List.copyOf(entries);
  }

  /** Throws BadInputException if there are too few classes or no images to train on. */
  void requireTrainable() {
    if (classNames.size() < MIN_CLASSES) {
      throw new BadInputException(
          "%s has images of %d %s: %d or more are required, such as two class folders"
              .formatted(
                  place(name),
                  classNames.size(),
                  classNames.size() == 1 ? "class" : "classes",
                  MIN_CLASSES));
    }
    if (!hasTrainImages(entries)) {
      throw noTrainImages();
    }
  }

  /** The folder or file that a set's name holds, for messages. */
  private static String place(String name) {
    return OneLine.of(name.substring(name.indexOf(':') + 1));
  }

  /** Whether {@link #of} lists the set: its images are files. */
  public static boolean isListed(String dataset) {
    return dataset.startsWith(FOLDER) || dataset.startsWith(LIST);
  }

  /**
   * Lists the files of a set for which {@link #isListed} holds, and logs what the folders mean.
   *
   * @throws BadInputException if the set does not exist, cannot be read or has no images
   */
  public static ImageListing of(String dataset) {
    try {
      ImageListing listing =
          dataset.startsWith(LIST)
              ? ListFile.read(dataset, Path.of(dataset.substring(LIST.length())))
              : FolderListing.read(dataset, Path.of(dataset.substring(FOLDER.length())));
      listing.warnOfLacking(Part.TRAIN, "to train on");
      listing.warnOfLacking(Part.TEST, "to test on");
      return listing;
    } catch (InvalidPathException e) {
      throw new BadInputException(
          "{dataset} %s does not name a folder or file: use folder:DIR or list:FILE.csv"
              .formatted(OneLine.of(dataset)),
          e);
    }
  }

  /** Whether all files are in folders below {@link #root}. */
  public boolean isFolder() {
    return name.startsWith(FOLDER);
  }

  private void warnOfLacking(Part part, String purpose) {
    boolean[] found = new boolean[classNames.size()];
    entries(part).forEach(entry -> found[entry.label] = true);
    List<String> lacking =
        IntStream.range(0, found.length)
            .filter(label -> !found[label])
            .mapToObj(classNames::get)
            .toList();
    if (!lacking.isEmpty() && lacking.size() < found.length) {
      String named = String.join(", ", lacking.subList(0, Math.min(MAX_NAMED, lacking.size())));
      LOG.warn(
          "{} of {} classes have no images {}: {}{}",
          lacking.size(),
          found.length,
          purpose,
          OneLine.of(named),
          lacking.size() > MAX_NAMED ? ", …" : "");
    }
  }

  /** The files of a part, in the order of their ids. */
  public List<Entry> entries(Part part) {
    return entries.stream().filter(entry -> entry.part == part).toList();
  }

  /** The files to train on and then those for validation, in the order of their ids. */
  public List<Entry> trainEntries() {
    return Stream.concat(entries(Part.TRAIN).stream(), entries(Part.VALIDATION).stream()).toList();
  }

  /** What {@link ImageSet#file} returns for an image: its path below {@link #root}. */
  public String file(Entry entry) {
    return file(entry.file);
  }

  String file(Path file) {
    return Objects.equals(root.getRoot(), file.getRoot())
        ? root.relativize(file).toString()
        : file.toString();
  }

  /**
   * The same without some files.
   *
   * @throws BadInputException if no images to train on are left of some
   */
  ImageListing without(Set<Path> files) {
    List<Entry> left = entries.stream().filter(entry -> !files.contains(entry.file)).toList();
    if (hasTrainImages(entries) && !hasTrainImages(left)) {
      throw noTrainImages();
    }
    return new ImageListing(name, root, classNames, left);
  }

  private static boolean hasTrainImages(List<Entry> entries) {
    return entries.stream().anyMatch(entry -> entry.part == Part.TRAIN);
  }

  private BadInputException noTrainImages() {
    return new BadInputException(
        "%s has no images to train on: add them, in a folder as train/CLASS/"
            .formatted(place(name)));
  }

  /** The text of {@link Dataset#source}. */
  String source() {
    return OneLine.of(name.replaceFirst(":", " "));
  }
}
