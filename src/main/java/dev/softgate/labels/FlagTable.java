package dev.softgate.labels;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import dev.softgate.scoring.labels.ConfidentLearning;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The table that {@code labels} writes: a row for each image in the order of the given labels.
 * Columns: {@code index} (as given, else the row's number from 0), {@code file} (if given), {@code
 * given} and {@code suggested} as the given labels are written (the latter is the most probable
 * other class, empty if the class has a single image), {@code self_confidence}, {@code
 * normalized_margin}, {@code flagged}.
 */
final class FlagTable {

  private static final int PIECE_CHARACTERS = 1 << 16;
  private static final String WRITING = "writing";

  private FlagTable() {}

  /**
   * Writes the table atomically.
   *
   * @throws java.io.UncheckedIOException if writing fails
   */
  static void write(
      Path file,
      GivenLabels given,
      ConfidentLearning learning,
      boolean[] flags,
      Progress progress) {
    try (GivenLabels.Rows rows = given.rows()) {
      AtomicFiles.write(
          file,
          out -> {
            StringBuilder text = new StringBuilder(rows.hasFile() ? "index,file" : "index");
            text.append(",given,suggested,self_confidence,normalized_margin,flagged\n");
            for (int image = 0; image < flags.length; image++) {
              if (!rows.next()) {
                throw new BadInputException(
                    OneLine.of(given.file()) + " became shorter while it was read");
              }
              text.append(rows.hasIndex() ? CsvTable.quoted(rows.index()) : image).append(',');
              if (rows.hasFile()) {
                text.append(CsvTable.quoted(rows.file())).append(',');
              }
              append(text, image, given.names(), learning);
              text.append(flags[image]).append('\n');
              if (text.length() > PIECE_CHARACTERS) {
                flush(text, out);
                progress.progressed(WRITING, image, flags.length);
              }
            }
            flush(text, out);
            progress.progressed(WRITING, flags.length, flags.length);
          });
    }
  }

  private static void append(
      StringBuilder text, int image, ClassNames names, ConfidentLearning learning) {
    text.append(names.quoted(learning.given(image))).append(',');
    if (learning.isJudged(image)) {
      text.append(names.quoted(learning.mostProbableOther(image)));
    }
    text.append(',').append((float) learning.selfConfidence(image));
    text.append(',').append((float) learning.normalizedMargin(image)).append(',');
  }

  private static void flush(StringBuilder text, OutputStream out) throws IOException {
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    text.setLength(0);
  }
}
