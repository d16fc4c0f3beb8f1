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
 * Labels of all train images of a set, from a file: the labels to train on and, if they are known,
 * the true ones.
 *
 * <p>The file is a CSV with the header {@code index,given,clean} or {@code index,given} and a row
 * for each train image, in any order: the image's id, then its labels as class ids or class names.
 * A whole number is a class id, unless the name of a class is a number other than its id; then all
 * labels are names.
 *
 * @param file the path of the file
 * @param given int32, N, in [0, K): the labels to train on
 * @param clean int32, N, in [0, K): the true labels; null if the file has none
 * @param sha256 the hash of the file's bytes, in lower-case hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // looked up by image id, never compared
public record LabelFile(Path file, int[] given, int @Nullable [] clean, String sha256) {

  private static final List<String> COLUMNS = List.of("index", "given", "clean");

  /**
   * Reads a file.
   *
   * @throws BadInputException if the file is missing, malformed, or for other images or classes
   */
  public static LabelFile read(Path file, int images, List<String> classNames) {
    CsvTable table = CsvTable.read(file);
    if (!table.header().equals(COLUMNS) && !table.header().equals(COLUMNS.subList(0, 2))) {
      throw table.problem(
          1,
          "the columns are %s, not index,given or index,given,clean; softgate noise --from converts other tables"
              .formatted(OneLine.of(String.join(",", table.header()))));
    }
    LabelColumns labels = LabelColumns.of(table, images, "train", classNames);
    return new LabelFile(
        file,
        labels.column("given"),
        table.header().size() == COLUMNS.size() ? labels.column("clean") : null,
        table.sha256());
  }

  /** A file with these labels that is not written yet. */
  public static LabelFile of(Path file, int[] given, int[] clean, List<String> classNames) {
    return new LabelFile(
        file,
        given,
        clean,
        Sha256.of(text(given, clean, classNames).getBytes(StandardCharsets.UTF_8)));
  }

  /** The file's content; names if ids are ambiguous; IllegalStateException without clean labels. */
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
    int[][] confusion = new int[classes][classes];
    for (int id = 0; id < given.length; id++) {
      confusion[known[id]][given[id]]++;
    }
    return confusion;
  }

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
