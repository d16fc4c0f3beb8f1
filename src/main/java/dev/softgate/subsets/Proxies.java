package dev.softgate.subsets;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.scoring.memorization.SubsetEstimates;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.RankCorrelation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How far scores of single trainings, which are cheap, rank images as memorization does: Spearman's
 * rank correlation of each, with intervals.
 */
final class Proxies {

  private static final Set<String> NO_SCORES =
      Set.of("id", "file", "given", "suggested", "flags", "confident_learning", "clean");

  private static final int LEAST_IMAGES = 10;
  private static final int RESAMPLES = 400;

  /**
   * The rank correlation of a score with memorization.
   *
   * @param score its column
   * @param images the number of images with both
   * @param memorization with {@code memorization}, and the 95 % interval over images
   * @param memorizationProbability with {@code memorization_probability}
   */
  record Correlation(
      String score, int images, Estimate memorization, Estimate memorizationProbability) {}

  private Proxies() {}

  /**
   * Compares each column of a table of scores.
   *
   * @param file a {@code scores.csv} of {@code softgate score}
   * @param ids the images' ids, ascending
   * @throws BadInputException if it scores fewer than 10 of the images
   */
  static List<Correlation> of(Path file, int[] ids, SubsetEstimates estimates, long seed) {
    CsvTable table = CsvTable.read(file);
    int[] scored = table.wholeNumbers("id");
    List<Correlation> all = new ArrayList<>();
    for (String column : table.header()) {
      if (NO_SCORES.contains(column)) {
        continue;
      }
      double[] values = table.numbers(column);
      int[] rows =
          IntStream.range(0, scored.length)
              .filter(row -> Double.isFinite(values[row]))
              .filter(row -> Arrays.binarySearch(ids, scored[row]) >= 0)
              .filter(row -> known(estimates, Arrays.binarySearch(ids, scored[row])))
              .toArray();
      if (rows.length < LEAST_IMAGES) {
        throw new BadInputException(
            "{proxies} %s: its column %s scores %d of the ensemble's images, and at least %d are"
                + " needed; score a run on the same images",
            file, column, rows.length, LEAST_IMAGES);
      }
      int[] places = IntStream.of(rows).map(row -> Arrays.binarySearch(ids, scored[row])).toArray();
      double[] score = IntStream.of(rows).mapToDouble(row -> values[row]).toArray();
      all.add(
          new Correlation(
              column,
              rows.length,
              correlation(score, places, estimates::memorization, seed),
              correlation(score, places, estimates::probability, seed)));
    }
    return all;
  }

  private static boolean known(SubsetEstimates estimates, int place) {
    return !Double.isNaN(estimates.memorization(place));
  }

  private static Estimate correlation(
      double[] score, int[] places, IntToDoubleFunction memorization, long seed) {
    double[] values = IntStream.of(places).mapToDouble(memorization).toArray();
    return new RankCorrelation(score, values).bootstrap(RESAMPLES, seed);
  }
}
