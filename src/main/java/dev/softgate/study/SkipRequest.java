package dev.softgate.study;

import dev.softgate.evaluation.SkipBlend;
import dev.softgate.scoring.SkipGoal;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for {@code skip}.
 *
 * @param network a run's folder, its name, or a checkpoint file
 * @param thresholds thresholds for g, in [0, 1]: one, or one for each gated stage; null for the
 *     checkpoint's, or if there is a goal
 * @param goal the goal that thresholds are chosen for, which are then stored in the checkpoint;
 *     null for none
 * @param half the half of the test images to choose thresholds on; null for the validation images
 * @param blend the blend of images that pass; null for the checkpoint's
 * @param curve whether to write the whole curve
 * @param curveFile the curve's file; null for the run's folder
 * @param split the split to report on; null for the test images, or the validation images of a set
 *     without test images
 * @param baseline a run to compare with; null for none
 * @param batchSizes the batch sizes for the measurement of speed
 * @param seconds the duration of each measurement of speed; 0 for none
 */
public record SkipRequest(
    Path network,
    @Nullable List<Double> thresholds,
    @Nullable SkipGoal goal,
    @Nullable Half half,
    @Nullable SkipBlend blend,
    boolean curve,
    @Nullable Path curveFile,
    @Nullable EvaluationSplit split,
    @Nullable Path baseline,
    List<Integer> batchSizes,
    double seconds) {

  /** Half of the test images. */
  public enum Half {
    /** The first images. */
    FIRST,
    /** The other images. */
    SECOND
  }

  /** Whether thresholds are chosen instead of given. */
  boolean calibrates() {
    return goal != null;
  }

  /** Whether thresholds are chosen on images. */
  boolean chooses() {
    return calibrates() || curve;
  }
}
