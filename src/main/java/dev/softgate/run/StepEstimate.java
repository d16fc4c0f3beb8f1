package dev.softgate.run;

import dev.softgate.data.Dataset;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ModelSpec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long a training step will take, from its multiply-accumulates, before one has been measured:
 * right within a factor of three, which tells minutes from seconds.
 */
final class StepEstimate {

  /** Forward, and backward to weights and to inputs. */
  private static final int PRODUCTS = 3;

  /** Speed of one thread: ResNet-110 trains 58 images a second on two threads of Zen 3, AVX2. */
  private static final double MACS_PER_SECOND = 22e9;

  private static final double SECONDS_WORTH_SAYING = 60;

  private StepEstimate() {}

  /** A warning that a step will take minutes; null if it takes less. */
  static @Nullable String announcement(
      ModelSpec spec, Dataset dataset, int trained, int batchSize, int threads) {
    int batch = Math.min(batchSize, trained);
    double image =
        (double) PRODUCTS
            * ModelCost.of(spec, dataset.height(), dataset.width()).macs()
            / (MACS_PER_SECOND * threads);
    if (batch * image < SECONDS_WORTH_SAYING) {
      return null;
    }
    return String.format(
        Locale.ROOT,
        "a step of %d images of %d×%d pixels takes about %.0f minutes, an epoch of %d images %.0f"
            + " (estimated); a stop does not wait for the step",
        batch,
        dataset.width(),
        dataset.height(),
        Math.max(1, batch * image / 60),
        trained,
        Math.max(1, trained * image / 60));
  }
}
