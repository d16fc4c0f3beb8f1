package dev.softgate.run;

import dev.softgate.config.RunConfig;
import dev.softgate.data.SplitKind;
import dev.softgate.interop.OneLine;
import dev.softgate.training.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Remarks for the log about how the images of a run are divided. */
final class DataRemarks {

  /** The most classes that are named. */
  private static final int NAMED = 10;

  /** The share of an average that the weights before the first step may have in the end. */
  private static final double MOST_OF_FIRST = 0.05;

  private static final double DEFAULT_FRACTION = RunConfig.defaults().data().valFraction();

  private DataRemarks() {}

  /** What follows from the division, one line each; empty where all parts have images. */
  static List<String> notes(RunConfig config, TrainingData data) {
    List<String> notes = new ArrayList<>();
    double fraction = config.data().valFraction();
    if (config.data().split() == SplitKind.GIVEN) {
      String without =
          fraction == DEFAULT_FRACTION
              ? ""
              : "; val-fraction %s has no effect, unless with split seeded".formatted(fraction);
      notes.add(
          "the set names its %,d validation images%s"
              .formatted(data.dataset().validation().length, without));
    }
    if (data.test().length == 0) {
      notes.add("the set has no test images: test figures stay empty");
    }
    if (data.validation().length == 0) {
      notes.add("no images are held out for validation: best is the network after the last epoch");
    }
    return notes;
  }

  /**
   * What is likely not meant: classes without images, and an average that hardly leaves the first
   * weights.
   *
   * @param processes how many train together
   */
  static List<String> warnings(RunConfig config, TrainingData data, int processes) {
    List<String> lines = missingClasses(data);
    Double decay = config.optimization().ema();
    if (decay != null) {
      long batch = (long) config.optimization().batchSize() * processes;
      long steps = (data.train().length + batch - 1) / batch * config.optimization().epochs();
      double first = Math.pow(decay, (double) steps);
      if (first > MOST_OF_FIRST) {
        lines.add(
            "ema %s: after all %,d steps, %.0f %% of the average is still the first weights; %.3g would leave 1 %%"
                .formatted(decay, steps, 100 * first, Math.pow(0.01, 1.0 / steps)));
      }
    }
    return lines;
  }

  /** Classes that have no image to train or to validate on, a line for each of these parts. */
  private static List<String> missingClasses(TrainingData data) {
    List<String> lines = new ArrayList<>();
    addMissing(lines, "train", data, data.train());
    addMissing(lines, "validate", data, data.validation());
    return lines;
  }

  private static void addMissing(List<String> lines, String verb, TrainingData data, int[] ids) {
    List<String> names = data.dataset().classNames();
    int[] labels = data.dataset().train().labels();
    boolean[] present = new boolean[names.size()];
    for (int id : ids) {
      present[labels[id]] = true;
    }
    List<String> missing =
        IntStream.range(0, names.size()).filter(k -> !present[k]).mapToObj(names::get).toList();
    if (ids.length > 0 && !missing.isEmpty()) {
      int more = missing.size() - NAMED;
      lines.add(
          "%,d of %,d classes have no image to %s on: %s%s"
              .formatted(
                  missing.size(),
                  names.size(),
                  verb,
                  missing.stream().limit(NAMED).map(OneLine::of).collect(Collectors.joining(", ")),
                  more > 0 ? " and %,d more".formatted(more) : ""));
    }
  }
}
