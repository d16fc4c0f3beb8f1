package dev.softgate.cli;

import dev.softgate.run.AbsolutePaths;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which images a trained network is shown, where they are not those of its run. */
final class ImageOptions {

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "cifar10, cifar100, synthetic or folder:DIR (the run's)")
  @Nullable String dataset;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the data set is, or is downloaded to (the run's)")
  @Nullable String dataDir;

  /** The options that were given, as texts by configuration key. */
  Map<String, String> overrides() {
    Map<String, String> overrides = new LinkedHashMap<>();
    if (dataset != null) {
      overrides.put("dataset", AbsolutePaths.dataset(dataset));
    }
    if (dataDir != null) {
      overrides.put("data-dir", dataDir);
    }
    return overrides;
  }
}
