package dev.softgate.training;

import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.gate.ChannelOwners;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.Mode;
import dev.softgate.model.Pass;
import dev.softgate.model.ResNet;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A network with owned channels as it is deployed: with these channels off, and with batch norm's
 * running statistics measured that way.
 *
 * <p>In training each image has channels of its own, so the statistics of the training do not fit
 * the maps of the deployed network. Up to {@link #BATCHES} batches of training images, augmented as
 * in training, pass with owned channels off. The running statistics are the means over these
 * batches alone, however few they are.
 */
final class OwnedChannelsOff implements TrainingHook {

  /** The most batches, of the configured size, that statistics are measured on. */
  static final int BATCHES = 48;

  private final RunConfig config;
  private final TrainingData data;
  private final ResNet network;
  private final Replicas replicas;
  private Map<String, HostTensor> statistics = Map.of();
  private @Nullable Map<String, HostTensor> ofTraining; // while others are in place

  OwnedChannelsOff(RunConfig config, TrainingData data, ResNet network, Replicas replicas) {
    this.replicas = replicas;
    this.config = config;
    this.data = data;
    this.network = network;
  }

  @Override
  public Mode stepStarts(Mode mode, Batch batch, Place place) {
    return place.epoch() < config.optimization().memoryOffEpochs()
        ? mode
        : mode.owning(new ChannelOwners(config.optimization().seed(), batch.ids()));
  }

  /**
   * Measures the statistics.
   *
   * @param epoch decides, with the seed, which images they are measured on
   */
  @Override
  public boolean evaluationStarts(int epoch, BooleanSupplier stop) {
    ofTraining = buffers();
    if (!retake(epoch, stop)) {
      return false;
    }
    statistics = buffers();
    return true;
  }

  @Override
  public void evaluationEnded() {
    if (ofTraining != null) {
      network.load(with(ofTraining));
      ofTraining = null;
    }
  }

  private boolean retake(int epoch, BooleanSupplier interrupted) {
    scaleStatistics(0);
    OptimizationConfig optimization = config.optimization();
    try (BatchLoader loader =
        data.batches(replicas.share(), new BatchLoader.Epoch(optimization.seed(), epoch, 0))) {
      int passes = 0;
      for (Batch batch = loader.next();
          batch != null && passes < BATCHES;
          batch = loader.next(), passes++) {
        if (replicas.anyStops(interrupted.getAsBoolean())) {
          return false;
        }
        Batch computed =
            replicas.begin(batch, replicas.share().sizeOf(passes, data.train().length));
        try (Scope scope = Scope.open()) {
          Tensor images = Evaluator.images(network.device(), computed);
          network.forward(images, Mode.of(Pass.TRAINING_GATE_ONLY));
        }
      }
      scaleStatistics(1 / (1 - Math.pow(1 - BatchNorm2d.MOMENTUM, passes)));
    }
    return true;
  }

  /** After n batches, a running mean that began with zero lacks the weight 0.9ⁿ. */
  private void scaleStatistics(double factor) {
    Map<String, HostTensor> scaled = buffers();
    scaled.replaceAll(
        (name, buffer) -> {
          if (buffer.type() != ElementType.F32) {
            return buffer; // the count of batches
          }
          float[] values = buffer.toFloats();
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * factor);
          }
          return HostTensor.ofFloats(values, buffer.shape());
        });
    network.load(with(scaled));
  }

  private Map<String, HostTensor> buffers() {
    Map<String, HostTensor> buffers = new LinkedHashMap<>();
    network.buffers().forEach((name, buffer) -> buffers.put(name, buffer.toHost()));
    return buffers;
  }

  private Map<String, HostTensor> with(Map<String, HostTensor> buffers) {
    Map<String, HostTensor> state = network.state();
    state.putAll(buffers);
    return state;
  }

  /** The last statistics, by buffer name; empty before the first. */
  Map<String, HostTensor> statistics() {
    return statistics;
  }

  @Override
  public Checkpoint.Extras save(Checkpoint.Extras extras, Progress progress) {
    return progress.batch() == 0 ? extras.withChannelsOff(statistics) : extras; // else outdated
  }

  @Override
  public void restore(Checkpoint checkpoint) {
    statistics = checkpoint.extras().channelsOff();
  }
}
