package dev.softgate.experiment;

import dev.softgate.BadInputException;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.training.EpochMetrics;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The metrics of all epochs so far as a table: {@code metrics.csv}, a header and a row an epoch.
 * Numbers are written so that reading gives back the same bits, and a cell is empty where nothing
 * was measured. Columns, in the units of {@link EpochMetrics}: {@code epoch} (from zero), {@code
 * learning_rate}, {@code gate_learning_rate}, then for {@code train}, {@code val} and {@code test}
 * each {@code …_images}, {@code …_accuracy}, {@code …_loss}, {@code …_gate_loss} and {@code
 * …_mean_gate}.
 */
public final class MetricsTable {

  private static final Pattern NEWLINE = Pattern.compile("\r?\n");

  private MetricsTable() {}

  /**
   * Writes the table in the place of {@code file}, whole or not at all.
   *
   * @param epochs in order
   * @throws UncheckedIOException if that fails
   */
  public static void write(Path file, List<EpochMetrics> epochs) {
    StringBuilder text = new StringBuilder(String.join(",", MetricsRow.COLUMNS)).append('\n');
    for (EpochMetrics epoch : epochs) {
      text.append(String.join(",", MetricsRow.cells(epoch))).append('\n');
    }
    AtomicFiles.writeString(file, text.toString());
  }

  /**
   * Reads a table.
   *
   * @throws BadInputException if the file is missing, its columns are not those of this type, or a
   *     cell is missing, superfluous or no number; the message gives the line
   */
  public static List<EpochMetrics> read(Path file) {
    String text = TextFiles.read(file);
    if (!text.endsWith("\n")) {
      throw bad(file, "its last line is incomplete");
    }
    List<List<String>> rows = new ArrayList<>();
    String[] lines = NEWLINE.split(text, -1);
    for (int i = 0; i < lines.length - 1; i++) {
      rows.add(List.of(lines[i].split(",", -1)));
    }
    return epochs(file, rows);
  }

  private static List<EpochMetrics> epochs(Path file, List<List<String>> rows) {
    if (rows.isEmpty() || !rows.get(0).equals(MetricsRow.COLUMNS)) {
      throw bad(file, "its columns are not " + String.join(",", MetricsRow.COLUMNS));
    }
    List<EpochMetrics> epochs = new ArrayList<>();
    for (int i = 1; i < rows.size(); i++) {
      EpochMetrics epoch;
      try {
        epoch = MetricsRow.parse(rows.get(i));
      } catch (MetricsRow.UnreadableException e) {
        throw bad(file, "line " + (i + 1) + ": " + e.getMessage());
      }
      if (epoch.epoch() != i - 1) {
        throw bad(
            file,
            "line %d: epoch %d stands where epoch %d belongs"
                .formatted(i + 1, epoch.epoch(), i - 1));
      }
      epochs.add(epoch);
    }
    return List.copyOf(epochs);
  }

  private static BadInputException bad(Path file, String reason) {
    return new BadInputException(
        "%s is not a table of metrics: %s; resume the run to write it anew"
            .formatted(file, reason));
  }
}
