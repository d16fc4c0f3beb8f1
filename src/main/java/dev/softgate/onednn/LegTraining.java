package dev.softgate.onednn;

import dev.softgate.model.ConvNorm;
import dev.softgate.model.Leg;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A leg in training: its frozen layers, computed as in evaluation, and the layers behind them. The
 * backward pass ends where the frozen layers begin.
 *
 * @param frozen null if the leg has no frozen layers
 * @param moving null if all its layers are frozen
 */
record LegTraining(@Nullable InferencePlan frozen, @Nullable TrainingPlan moving) {

  /**
   * Plans {@code leg}. Call it on a thread of the team.
   *
   * @param input the shape of the leg's input
   * @param canvas the canvas for weight gradients; not asked if all layers are frozen
   */
  static LegTraining plan(
      Leg leg,
      FeatureMaps input,
      Function<ConvNorm, LayerParameters> parameters,
      Function<ConvNorm, FoldedLayer> folded,
      Planning planning,
      Supplier<Canvas> canvas) {
    Leg still = leg.frozen();
    Leg moving = leg.moving();
    InferencePlan frozen = still == null ? null : new InferencePlan(still, input, folded, planning);
    return new LegTraining(
        frozen,
        moving == null
            ? null
            : new TrainingPlan(
                moving,
                frozen == null ? planning.map(input) : frozen.exit(),
                frozen != null,
                parameters,
                planning,
                canvas.get()));
  }

  private TrainingPlan plan() {
    return Objects.requireNonNull(moving, "a leg without frozen layers moves");
  }

  /** Returns the leg's input in the compute type: the images, or the mix before this leg. */
  FeatureMap input() {
    return frozen == null ? plan().input() : frozen.input();
  }

  /** Returns o1 in the compute type. */
  FeatureMap entry() {
    return moving == null ? Objects.requireNonNull(frozen).entry() : moving.entry();
  }

  /** Returns o2 in the compute type. */
  FeatureMap exit() {
    return moving == null ? Objects.requireNonNull(frozen).exit() : moving.exit();
  }

  /** Copies the owned channels' masks for the pass that begins; call it before the team starts. */
  void takeMasks() {
    if (moving != null) {
      moving.takeMasks();
    }
  }

  /** Runs the forward pass on this thread's share. */
  void forward(Worker worker) {
    if (frozen != null) {
      frozen.run(worker);
    }
    if (moving != null) {
      moving.forward(worker);
    }
  }
}
