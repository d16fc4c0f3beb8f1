package dev.softgate.training;

import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.torch.MovingAverage;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The exponential moving average of a network's weights and of batch norm's running statistics,
 * taken after every step. It is the network that is evaluated and that checkpoints hold as theirs;
 * what the training continues from goes beside it.
 *
 * <p>Source: Polyak and Juditsky 1992; as timm's ModelEma and torchvision's references, which
 * average the statistics too, from the first weights on. Differs: no second evaluation of the
 * weights of the last step.
 */
final class WeightAverage implements TrainingHook {

  private final ResNet network;
  private final MovingAverage average;
  private boolean begun;
  private @Nullable Map<String, HostTensor> trained; // while the average is in place

  /**
   * An average of the network as it is.
   *
   * @param decay what a step keeps of the average, in (0, 1)
   */
  WeightAverage(ResNet network, double decay) {
    this.network = network;
    this.average = new MovingAverage(network, decay);
  }

  /** All processes have the weights of rank 0 by now. */
  @Override
  public void trainingStarted(int epoch) {
    if (!begun) {
      average.load(network.state());
      begun = true;
    }
  }

  @Override
  public void stepEnded(Trained step, EpochTotals totals) {
    average.update();
  }

  @Override
  public boolean evaluationStarts(int epoch, BooleanSupplier stop) {
    trained = network.state();
    network.load(average.state());
    return true;
  }

  @Override
  public void evaluationEnded() {
    if (trained != null) {
      network.load(trained);
      trained = null;
    }
  }

  @Override
  public Map<String, HostTensor> kept(Map<String, HostTensor> state) {
    return average.state();
  }

  @Override
  public Checkpoint.Extras save(Checkpoint.Extras extras, Progress progress) {
    return extras.withTrained(network.state());
  }

  @Override
  public void restore(Checkpoint checkpoint) {
    average.load(checkpoint.network());
    network.load(checkpoint.extras().trained());
    begun = true;
  }
}
