package dev.softgate.study;

import dev.softgate.interop.CsvTable;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables of {@code predict --out}. */
final class PredictionTable {

  static final String UNREADABLE_HEADER = "file,reason\n";

  private PredictionTable() {}

  /**
   * The header of the table of predictions.
   *
   * @param top how many classes a row ranks
   */
  static String header(int top) {
    StringBuilder header =
        new StringBuilder(
            "file,label,label_index,probability,entropy,hardness,g,skipped,skipped_stages");
    for (int rank = 2; rank <= top; rank++) {
      header.append(",label_").append(rank).append(",probability_").append(rank);
    }
    return header.append('\n').toString();
  }

  /** A row for each image, in the columns of {@link #header}. */
  static String rows(List<ImagePrediction> predictions) {
    StringBuilder rows = new StringBuilder();
    for (ImagePrediction image : predictions) {
      List<Integer> stages = image.skippedStages();
      rows.append(CsvTable.quoted(image.file().toString()));
      rows.append(',').append(CsvTable.quoted(image.label()));
      rows.append(',').append(image.labelIndex());
      rows.append(',').append(image.probability());
      rows.append(',').append(text(image.entropyNats()));
      rows.append(',').append(text(image.hardness()));
      rows.append(',').append(text(image.g()));
      rows.append(',').append(text(image.skipped()));
      rows.append(',');
      rows.append(
          stages == null
              ? ""
              : stages.stream().map(String::valueOf).collect(Collectors.joining(" ")));
      image.probabilities().stream()
          .skip(1)
          .forEach(
              next -> {
                rows.append(',').append(CsvTable.quoted(next.label()));
                rows.append(',').append(next.probability());
              });
      rows.append('\n');
    }
    return rows.toString();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  /** A row for each file that is not an image. */
  static String unreadable(List<ReadImages.Unreadable> files) {
    return files.stream()
        .map(
            file ->
                "%s,%s\n"
                    .formatted(
                        CsvTable.quoted(file.file().toString()), CsvTable.quoted(file.reason())))
        .collect(Collectors.joining());
  }
}
