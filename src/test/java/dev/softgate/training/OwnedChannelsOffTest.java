package dev.softgate.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.config.RunConfig;
import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.BatchShare;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Batch norm's statistics of a network with its memory off. */
class OwnedChannelsOffTest {

  private static final TrainingData DATA = TinyTraining.data(16, 3, 3); // two batches
  private static final RunConfig CONFIG = TinyTraining.config("gate", "memory");

  private final ResNet network = new ResNet(CONFIG.model().spec(TinyTraining.CLASSES), 1);
  private final OwnedChannelsOff memory =
      new OwnedChannelsOff(CONFIG, DATA, network, Replicas.alone(CONFIG));

  /** Even two batches give their own mean, whatever the training's statistics were. */
  @Test
  void dependOnlyOnTheBatches() {
    spoil();
    Map<String, HostTensor> training = network.state();

    assertThat(memory.evaluationStarts(0, () -> false)).isTrue();
    assertMeansOfStem(network.state());
    memory.evaluationEnded();

    assertMeansOfStem(memory.statistics());
    assertThat(bytes(network.state())).isEqualTo(bytes(training));
  }

  @Test
  void stopLeavesTheTrainingUnchanged() {
    spoil();
    Map<String, HostTensor> training = network.state();
    int[] asked = {0};
    assertThat(memory.evaluationStarts(0, () -> ++asked[0] == 2)).isFalse();
    memory.evaluationEnded();
    assertThat(memory.statistics()).isEmpty();
    assertThat(bytes(network.state())).isEqualTo(bytes(training));
  }

  private static Map<String, ByteBuffer> bytes(Map<String, HostTensor> state) {
    Map<String, ByteBuffer> bytes = new TreeMap<>();
    state.forEach((name, tensor) -> bytes.put(name, tensor.data()));
    return bytes;
  }

  private void spoil() {
    Map<String, HostTensor> state = network.state();
    state.replaceAll(
        (name, tensor) -> {
          if (!name.contains("running")) {
            return tensor;
          }
          float[] values = tensor.toFloats();
          Arrays.fill(values, 1000);
          return HostTensor.ofFloats(values, tensor.shape());
        });
    network.load(state);
  }

  /** The stem has no memory before it, so a convolution alone gives what its norm sees. */
  private void assertMeansOfStem(Map<String, HostTensor> state) {
    List<float[]> means = new ArrayList<>();
    try (Scope scope = Scope.open();
        BatchLoader loader =
            DATA.batches(
                BatchShare.whole(CONFIG.optimization().batchSize()),
                new BatchLoader.Epoch(CONFIG.optimization().seed(), 0, 0))) {
      Conv2d stem = new Conv2d(3, 16, 3, 1);
      BatchNorm2d norm = new BatchNorm2d(16);
      stem.load(Map.of("weight", Objects.requireNonNull(network.state().get("conv1.weight"))));
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        Tensor before =
            norm.runningMean().multiply(Tensor.ofFloats(Device.CPU, new float[] {0.9f}, 1));
        norm.forward(stem.forward(Evaluator.images(Device.CPU, batch)), true);
        float[] moved = norm.runningMean().toFloats();
        float[] kept = before.toFloats();
        float[] mean = new float[moved.length];
        for (int i = 0; i < mean.length; i++) {
          mean[i] = (moved[i] - kept[i]) / 0.1f;
        }
        means.add(mean);
      }
    }
    assertThat(means).hasSize(2);
    float[] actual = Objects.requireNonNull(state.get("bn1.running_mean")).toFloats();
    for (int i = 0; i < actual.length; i++) {
      double expected = (0.9 * means.get(0)[i] + means.get(1)[i]) / 1.9;
      assertThat(actual[i]).isCloseTo((float) expected, within(1e-3f));
    }
  }
}
