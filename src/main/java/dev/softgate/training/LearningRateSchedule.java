package dev.softgate.training;

import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RateSchedule;
import dev.softgate.config.RateSpan;

/**
 * The backbone's learning rate as a pure function of the epoch:
 *
 * <pre>
 *   warmUp                                        epoch &lt; warmUpEpochs
 *   initial * gamma^|{m in milestones: m &lt;= epoch}|  then, with milestones
 *   a cosine from initial to least                then, with a cosine ({@link RateSpan#cosine})
 * </pre>
 *
 * <p>Epochs are zero-based: milestone 133 first lowers the 134th epoch, as in the published logs
 * ({@code 134:0.01;201:0.001} for milestones 133 and 200). The published code warms ResNets of
 * depth 110, 164 and 1202 up for one epoch at 0.01.
 *
 * @param schedule the milestones, or that it is a cosine
 * @param span the learning rate after warm-up, the least, and the epochs of the whole training
 * @param gamma the factor at each milestone, in (0, 1]
 * @param warmUpEpochs how many epochs run at {@code warmUp}
 * @param warmUp the learning rate of those epochs
 */
public record LearningRateSchedule(
    RateSchedule schedule, RateSpan span, double gamma, int warmUpEpochs, double warmUp) {

  /** The schedule that a configuration asks for. */
  public static LearningRateSchedule of(OptimizationConfig config) {
    return new LearningRateSchedule(
        config.schedule(),
        new RateSpan(config.lr(), config.lrMin(), config.epochs()),
        config.lrDecayGamma(),
        config.warmUpEpochs(),
        config.warmUpLr());
  }

  /** The learning rate in a zero-based epoch. */
  public double at(int epoch) {
    if (epoch < warmUpEpochs) {
      return warmUp;
    }
    if (schedule.isCosine()) {
      return new RateSpan(span.initial(), span.least(), span.epochs() - warmUpEpochs)
          .cosine(epoch - warmUpEpochs);
    }
    long passed = schedule.milestones().stream().filter(milestone -> milestone <= epoch).count();
    return span.initial() * Math.pow(gamma, (double) passed);
  }
}
