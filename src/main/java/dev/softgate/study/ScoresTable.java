package dev.softgate.study;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code scores.csv}: how good the label of each training image seems, one row per image. Columns:
 * {@code id} in the set, {@code file} within the set's folder (empty if there is none), {@code
 * given} and {@code suggested} class names (the latter is the most probable class other than the
 * given one, empty if the class has too few images), {@code flags} ({@code label-issue} if the
 * label seems wrong), {@code confident_learning} ({@code out-of-sample} or {@code in-sample}), the
 * scores of {@link LabelStudy}, in [0, 1], where a high score means a good label, and {@code clean}
 * if the true labels are known.
 */
final class ScoresTable {

  private ScoresTable() {}

  /**
   * Writes the table atomically.
   *
   * @throws java.io.UncheckedIOException if writing fails
   */
  static void write(Path file, LabelStudy study) {
    List<String> names = study.images().dataset().classNames();
    int[] suggested = study.issues().suggested();
    boolean[] flagged = study.issues().flagged();
    StringBuilder text = new StringBuilder("id,file,given,suggested,flags,confident_learning");
    study.scores().keySet().forEach(name -> text.append(',').append(name));
    text.append(study.clean() == null ? "\n" : ",clean\n");
    for (int i = 0; i < suggested.length; i++) {
      text.append(study.ids()[i]);
      text.append(',').append(CsvTable.quoted(study.images().images().file(study.ids()[i])));
      text.append(',').append(CsvTable.quoted(names.get(study.given()[i])));
      text.append(',').append(suggested[i] < 0 ? "" : CsvTable.quoted(names.get(suggested[i])));
      text.append(',').append(flagged[i] ? "label-issue" : "");
      text.append(',').append(study.confidentLearning());
      for (double[] score : study.scores().values()) {
        text.append(',').append((float) score[i]);
      }
      if (study.clean() != null) {
        text.append(',').append(CsvTable.quoted(names.get(study.clean()[i])));
      }
      text.append('\n');
    }
    AtomicFiles.writeString(file, text.toString());
  }
}
