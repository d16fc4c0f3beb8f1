package dev.softgate.training;

import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RateSchedule;
import dev.softgate.config.RateSpan;

/**
 * The backbone's learning rate as a pure function of the epoch, constant within it:
 *
 * <pre>
 *   warmUp                                        epoch &lt; warmUpEpochs
 *   initial * gamma^|{m in milestones: m &lt;= epoch}|  then, with milestones
 *   a cosine from initial to least                then, with a cosine ({@link RateSpan#cosine})
 * </pre>
 *
 * <p>A linear schedule has a rate of its own in each step, of the time t before it in epochs:
 *
 * <pre>
 *   warmUp + (initial − warmUp)·t/warmUpEpochs               t &lt; warmUpEpochs
 *   initial + (least − initial)·(t − warmUpEpochs)/(epochs − warmUpEpochs)  then
 * </pre>
 *
 * <p>as PyTorch's two LinearLR in a SequentialLR, stepped after each batch: the last step is still
 * above {@code least}.
 *
 * <p>Epochs are zero-based: milestone 133 first lowers the 134th epoch, as in the published logs
 * ({@code 134:0.01;201:0.001} for milestones 133 and 200). The published code warms ResNets of
 * depth 110, 164 and 1202 up for one epoch at 0.01.
 *
 * @param schedule the milestones, or the curve
 * @param span the learning rate after warm-up, the least, and the epochs of the whole training
 * @param gamma the factor at each milestone, in (0, 1]
 * @param warmUpEpochs how many epochs run at {@code warmUp}, or rise from it; a fraction is for the
 *     linear schedule alone
 * @param warmUp the learning rate of those epochs, or the first of them
 */
public record LearningRateSchedule(
    RateSchedule schedule, RateSpan span, double gamma, double warmUpEpochs, double warmUp) {

  /** The schedule that a configuration asks for. */
  public static LearningRateSchedule of(OptimizationConfig config) {
    return new LearningRateSchedule(
        config.schedule(),
        new RateSpan(config.lr(), config.lrMin(), config.epochs()),
        config.lrDecayGamma(),
        config.warmUpEpochs(),
        config.warmUpLr());
  }

  /** The learning rate of the first step in a zero-based epoch. */
  public double at(int epoch) {
    return at(epoch, 0);
  }

  /**
   * The learning rate of a step in a zero-based epoch.
   *
   * @param done the share of the epoch's steps before it, in [0, 1)
   */
  public double at(int epoch, double done) {
    if (schedule.isLinear()) {
      return linear(epoch + done);
    }
    if (epoch < warmUpEpochs) {
      return warmUp;
    }
    if (schedule.isCosine()) {
      int whole = (int) warmUpEpochs;
      return new RateSpan(span.initial(), span.least(), span.epochs() - whole)
          .cosine(epoch - whole);
    }
    long passed = schedule.milestones().stream().filter(milestone -> milestone <= epoch).count();
    return span.initial() * Math.pow(gamma, (double) passed);
  }

  private double linear(double time) {
    return time < warmUpEpochs
        ? warmUp + (span.initial() - warmUp) * time / warmUpEpochs
        : span.initial()
            + (span.least() - span.initial())
                * (time - warmUpEpochs)
                / (span.epochs() - warmUpEpochs);
  }
}
