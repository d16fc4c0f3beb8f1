package dev.softgate.study;

import dev.softgate.evaluation.SkipBlend;
import dev.softgate.scoring.SkipGoal;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code skip} is asked to do.
 *
 * @param network a run's folder, its name, or a checkpoint file
 * @param thresholds of g, in [0, 1]: one, or one for each gated stage; null for those of the
 *     checkpoint, and with a goal
 * @param goal to choose thresholds for, which are then stored in the checkpoint; null for none
 * @param half of the test images to choose thresholds on; null to choose on the validation images
 * @param blend of images that pass; null for that of the checkpoint
 * @param curve whether to write the whole curve
 * @param curveFile where to; null for the run's folder
 * @param split to report on
 * @param baseline a run to compare with; null for none
 * @param batchSizes to measure the speed at
 * @param seconds of each measurement of speed; 0 for none
 */
public record SkipRequest(
    Path network,
    @Nullable List<Double> thresholds,
    @Nullable SkipGoal goal,
    @Nullable Half half,
    @Nullable SkipBlend blend,
    boolean curve,
    @Nullable Path curveFile,
    EvaluationSplit split,
    @Nullable Path baseline,
    List<Integer> batchSizes,
    double seconds) {

  /** Half of the test images. */
  public enum Half {
    /** The images that come first. */
    FIRST,
    /** The other images. */
    SECOND
  }

  /** Whether the thresholds are chosen, not given. */
  boolean calibrates() {
    return goal != null;
  }

  /** Whether images are needed to choose thresholds on. */
  boolean chooses() {
    return calibrates() || curve;
  }
}
