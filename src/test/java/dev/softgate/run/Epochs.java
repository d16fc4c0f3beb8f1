package dev.softgate.run;

import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.training.EpochMetrics;
import dev.softgate.training.SkipMetrics;
import java.util.List;

/** Made-up epochs for tests. */
final class Epochs {

  private Epochs() {}

  /** With a gate, everything measured. */
  static final EpochMetrics SOFT =
      new EpochMetrics(
          0,
          0.01,
          1e-3,
          new PhaseMetrics(45_000, 1 / 3.0, 1.2345678901234567, 2.25, 0.4375),
          new PhaseMetrics(5_000, 0.25, 1.5, 2.5, 0.5),
          new PhaseMetrics(10_000, 0.125, 1.75, 2.75, 0.625),
          null);

  /** With two hard gates and everything measured; then hardly anything; then NaN. */
  static final List<EpochMetrics> ALL =
      List.of(
          new EpochMetrics(
              0,
              0.01,
              1e-3,
              SOFT.train(),
              SOFT.validation(),
              SOFT.test(),
              new SkipMetrics(List.of(0.25, 0.5), List.of(0.1, 0.2), List.of(0.25, 0.75), 0.875)),
          new EpochMetrics(
              1,
              0.1,
              null,
              new PhaseMetrics(45_000, 0.5, 1e-300, null, null),
              null,
              null,
              new SkipMetrics(List.of(0.25), null, null, null)),
          new EpochMetrics(
              2,
              0.1,
              null,
              new PhaseMetrics(1, 0, Double.NaN, null, null),
              null,
              new PhaseMetrics(0, 1, Double.NEGATIVE_INFINITY, null, null),
              null));
}
