package dev.softgate.report;

import dev.softgate.data.Dataset;
import dev.softgate.data.ImageFiles;
import dev.softgate.data.ImageSet;
import dev.softgate.run.RunDatasets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import javax.imageio.ImageIO;

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
