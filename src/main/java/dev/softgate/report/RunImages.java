package dev.softgate.report;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageFiles;
import dev.softgate.data.ImageSet;
import dev.softgate.run.Summary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/** The images of runs, from their data sets. Each set is loaded once; nothing is downloaded. */
final class RunImages {

  private final Map<String, String> overrides;
  private final Map<DatasetRequest, Dataset> loaded = new HashMap<>();

  /** Uses the locations in the runs' configurations, or in {@code overrides}, by key. */
  RunImages(Map<String, String> overrides) {
    this.overrides = Map.copyOf(overrides);
  }

  /** The data set of a run; BadInputException if not on this machine, or of other images. */
  Dataset of(ReportedRun run) {
    RunConfig config = run.config().with(overrides);
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
    Summary summary = run.summary();
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

  /** An image as a PNG in a data URI. */
  static String dataUri(ImageSet images, int id) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(ImageFiles.picture(images, id), "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode an image in memory", e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
