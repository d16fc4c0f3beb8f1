package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labels of all train images of a set, from a file: those to train on, and, where they are known,
 * the true ones to judge by.
 *
 * <p>The file is a CSV with the header {@code index,given,clean} or {@code index,given} and a row
 * for each train image, in any order: the image's id, then its labels as class ids or class names.
 * A whole number is an id, but where a class has another number for its name than its id; there
 * labels are names.
 *
 * @param file that was read
 * @param given int32, N, in [0, K): what a training is told
 * @param clean int32, N, in [0, K): what the images show; null where the file does not say
 * @param sha256 of the file's bytes, in lower-case hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // looked up by image id, never compared
public record LabelFile(Path file, int[] given, int @Nullable [] clean, String sha256) {

  private static final List<String> COLUMNS = List.of("index", "given", "clean");

  /**
   * Reads a file.
   *
   * @param images N, how many train images the set has
   * @param classNames K names, in the order of the class ids
   * @throws BadInputException if it is missing, malformed, or not of exactly these images and
   *     classes; the message names the file and, where there is one, the line
   */
  public static LabelFile read(Path file, int images, List<String> classNames) {
    CsvTable table = CsvTable.read(file);
    if (!table.header().equals(COLUMNS) && !table.header().equals(COLUMNS.subList(0, 2))) {
      throw table.problem(
          1,
          "the columns are %s, not index,given or index,given,clean; softgate noise --from makes such a file of another"
              .formatted(OneLine.of(String.join(",", table.header()))));
    }
    LabelColumns labels = LabelColumns.of(table, images, "train", classNames);
    return new LabelFile(
        file,
        labels.column("given"),
        table.header().size() == COLUMNS.size() ? labels.column("clean") : null,
        table.sha256());
  }

  /** The file of these labels, not yet written. */
  public static LabelFile of(Path file, int[] given, int[] clean, List<String> classNames) {
    return new LabelFile(
        file,
        given,
        clean,
        Sha256.of(text(given, clean, classNames).getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * What the file says, as class ids, or names where ids would be taken for them, in the order of
   * the images.
   *
   * @throws IllegalStateException if the clean labels are not known
   */
  public String text(List<String> classNames) {
    return text(given, known(), classNames);
  }

  private static String text(int[] given, int[] clean, List<String> classNames) {
    List<String> cells =
        LabelColumns.haveOtherNumbers(classNames)
            ? classNames.stream().map(CsvTable::quoted).toList()
            : IntStream.range(0, classNames.size()).mapToObj(Integer::toString).toList();
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (int id = 0; id < given.length; id++) {
      text.append(id).append(',').append(cells.get(given[id]));
      text.append(',').append(cells.get(clean[id])).append('\n');
    }
    return text.toString();
  }

  /** How many images are labeled otherwise than by {@code others}, N. */
  public static int differences(int[] labels, int[] others) {
    int differences = 0;
    for (int id = 0; id < labels.length; id++) {
      differences += labels[id] == others[id] ? 0 : 1;
    }
    return differences;
  }

  /**
   * How many images of each clean class were given each label, K×K: a row a clean class.
   *
   * @throws IllegalStateException if the clean labels are not known
   */
  public int[][] confusion(int classes) {
    int[] known = known();
    int[][] confusion = new int[classes][classes];
    for (int id = 0; id < given.length; id++) {
      confusion[known[id]][given[id]]++;
    }
    return confusion;
  }

  /**
   * How many of some images have a wrong label.
   *
   * @throws IllegalStateException if the clean labels are not known
   */
  public int wrong(int[] ids) {
    int[] known = known();
    return (int) Arrays.stream(ids).filter(id -> given[id] != known[id]).count();
  }

  private int[] known() {
    if (clean == null) {
      throw new IllegalStateException("the clean labels are not known");
    }
    return clean;
  }
}
