package dev.softgate.report;

import dev.softgate.config.DataConfig;
import dev.softgate.interop.CsvTable;
import dev.softgate.training.Suspects;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code scores.csv}: how good the label of each train image seems. The columns are {@code
 * id,file,given,suggested,flags}, perhaps {@code confident_learning}, then one for each score,
 * then, where the truth is known, {@code clean}; classes are names, an empty {@code clean} is not
 * known, and scores lie in [0, 1], high for a good label.
 *
 * @param ids of the train images
 * @param files they came from; empty where there are none
 * @param given the labels they were trained with
 * @param suggested the labels that they seem to have
 * @param flags what was noted
 * @param clean the true labels; null where none is known
 * @param scores in the order of their columns, at least one
 */
@SuppressWarnings("ArrayRecordComponent")
record LabelTable(
    int[] ids,
    List<String> files,
    List<String> given,
    List<String> suggested,
    List<String> flags,
    @Nullable List<String> clean,
    List<Score> scores) {

  private static final List<String> FIRST = List.of("id", "file", "given", "suggested", "flags");
  private static final String CLEAN = "clean";

  /** What an image loses with owned channels off, by its column. */
  private static final String MEMORIZATION = "memorization";

  /**
   * A score.
   *
   * @param name its column
   * @param values one an image
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Score(String name, double[] values) {}

  /**
   * Reads the table.
   *
   * @throws dev.softgate.BadInputException if the file is no such table
   */
  static LabelTable read(Path file) {
    CsvTable table = CsvTable.read(file);
    double[] ids = table.numbers("id");
    for (int row = 0; row < ids.length; row++) {
      if (!(ids[row] >= 0 && ids[row] <= Integer.MAX_VALUE && ids[row] == Math.rint(ids[row]))) {
        throw table.problem(row, "id", "the number of an image is expected");
      }
    }
    List<Score> scores =
        table.header().stream()
            .filter(column -> !Suspects.NO_SCORES.contains(column))
            .map(column -> score(table, column))
            .toList();
    if (scores.isEmpty()) {
      throw table.problem(1, "the header names no score after " + String.join(",", FIRST));
    }
    return new LabelTable(
        IntStream.range(0, ids.length).map(row -> (int) ids[row]).toArray(),
        table.texts("file"),
        table.texts("given"),
        table.texts("suggested"),
        table.texts("flags"),
        table.has(CLEAN) ? table.texts(CLEAN) : null,
        scores);
  }

  private static Score score(CsvTable table, String column) {
    double[] values = table.numbers(column);
    for (int row = 0; row < values.length; row++) {
      if (!(values[row] >= 0 && values[row] <= 1)) {
        throw table.problem(row, column, "a score from 0 to 1 is expected");
      }
    }
    return new Score(column, values);
  }

  /** Whether the true label of a row's image is known. */
  boolean isKnown(int row) {
    return clean != null && !clean.get(row).isEmpty();
  }

  /** Whether the true label of a row's image is known, and another than the given one. */
  boolean isWrong(int row) {
    return clean != null && isKnown(row) && !clean.get(row).equals(given.get(row));
  }

  /** The score to sort by: the area under the margin, or else the first. */
  Score ranking() {
    return find(DataConfig.AUM).orElse(scores.get(0));
  }

  /** What an image loses with owned channels off; null where the network has none. */
  @Nullable Score memorization() {
    return find(MEMORIZATION).orElse(null);
  }

  private Optional<Score> find(String column) {
    return scores.stream().filter(score -> score.name().equals(column)).findFirst();
  }
}
