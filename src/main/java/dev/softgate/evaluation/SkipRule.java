package dev.softgate.evaluation;

import java.util.List;

/** Which images of a batch use a stage's additional layers. */
@FunctionalInterface
public interface SkipRule {

  /**
   * Decides.
   *
   * @param gate which, in the order of the stages, from 0
   * @param image place in the batch, from 0
   * @param g what the gate says of it
   */
  boolean uses(int gate, int image, float g);

  /** An image uses the layers unless g is below the gate's threshold. */
  static SkipRule atThresholds(List<Double> thresholds) {
    double[] limits = thresholds.stream().mapToDouble(Double::doubleValue).toArray();
    return (gate, image, g) -> !(g < limits[gate]);
  }

  /**
   * Every image goes the same way, whatever its g.
   *
   * @param path bit i is 1 where the layers behind gate i are used
   */
  static SkipRule path(int path) {
    return (gate, image, g) -> (path >> gate & 1) == 1;
  }

  /**
   * A share of the images skips, evenly spread over the batch, whatever their g.
   *
   * @param rate in [0, 1], of each gate
   */
  static SkipRule atRate(double rate) {
    return (gate, image, g) -> Math.floor((image + 1) * rate) == Math.floor(image * rate);
  }
}
