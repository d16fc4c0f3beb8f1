package dev.softgate.cli;

import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.gate.GateKind;
import java.util.stream.Collectors;

/**
 * The name that the published script gives its logs with {@code --mod_name_suffix}: {@code
 * vc10_resgc110_4770_scratch_it1g-2cm-1} for CIFAR-10, a validation split, ResNet-110 with the gate
 * classifier, the learning rate lowered after 47,000 and 70,000 iterations, and the suffix.
 *
 * <p>Differs: the script always writes 4770; here the number follows the schedule.
 */
final class SeedRunName {

  private static final int CIFAR_TRAIN_IMAGES = 50_000;
  private static final double THOUSAND = 1000.0;

  /** The name for a configuration. */
  static String of(RunConfig config, String suffix) {
    String dataset = config.data().dataset().replaceFirst("^cifar", "c").replaceFirst(":.*", "");
    String network = config.model().gate() == GateKind.NONE ? "res" : "resgc";
    OptimizationConfig optimization = config.optimization();
    double images = CIFAR_TRAIN_IMAGES * (1 - config.data().valFraction());
    double iterationsPerEpoch = images / optimization.batchSize();
    String schedule =
        optimization.schedule().milestones().stream()
            .map(epoch -> Long.toString(Math.round(epoch * iterationsPerEpoch / THOUSAND)))
            .collect(Collectors.joining());
    return String.join(
        "_",
        (config.data().valFraction() > 0 ? "v" : "") + dataset,
        network + config.model().depth(),
        optimization.schedule().isCurved()
            ? optimization.schedule().curve().text()
            : schedule.isEmpty() ? "const" : schedule,
        optimization.init().equals("scratch") ? "scratch" : "bi",
        suffix);
  }

  private SeedRunName() {}
}
