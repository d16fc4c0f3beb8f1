package dev.softgate.evaluation;

import java.util.List;

/** Decides which images of a batch use a stage's additional layers. */
@FunctionalInterface
public interface SkipRule {

  /**
   * Returns whether an image uses the additional layers.
   *
   * @param gate the gate's index, in the order of the stages, from 0
   * @param image the image's index in the batch, from 0
   * @param g the gate's value for the image
   */
  boolean uses(int gate, int image, float g);

  /** An image uses the layers unless its g is below the gate's threshold. */
  static SkipRule atThresholds(List<Double> thresholds) {
    double[] limits = thresholds.stream().mapToDouble(Double::doubleValue).toArray();
    return (gate, image, g) -> !(g < limits[gate]);
  }

  /**
   * All images take the same path, for any g.
   *
   * @param path bit i is 1 if the layers behind gate i run
   */
  static SkipRule path(int path) {
    return (gate, image, g) -> (path >> gate & 1) == 1;
  }

  /**
   * A share of the images skips, spread evenly over the batch, for any g.
   *
   * @param rate the share, in [0, 1], for each gate
   */
  static SkipRule atRate(double rate) {
    return (gate, image, g) -> Math.floor((image + 1) * rate) == Math.floor(image * rate);
  }
}
