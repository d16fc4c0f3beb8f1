package dev.softgate.cli;

import dev.softgate.config.RunConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a trained network computes: as its run did, unless told otherwise. */
final class ComputeOptions {

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "auto, libtorch or onednn (the run's)")
  @Nullable String engine;

  @Option(
      names = "--precision",
      paramLabel = "KIND",
      description = "auto, fp32 or bf16 (the run's)")
  @Nullable String precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "0 for all cores (the run's, at most all cores)")
  @Nullable String threads;

  /**
   * The configuration of a run with these options.
   *
   * @throws dev.softgate.BadInputException if a value is out of range
   */
  RunConfig applyTo(RunConfig recorded) {
    int cores = Runtime.getRuntime().availableProcessors();
    Map<String, String> overrides = new LinkedHashMap<>();
    overrides.put("threads", Integer.toString(Math.min(recorded.execution().threads(), cores)));
    if (threads != null) {
      overrides.put("threads", threads);
    }
    if (engine != null) {
      overrides.put("engine", engine);
    }
    if (precision != null) {
      overrides.put("precision", precision);
    }
    return recorded.with(overrides);
  }
}
