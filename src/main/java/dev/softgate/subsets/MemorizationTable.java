package dev.softgate.subsets;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.scoring.memorization.SubsetEstimates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The table of what an ensemble tells about each image that subsets were drawn from, in ascending
 * order of ids. A cell is empty where no network, or every one, was trained on the image.
 */
final class MemorizationTable {

  static final String HEADER =
      "id,given,memorization,memorization_error,memorization_probability,held_out_accuracy,"
          + "held_out_probability";

  private MemorizationTable() {}

  /**
   * Writes the table atomically.
   *
   * @param ids the ids of the images
   * @param given their labels
   */
  static void write(Path file, int[] ids, int[] given, SubsetEstimates estimates) {
    AtomicFiles.write(
        file,
        out -> {
          out.write((HEADER + "\n").getBytes(StandardCharsets.UTF_8));
          for (int i = 0; i < ids.length; i++) {
            String row =
                ids[i]
                    + ","
                    + given[i]
                    + cell(estimates.memorization(i))
                    + cell(estimates.error(i))
                    + cell(estimates.probability(i))
                    + cell(estimates.heldOutAccuracy(i))
                    + cell(estimates.heldOutProbability(i))
                    + "\n";
            out.write(row.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  /** A comma and a number of six decimals; nothing behind the comma for NaN. */
  static String cell(double number) {
    return Double.isNaN(number) ? "," : String.format(Locale.ROOT, ",%.6f", number);
  }
}
