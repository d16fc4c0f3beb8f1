package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data sets of runs. Each set is loaded once; nothing is downloaded. */
public final class RunDatasets {

  private final Map<String, String> overrides;
  private final Map<DatasetRequest, Dataset> loaded = new HashMap<>();

  /** Uses the locations in the runs' configurations, or in {@code overrides}, by key. */
  public RunDatasets(Map<String, String> overrides) {
    this.overrides = Map.copyOf(overrides);
  }

  /**
   * The data set of a run.
   *
   * @param summary what is known about the images; null to take them as they are
   * @throws BadInputException if the set is not on this machine, or has other images
   */
  public Dataset of(RunConfig recorded, @Nullable Summary summary) {
    RunConfig config = recorded.with(overrides);
    DatasetRequest request = request(config);
    Dataset dataset = loaded.get(request);
    if (dataset == null) {
      if (!Datasets.isLocal(request)) {
        throw new BadInputException(
            "%s is not in %s; specify {data-dir} DIR"
                .formatted(request.dataset(), request.dataDir()));
      }
      dataset = Datasets.load(request, DownloadListener.NONE);
      loaded.put(request, dataset);
    }
    String known = summary == null ? null : summary.provenance().dataSha256();
    if (known != null && !known.equals(dataset.sha256())) {
      throw new BadInputException(
          "%s does not have the run's images (SHA-256 %s, expected %s); specify {data-dir} DIR"
              .formatted(dataset.source(), dataset.sha256(), known));
    }
    return dataset;
  }

  /** Leaves out seeds without effect, so that runs of one set load it once. */
  private static DatasetRequest request(RunConfig config) {
    long seed = config.optimization().seed();
    DatasetRequest request = config.data().request(seed);
    boolean seeded = request.dataset().equals("synthetic") || request.limits() != null;
    return seeded ? request : config.data().request(0);
  }
}
