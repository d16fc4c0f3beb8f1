package dev.softgate.report;

import dev.softgate.config.DataConfig;
import dev.softgate.interop.CsvTable;
import dev.softgate.training.Suspects;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code scores.csv}, which rates the label of each train image. The columns are {@code
 * id,file,given,suggested,flags}, optionally {@code confident_learning}, one for each score, and
 * {@code clean} if true labels are known. Classes are given by name; an empty {@code clean} is
 * unknown. Scores are in [0, 1]; a high score means a good label.
 *
 * @param files empty if the images have none
 * @param clean null if no true label is known
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

  private static final String MARGIN = "normalized_margin";

  /** A score: its column, and one value per image. */
  @SuppressWarnings("ArrayRecordComponent")
  record Score(String name, double[] values) {}

  static LabelTable read(Path file) {
    CsvTable table = CsvTable.read(file);
    int[] ids = table.wholeNumbers("id");
    List<Score> scores =
        table.header().stream()
            .filter(column -> !Suspects.NO_SCORES.contains(column))
            .map(column -> score(table, column))
            .toList();
    if (scores.isEmpty()) {
      throw table.problem(1, "the header names no score after " + String.join(",", FIRST));
    }
    return new LabelTable(
        ids,
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

  boolean isKnown(int row) {
    return clean != null && !clean.get(row).isEmpty();
  }

  /** Whether the true label of a row is known and differs from the given label. */
  boolean isWrong(int row) {
    return clean != null && isKnown(row) && !clean.get(row).equals(given.get(row));
  }

  /** The score to sort by: the area under the margin, or else the first score. */
  Score ranking() {
    return find(DataConfig.AUM).orElse(scores.get(0));
  }

  /** What an image loses with owned channels off; null where the network has none. */
  @Nullable Score memorization() {
    return find(MEMORIZATION).orElse(null);
  }

  /** (1 + p of the given label − the greatest other p) / 2 of each row; null if not scored. */
  double @Nullable [] margin() {
    return find(MARGIN).map(Score::values).orElse(null);
  }

  private Optional<Score> find(String column) {
    return scores.stream().filter(score -> score.name().equals(column)).findFirst();
  }
}
