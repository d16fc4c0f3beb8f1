package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Decoding;
import dev.softgate.engine.Compute;
import dev.softgate.model.ModelSpec;
import dev.softgate.torch.Device;
import dev.softgate.training.TrainingData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration that leaves nothing to the data or the machine: split, places of the gates,
 * engine, precision, device, threads, canvas and baseline are named.
 */
final class DecidedConfig {

  private static final Logger LOG = LoggerFactory.getLogger(DecidedConfig.class);

  private DecidedConfig() {}

  /**
   * Decides what a configuration leaves open.
   *
   * @throws BadInputException if no run fits {@code --init baseline}, or the engine does not run
   *     the network
   */
  static RunConfig of(RunConfig config, TrainingData data) {
    Map<String, String> decided = new LinkedHashMap<>();
    decided.put("split", data.split().kind());
    if (config.data().imageSize().equals(Decoding.AUTO)) {
      decided.put(
          "image-size", Decoding.imageSize(data.dataset().height(), data.dataset().width()));
    }
    ModelSpec spec = config.model().spec(data.dataset().classes());
    if (spec.gated()) {
      decided.put(
          "gate-at",
          spec.gate().stages().stream().map(String::valueOf).collect(Collectors.joining(",")));
      decided.put(
          "gate-after",
          spec.gate().isLate()
              ? spec.gate().after().stream().map(String::valueOf).collect(Collectors.joining(","))
              : "none");
    }
    Compute compute = config.execution().compute(spec);
    decided.put("precision", compute.precision().text());
    decided.put("engine", compute.engine().text());
    decided.put("device", device(config.execution().device(), compute));
    decided.put("threads", Integer.toString(compute.threads()));
    String canvas = compute.chooseCanvas();
    if (!List.of(Compute.AUTO, canvas).contains(config.execution().canvas())) {
      LOG.warn(
          "canvas {} has no effect on {}", config.execution().canvas(), compute.engine().text());
    }
    decided.put("canvas", canvas);
    if (config.optimization().init().equals("baseline")) {
      decided.put("init", OptimizationConfig.baseline(BaselineRuns.newestMatching(config, data)));
    }
    return config.with(decided);
  }

  /** {@code cuda} without a number stays so: which card that is depends on the process. */
  private static String device(String asked, Compute compute) {
    return compute.device().isCpu()
        ? Device.CPU.toString()
        : asked.equals(Device.AUTO) ? "cuda" : asked;
  }
}
