package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labels of a set's images from a file: the labels to train on and, if they are known, the true
 * ones.
 *
 * <p>The file is a CSV with the header {@code index,given} or {@code file,given}, and optionally a
 * third column {@code clean}. A row labels an image: {@code index} is the id of a train image;
 * {@code file} is the path of a train or test image, absolute or relative to the folder of the set
 * or of the label file. Labels are class ids or class names. A whole number is a class id, unless
 * the name of a class is a number other than its id; then all labels are names. An image without a
 * row keeps the label that it has in the set. An image whose {@code given} is empty is left out: it
 * is neither trained on nor evaluated. A row that leaves out a file that the set does not have,
 * such as an unreadable one, is ignored.
 *
 * @param file the path of the file
 * @param listed the number of images that the file lists
 * @param relabeled the number of images whose label differs from that of the set
 * @param train the labels of the train images to train on
 * @param test the labels of the test images
 * @param clean int32, N, in [0, K): the true labels of the train images; null if the file has none
 * @param sha256 the hash of the file's bytes, in lower-case hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // looked up by image id, never compared
public record LabelFile(
    Path file,
    int listed,
    int relabeled,
    Part train,
    Part test,
    int @Nullable [] clean,
    String sha256) {

  private static final String COLUMNS = "index,given,clean";

  /**
   * The labels of the train images or of the test images.
   *
   * @param labels int32, in [0, K), a label for each image; an image that is left out keeps the
   *     label that it has in the set
   * @param leftOut int32, ascending: the ids of the images that are left out
   */
  @SuppressWarnings("ArrayRecordComponent") // looked up by image id, never compared
  public record Part(int[] labels, int[] leftOut) {

    /** The ids that are not left out, in their order; a new array. */
    public int[] kept(int[] ids) {
      return Arrays.stream(ids).filter(id -> Arrays.binarySearch(leftOut, id) < 0).toArray();
    }
  }

  /**
   * Reads a file.
   *
   * @param dataset the set that it labels, with its own labels
   * @throws BadInputException if the file is missing, malformed, or for other images or classes
   */
  public static LabelFile read(Path file, Dataset dataset) {
    return new LabelFileReader(
            file,
            new LabelFileReader.Labeled(
                dataset.source(), dataset.classNames(), dataset.train(), dataset.test()))
        .read();
  }

  /**
   * Reads a file.
   *
   * @param listing the set that it labels; the train images are those of {@code TRAIN} and then
   *     those of {@code VALIDATION}
   * @throws BadInputException if the file is missing, malformed, or for other images or classes
   */
  public static LabelFile read(Path file, ImageListing listing) {
    return new LabelFileReader(
            file,
            new LabelFileReader.Labeled(
                listing.name(),
                listing.classNames(),
                new ListedFiles(listing, listing.trainEntries()),
                new ListedFiles(listing, listing.entries(ImageListing.Part.TEST))))
        .read();
  }

  /** Whether the file changes the label of a test image of its set, or leaves one out. */
  public boolean labelsTestOf(Dataset dataset) {
    return test.leftOut().length > 0 || !Arrays.equals(test.labels(), dataset.test().labels());
  }

  /** The number of images that are left out. */
  public int leftOut() {
    return train.leftOut().length + test.leftOut().length;
  }

  /** int32, N, in [0, K): the labels of the train images to train on. */
  public int[] given() {
    return train.labels();
  }

  /** A file with labels of all train images that is not written yet. */
  public static LabelFile of(Path file, int[] given, int[] clean, Dataset dataset) {
    return new LabelFile(
        file,
        given.length,
        differences(given, dataset.train().labels()),
        new Part(given, new int[0]),
        new Part(dataset.test().labels(), new int[0]),
        clean,
        Sha256.of(text(given, clean, dataset.classNames()).getBytes(StandardCharsets.UTF_8)));
  }

  /** The file's content; names if ids are ambiguous; IllegalStateException without clean labels. */
  public String text(List<String> classNames) {
    return text(given(), known(), classNames);
  }

  /**
   * The content of a file that leaves out all train images but some.
   *
   * @param kept the ids of those
   * @param given int32, N, in [0, K): the labels of all train images; null for those of the set
   */
  public static String subsetText(BitSet kept, int @Nullable [] given, Dataset dataset) {
    List<String> cells = cells(dataset.classNames());
    StringBuilder text = new StringBuilder("index,given\n");
    for (int id = 0; id < dataset.train().count(); id++) {
      if (!kept.get(id)) {
        text.append(id).append(",\n");
      } else if (given != null) {
        text.append(id).append(',').append(cells.get(given[id])).append('\n');
      }
    }
    return text.toString();
  }

  /** How a file names each class. */
  private static List<String> cells(List<String> classNames) {
    return ClassCells.haveOtherNumbers(classNames)
        ? classNames.stream().map(CsvTable::quoted).toList()
        : IntStream.range(0, classNames.size()).mapToObj(Integer::toString).toList();
  }

  private static String text(int[] given, int[] clean, List<String> classNames) {
    List<String> cells = cells(classNames);
    StringBuilder text = new StringBuilder(COLUMNS).append('\n');
    for (int id = 0; id < given.length; id++) {
      text.append(id).append(',').append(cells.get(given[id]));
      text.append(',').append(cells.get(clean[id])).append('\n');
    }
    return text.toString();
  }

  /** The number of images whose label is another one in {@code others}, N. */
  public static int differences(int[] labels, int[] others) {
    int differences = 0;
    for (int id = 0; id < labels.length; id++) {
      differences += labels[id] == others[id] ? 0 : 1;
    }
    return differences;
  }

  /** Counts by clean (row) and given label: K×K; IllegalStateException without clean labels. */
  public int[][] confusion(int classes) {
    int[] known = known();
    int[] given = given();
    int[][] confusion = new int[classes][classes];
    for (int id = 0; id < given.length; id++) {
      confusion[known[id]][given[id]]++;
    }
    return confusion;
  }

  public int wrong(int[] ids) {
    int[] known = known();
    int[] given = given();
    return (int) Arrays.stream(ids).filter(id -> given[id] != known[id]).count();
  }

  private int[] known() {
    if (clean == null) {
      throw new IllegalStateException("the clean labels are not known");
    }
    return clean;
  }
}
