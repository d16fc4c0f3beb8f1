package dev.softgate.model;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import java.util.Locale;

/**
 * Which network: enough to build it.
 *
 * @param block the residual unit
 * @param depth counted in layers with weights: 6n+2 (basic) or 9n+2 (bottleneck)
 * @param classes K
 * @param gate the gate on stage 3
 * @param tap where the gate looks; without effect where there is no gate
 * @param calibration how hardness becomes g; without effect where there is no gate
 */
public record ModelSpec(
    BlockKind block,
    int depth,
    int classes,
    GateKind gate,
    GateTap tap,
    GateCalibration calibration) {

  /** Deeper networks are refused: 6n+2 at this depth needs more memory than machines have. */
  private static final int GREATEST_DEPTH = 10_000;

  private static final int MOST_CLASSES = 100_000;

  /**
   * Checks that such a network exists.
   *
   * @throws BadInputException where the depth fits no n, or n is too small for a gate, with the
   *     nearest depths that work
   */
  public ModelSpec {
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new BadInputException(
          "a network needs 1 to " + MOST_CLASSES + " classes, not " + classes);
    }
    int least = gate == GateKind.NONE ? 1 : 2;
    int step = block.depthStep();
    int n = Math.floorDiv(depth - 2, step);
    boolean fits = depth == step * n + 2 && n >= least && depth <= GREATEST_DEPTH;
    if (!fits) {
      int highest = (GREATEST_DEPTH - 2) / step;
      int below = Math.min(Math.max(n, least), highest);
      int above = Math.min(Math.max(n + 1, least), highest);
      String nearest = (step * below + 2) + (above > below ? " or " + (step * above + 2) : "");
      throw new BadInputException(
          "--depth %d does not fit a %s network%s: depth is %dn+2 with n from %d to %d; nearest: %s"
              .formatted(
                  depth,
                  block.name().toLowerCase(Locale.ROOT),
                  gate == GateKind.NONE ? "" : " with a gate",
                  step,
                  least,
                  highest,
                  nearest));
    }
    if (gate != GateKind.NONE) {
      calibration.requireClasses(classes);
    }
  }

  /** n, the units in each stage. */
  public int unitsPerStage() {
    return (depth - 2) / block.depthStep();
  }

  /** Whether stage 3 is gated, so that its first and last unit have names of their own. */
  public boolean gated() {
    return gate != GateKind.NONE;
  }

  /** The same network without its gate. */
  public ModelSpec baseline() {
    return new ModelSpec(block, depth, classes, GateKind.NONE, tap, calibration);
  }

  /** Channels of stage 1, 2 or 3 inside a unit (× {@link BlockKind#expansion} outside). */
  static int planes(int stage) {
    return 16 << (stage - 1);
  }

  /** Channels of the last features, which the classifier and the gate see. */
  public int features() {
    return planes(3) * block.expansion();
  }
}
