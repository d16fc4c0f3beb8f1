package dev.softgate.study;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import dev.softgate.scoring.features.Features;
import dev.softgate.scoring.features.Neighbors;
import java.nio.file.Path;
import java.util.Locale;

/**
 * {@code neighbors.csv}: for each suspect the {@value #EACH} most similar images that have its
 * given label, and the most similar ones with its suggested label. Columns: {@code file} or {@code
 * index} as in {@code suspects.csv}, {@code class} (the neighbors' label), {@code rank} from 1,
 * {@code neighbor} (a file or an index too), {@code similarity} (the cosine of the features).
 */
final class NeighborsTable {

  private static final int EACH = 4;

  private NeighborsTable() {}

  /**
   * Writes the table atomically.
   *
   * @param unit the features of all images, of length 1
   * @param suspects the rows of the suspects
   * @param suggested the suggested label of every row; −1 for none
   */
  static void write(
      Path file, JudgedImages images, Features unit, int[] suspects, int[] suggested) {
    StringBuilder text = new StringBuilder(images.path(0) == null ? "index" : "file");
    text.append(",class,rank,neighbor,similarity\n");
    for (int row : suspects) {
      for (int label : new int[] {images.given()[row], suggested[row]}) {
        Neighbors found =
            Neighbors.of(
                unit,
                row,
                EACH,
                other -> images.given()[other] == label && !images.same().areEqual(other, row));
        for (int i = 0; i < EACH && found.images()[i] >= 0; i++) {
          text.append(CsvTable.quoted(images.name(row)));
          text.append(',').append(CsvTable.quoted(images.classNames().get(label)));
          text.append(',').append(i + 1);
          text.append(',').append(CsvTable.quoted(images.name(found.images()[i])));
          text.append(String.format(Locale.ROOT, ",%.4f\n", found.similarities()[i]));
        }
      }
    }
    AtomicFiles.writeString(file, text.toString());
  }
}
