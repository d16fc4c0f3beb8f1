package dev.softgate.config;

import dev.softgate.training.LearningRateSchedule;
import java.util.List;

/**
 * How the weights start and move. Both optimisers are SGD and share momentum and weight decay.
 *
 * @param epochs passes over the training images, at least 1
 * @param batchSize images a step
 * @param lr the backbone's learning rate, see {@link LearningRateSchedule}
 * @param momentum in [0, 1)
 * @param weightDecay added to every parameter's gradient, times the parameter
 * @param schedule zero-based epochs from which {@code lr} is lowered once more
 * @param lrDecayGamma the factor of each lowering, in (0, 1]
 * @param warmUpEpochs first epochs that run at {@code warmUpLr}
 * @param warmUpLr the learning rate of the warm-up
 * @param lrGate the learning rate of gate classifiers; other gates have the backbone's
 * @param scheduleGate how the gate's learning rate changes
 * @param gateIters the backbone steps on every so-manieth batch; the gate steps on each
 * @param lambdaMem the weight of a gate's penalty in the loss
 * @param memoryOffEpochs first epochs, in which the memory of a memory gate stays off, so that the
 *     general channels learn by themselves
 * @param labelSmoothing in [0, 1): what of each label is spread evenly over all classes
 * @param init {@code scratch}, {@code baseline:PATH} of a run or checkpoint, {@code features:PATH}
 *     of one that tells other classes apart, or {@code baseline} for the newest finished baseline
 *     run that matches
 * @param seed of initialisation, order, augmentation and a seeded split
 */
public record OptimizationConfig(
    int epochs,
    int batchSize,
    double lr,
    double momentum,
    double weightDecay,
    List<Integer> schedule,
    double lrDecayGamma,
    int warmUpEpochs,
    double warmUpLr,
    double lrGate,
    GateSchedule scheduleGate,
    int gateIters,
    double lambdaMem,
    int memoryOffEpochs,
    double labelSmoothing,
    String init,
    long seed) {

  /** Copies the schedule. */
  public OptimizationConfig {
    schedule = List.copyOf(schedule);
  }
}
