package dev.softgate.training;

import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.evaluation.BatchImages;
import dev.softgate.gate.ChannelOwners;
import dev.softgate.gate.MixRule;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
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
 * A network with a memory gate as it is deployed: its memory off, and batch norm's running
 * statistics taken anew for that.
 *
 * <p>The statistics of the training are of maps in which each image has channels of its own; with
 * the memory off the maps are others. So up to {@link #BATCHES} batches of training images,
 * augmented as in training, pass with the memory off, and the running statistics are of these
 * alone, however few they are.
 */
final class OwnedChannelsOff {

  /** Of the configured size, or as many as there are. */
  static final int BATCHES = 48;

  private final RunConfig config;
  private final TrainingData data;
  private final ResNet network;
  private Map<String, HostTensor> statistics = Map.of();

  OwnedChannelsOff(RunConfig config, TrainingData data, ResNet network) {
    this.config = config;
    this.data = data;
    this.network = network;
  }

  /** Whether the network has a memory. */
  boolean exists() {
    return network.spec().gate().kind().onChannels();
  }

  /** Whose memory is on in a training step; null for nobody's. */
  @Nullable ChannelOwners ownersOf(Batch batch, int epoch) {
    return exists() && epoch >= config.optimization().memoryOffEpochs()
        ? new ChannelOwners(config.optimization().seed(), batch.ids())
        : null;
  }

  /**
   * Lets something look at the network with its memory off, statistics taken anew, and gives the
   * network its own statistics back.
   *
   * @param epoch from which, with the seed, follows which images are taken
   * @param interrupted asked between two batches
   * @return false if it said so before there was anything to look at
   */
  boolean during(int epoch, BooleanSupplier interrupted, Runnable look) {
    if (!exists()) {
      look.run();
      return true;
    }
    Map<String, HostTensor> own = buffers();
    try {
      if (!retake(epoch, interrupted)) {
        return false;
      }
      statistics = buffers();
      look.run();
      return true;
    } finally {
      network.load(with(own));
    }
  }

  private boolean retake(int epoch, BooleanSupplier interrupted) {
    scaleStatistics(0);
    OptimizationConfig optimization = config.optimization();
    try (BatchLoader loader =
        data.batches(
            optimization.batchSize(), new BatchLoader.Epoch(optimization.seed(), epoch, 0))) {
      int passes = 0;
      for (Batch batch = loader.next();
          batch != null && passes < BATCHES;
          batch = loader.next(), passes++) {
        if (interrupted.getAsBoolean()) {
          return false;
        }
        try (Scope scope = Scope.open()) {
          Tensor images = BatchImages.of(batch);
          network.forward(images, Pass.TRAINING_GATE_ONLY, MixRule.SOFT, null);
        }
      }
      scaleStatistics(1 / (1 - Math.pow(1 - BatchNorm2d.MOMENTUM, passes)));
    }
    return true;
  }

  /**
   * A running mean that began with zero lacks, after n batches, the weight 0.9ⁿ of what was before.
   */
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

  /** The statistics last taken, by the buffers' names; empty before that, and without a memory. */
  Map<String, HostTensor> statistics() {
    return statistics;
  }

  /** Goes on with those of an earlier training. */
  void restore(Map<String, HostTensor> earlier) {
    statistics = Map.copyOf(earlier);
  }
}
