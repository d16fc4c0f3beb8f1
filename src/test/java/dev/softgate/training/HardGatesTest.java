package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.Mode;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardGatesTest {

  private static final long SEED = 3;

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static float[] weights(HardGates gates, int gate, float[] g) {
    try (Scope scope = Scope.open()) {
      return gates.weight(gate, Tensor.ofFloats(Device.CPU, g, g.length)).toFloats();
    }
  }

  private static int zeros(float[] weights) {
    int count = 0;
    for (float weight : weights) {
      count += weight == 0 ? 1 : 0;
    }
    return count;
  }

  /** The lowest g skip, as many as drawn, and what is counted is what skipped. */
  @Test
  void easiestImagesSkipFirst() {
    HardGates gates = new HardGates(2, null, 0, true, SEED);
    List<Integer> counts = new ArrayList<>();
    for (int batch = 0; batch < 60; batch++) {
      gates.begin(0, batch, 60);
      float[] g = random(50, batch);
      float[] weights = weights(gates, 0, g);
      int skipped = zeros(weights);
      counts.add(skipped);
      float[] sorted = g.clone();
      Arrays.sort(sorted);
      for (int i = 0; i < g.length; i++) {
        boolean among = skipped > 0 && g[i] <= sorted[skipped - 1];
        assertThat(weights[i]).isCloseTo(among ? 0 : 1, within(1e-6f));
      }
      weights(gates, 1, g);
      assertThat(gates.skipped()[0]).isEqualTo(skipped);
    }
    assertThat(counts.stream().mapToInt(Integer::intValue).average().orElseThrow())
        .isBetween(12.0, 22.0);
    assertThat(counts.stream().filter(count -> count == 0).count()).isBetween(20L, 40L);
    assertThat(counts).anyMatch(count -> count > 40);
    assertThat(gates.thresholds()).isNull();
  }

  /** Either all images go all the way, or every gate may let some skip. */
  @Test
  void trainsAllLayersInHalfOfTheBatches() {
    HardGates gates = new HardGates(3, null, 0, true, SEED);
    int whole = 0;
    for (int batch = 0; batch < 200; batch++) {
      gates.begin(1, batch, 200);
      float[] g = random(100, batch);
      int skipping = 0;
      for (int gate = 0; gate < 3; gate++) {
        skipping += zeros(weights(gates, gate, g)) > 0 ? 1 : 0;
      }
      assertThat(skipping).isNotEqualTo(1); // a share below 1/200 is rare: two of three, never
      whole += skipping == 0 ? 1 : 0;
    }
    assertThat(whole).isBetween(75, 125);
  }

  /** The images that are hard at a gate skip there only where all do. */
  @Test
  void skipsAllImagesInAThirdOfTheRest() {
    HardGates gates = new HardGates(1, null, 0, true, SEED);
    float[] g = random(100, 1);
    List<Integer> counts = new ArrayList<>();
    for (int batch = 0; batch < 600; batch++) {
      gates.begin(1, batch, 600);
      counts.add(zeros(weights(gates, 0, g)));
    }
    assertThat(counts.stream().filter(count -> count == 100).count()).isBetween(80L, 120L);
    assertThat(counts.stream().filter(count -> count > 0 && count < 100).count())
        .isBetween(165L, 235L);
  }

  @Test
  void drawsDependOnSeedAndPosition() {
    HardGates one = new HardGates(1, null, 0, true, SEED);
    HardGates other = new HardGates(1, null, 0, true, SEED);
    HardGates otherSeed = new HardGates(1, null, 0, true, SEED + 1);
    List<Integer> inOrder = new ArrayList<>();
    for (int batch = 0; batch < 20; batch++) {
      inOrder.add(skipped(one, batch));
    }
    List<Integer> backwards = new ArrayList<>();
    List<Integer> ofOtherSeed = new ArrayList<>();
    for (int batch = 19; batch >= 0; batch--) {
      backwards.add(0, skipped(other, batch));
      ofOtherSeed.add(0, skipped(otherSeed, batch));
    }
    assertThat(backwards).isEqualTo(inOrder);
    assertThat(ofOtherSeed).isNotEqualTo(inOrder);
  }

  private static int skipped(HardGates gates, int batch) {
    gates.begin(4, batch, 20);
    return zeros(weights(gates, 0, random(200, 1)));
  }

  /** Forward the decision; backward what a gate learns, less what all images share. */
  @Test
  void gradientPassesStraightThrough() {
    assertThat(slopes(true)).containsExactly(-1.5f, -0.5f, 0.5f, 1.5f);
    assertThat(slopes(false)).containsExactly(0, 0, 0, 0);
  }

  private static float[] slopes(boolean straightThrough) {
    HardGates gates = new HardGates(1, List.of(0.5), 0, straightThrough, SEED);
    gates.begin(0, 0, 1);
    try (Scope scope = Scope.open()) {
      Tensor g =
          Tensor.ofFloats(Device.CPU, new float[] {0.1f, 0.9f, 0.2f, 0.8f}, 4).requireGradient();
      Tensor weight = gates.weight(0, g);
      assertThat(weight.toFloats()).containsExactly(0, 1, 0, 1);
      if (!straightThrough) {
        assertThat(weight.requiresGradient()).isFalse();
        return new float[4];
      }
      weight
          .multiply(Tensor.ofFloats(Device.CPU, new float[] {1, 2, 3, 4}, 4))
          .sumLast()
          .backward();
      return requireNonNull(g.gradient()).toFloats();
    }
  }

  @Test
  void annealsTheTarget() {
    HardGates gates = new HardGates(1, List.of(0.8), 2, true, SEED);
    float[] g = new float[1000];
    for (int i = 0; i < g.length; i++) {
      g[i] = (i + 0.5f) / g.length;
    }
    gates.begin(0, 0, 10);
    weights(gates, 0, g);
    assertThat(gates.skipped()[0]).isZero();
    for (int batch = 0; batch < 200; batch++) {
      gates.begin(1, 0, 10);
      weights(gates, 0, g);
    }
    assertThat(gates.skipped()[0]).isBetween(390, 401);
    for (int batch = 0; batch < 200; batch++) {
      gates.begin(2, batch, 200);
      weights(gates, 0, g);
    }
    assertThat(gates.skipped()[0]).isBetween(790, 801);
    assertThat(requireNonNull(gates.thresholds()).get(0)).isCloseTo(0.8, within(0.01));
  }

  @Test
  void everyGateHasItsTarget() {
    HardGates gates = new HardGates(2, List.of(0.25, 1.0), 0, true, SEED);
    gates.begin(0, 0, 1);
    weights(gates, 0, random(400, 1));
    weights(gates, 1, random(400, 2));
    assertThat(gates.skipped()).containsExactly(100, 400);
    assertThatThrownBy(() -> new HardGates(3, List.of(0.25, 1.0), 0, true, SEED))
        .isInstanceOf(BadInputException.class)
        .hasMessage("target-skip: give one share, or one for each of the 3 gates, found 2");
  }

  @Test
  void keepsEquallyHardImagesTogether() {
    HardGates gates = new HardGates(1, List.of(0.5), 0, true, SEED);
    gates.begin(0, 0, 1);
    assertThat(weights(gates, 0, new float[] {0.5f, 0.5f, 0.5f, 0.5f})).containsOnly(1);
  }

  private static RunConfig config(String... more) {
    List<String> all = new ArrayList<>(List.of("gate-mix", "hard", "gate-at", "2,3"));
    all.addAll(List.of(more));
    return TinyTraining.config(all.toArray(String[]::new));
  }

  private Trainer trainer(RunConfig config, String name) {
    ResNet network =
        new ResNet(config.model().spec(TinyTraining.CLASSES), config.optimization().seed());
    try {
      CheckpointStore store = new CheckpointStore(Files.createDirectories(folder.resolve(name)));
      return new Trainer(config, TinyTraining.data(60, 30, 9), network, store, List.of());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void logsRatesAndKeepsThresholds() {
    Trainer trainer = trainer(config("target-skip", "0.25,0.75"), "target");
    trainer.train(() -> false);

    List<EpochMetrics> history = trainer.progress().history();
    SkipMetrics last = requireNonNull(history.get(history.size() - 1).skipping());
    assertThat(last.trainRates().get(0)).isCloseTo(0.25, within(0.2));
    assertThat(last.trainRates().get(1)).isCloseTo(0.75, within(0.2));
    assertThat(last.validationRates()).hasSize(2);
    assertThat(requireNonNull(last.validationAccuracy())).isBetween(0.0, 1.0);
    Checkpoint checkpoint = Checkpoint.read(folder.resolve("target/last.safetensors"));
    assertThat(requireNonNull(checkpoint.skipping()).thresholds()).isEqualTo(last.thresholds());
    assertThat(checkpoint.progress().history()).isEqualTo(history);
  }

  /** A run that was stopped within an epoch and went on ends with the same numbers. */
  @Test
  void resumesBitExactly() {
    for (List<String> more :
        List.of(
            List.<String>of(),
            List.of("target-skip", "0.5"),
            List.of("gate", "memory", "gate-mix", "soft"))) {
      RunConfig config = config(more.toArray(String[]::new));
      Trainer whole = trainer(config, "whole" + more.size());
      whole.train(() -> false);

      String name = "stopped" + more.size();
      int[] steps = {0};
      trainer(config, name).train(() -> ++steps[0] == 11);
      Trainer rest = trainer(config, name);
      rest.restore(Checkpoint.read(folder.resolve(name + "/last.safetensors")));
      assertThat(rest.progress().batch()).isPositive();
      rest.train(() -> false);

      assertThat(rest.progress().history()).isEqualTo(whole.progress().history());
      assertThat(rest.checkpoint().skipping()).isEqualTo(whole.checkpoint().skipping());
      assertThat(bytes(rest.checkpoint().deployed()))
          .isEqualTo(bytes(whole.checkpoint().deployed()));
    }
  }

  private static Map<String, ByteBuffer> bytes(Map<String, HostTensor> state) {
    Map<String, ByteBuffer> bytes = new LinkedHashMap<>();
    state.forEach((name, tensor) -> bytes.put(name, tensor.data()));
    return bytes;
  }

  /** The whole loss from the teacher, and the teacher's own network: nothing to learn. */
  @Test
  void agreementWithTheTeacherHasNoGradient() {
    RunConfig config = TinyTraining.config("gate", "none", "lr", "0.1", "weight-decay", "0");
    ResNet teacher =
        new ResNet(config.model().spec(TinyTraining.CLASSES), config.optimization().seed());
    try (Scope scope = Scope.open()) {
      Tensor images = Tensor.ofImages(Device.CPU, random(4 * 3 * 64, 1), 4, 3, 8, 8);
      Tensor same = teacher.forward(images, Mode.EVALUATION).logits();
      Tensor logits =
          Tensor.ofFloats(Device.CPU, same.toFloats(), 4, TinyTraining.CLASSES).requireGradient();
      Tensor other =
          Tensor.ofFloats(Device.CPU, random(4 * TinyTraining.CLASSES, 2), 4, TinyTraining.CLASSES)
              .requireGradient();
      Tensor labels = Tensor.ofLabels(Device.CPU, new int[] {0, 1, 2, 0});
      Distillation all = new Distillation(teacher, 1, 4);
      Tensor answers = all.answers(images);
      all.loss(answers, logits, logits.crossEntropy(labels)).backward();
      for (float slope : requireNonNull(logits.gradient()).toFloats()) {
        assertThat(slope).isCloseTo(0, within(1e-6f));
      }
      Tensor loss = all.loss(answers, other, other.crossEntropy(labels));
      assertThat(loss.item()).isCloseTo(divergence(same, other, 4) * 16, within(1e-4));
      assertThat(
              new Distillation(teacher, 0, 4)
                  .loss(answers, other, other.crossEntropy(labels))
                  .item())
          .isCloseTo(other.crossEntropy(labels).item(), within(1e-6));
    }
  }

  /** Mean KL of the softmaxes at a temperature, by the definition. */
  private static double divergence(Tensor wanted, Tensor said, double temperature) {
    double sum = 0;
    int classes = TinyTraining.CLASSES;
    float[] p = wanted.toFloats();
    float[] q = said.toFloats();
    for (int row = 0; row < p.length; row += classes) {
      double[] from = softmax(p, row, classes, temperature);
      double[] to = softmax(q, row, classes, temperature);
      for (int i = 0; i < classes; i++) {
        sum += from[i] * Math.log(from[i] / to[i]);
      }
    }
    return sum * classes / p.length;
  }

  private static double[] softmax(float[] logits, int start, int classes, double temperature) {
    double[] values = new double[classes];
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      values[i] = Math.exp(logits[start + i] / temperature);
      sum += values[i];
    }
    for (int i = 0; i < classes; i++) {
      values[i] /= sum;
    }
    return values;
  }
}
