package dev.softgate.study;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code scores.csv}: how good the label of each training image seems, a row an image. Columns:
 * {@code id} in the set, {@code file} below the set's folder (empty where images are in none),
 * {@code given} and {@code suggested} class names (the latter is the most probable but for the
 * given one, empty where the class has too few images), {@code flags} ({@code label-issue} where
 * the label seems wrong), {@code confident_learning} ({@code out-of-sample} or {@code in-sample}),
 * the scores of {@link LabelStudy}, in [0, 1], high = good label, and {@code clean} where the true
 * labels are known.
 */
final class ScoresTable {

  private ScoresTable() {}

  /**
   * Writes the table in the place of {@code file}, whole or not at all.
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
