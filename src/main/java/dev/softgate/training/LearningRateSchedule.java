package dev.softgate.training;

import dev.softgate.config.OptimizationConfig;
import java.util.List;

/**
 * The backbone's learning rate as a pure function of the epoch:
 *
 * <pre>
 *   warmUp                                        epoch &lt; warmUpEpochs
 *   initial * gamma^|{m in milestones: m &lt;= epoch}|  otherwise
 * </pre>
 *
 * <p>Epochs are zero-based: milestone 133 first lowers the 134th epoch, as in the published logs
 * ({@code 134:0.01;201:0.001} for milestones 133 and 200). The published code warms ResNets of
 * depth 110, 164 and 1202 up for one epoch at 0.01.
 *
 * @param initial the learning rate after warm-up and before the first milestone
 * @param milestones zero-based epochs, increasing; may be empty
 * @param gamma the factor at each milestone, in (0, 1]
 * @param warmUpEpochs how many epochs run at {@code warmUp}
 * @param warmUp the learning rate of those epochs
 */
public record LearningRateSchedule(
    double initial, List<Integer> milestones, double gamma, int warmUpEpochs, double warmUp) {

  /** Copies the milestones. */
  public LearningRateSchedule {
    milestones = List.copyOf(milestones);
  }

  /** The schedule that a configuration asks for. */
  public static LearningRateSchedule of(OptimizationConfig config) {
    return new LearningRateSchedule(
        config.lr(),
        config.schedule(),
        config.lrDecayGamma(),
        config.warmUpEpochs(),
        config.warmUpLr());
  }

  /** The learning rate in a zero-based epoch. */
  public double at(int epoch) {
    if (epoch < warmUpEpochs) {
      return warmUp;
    }
    long passed = milestones.stream().filter(milestone -> milestone <= epoch).count();
    return initial * Math.pow(gamma, (double) passed);
  }
}
