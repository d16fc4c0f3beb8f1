package dev.softgate.report;

import dev.softgate.data.Dataset;
import dev.softgate.run.RunDatasets;
import java.util.Map;

/** The images of runs, from their data sets. Each set is loaded once; nothing is downloaded. */
final class RunImages {

  private final RunDatasets datasets;

  /** Uses the locations in the runs' configurations, or in {@code overrides}, by key. */
  RunImages(Map<String, String> overrides) {
    this.datasets = new RunDatasets(overrides);
  }

  /** The data set of a run; BadInputException if not on this machine, or of other images. */
  Dataset of(ReportedRun run) {
    return datasets.of(run.config(), run.summary());
  }
}
