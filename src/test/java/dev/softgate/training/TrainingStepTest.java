package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.MixRule;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Mode;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.Pass;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.TrainingStep.LossWeights;
import dev.softgate.training.TrainingStep.Rates;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which loss moves which parameter. */
class TrainingStepTest {

  private static final int[] LABELS = {0, 1, 2, 1};

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static ResNet network(GateKind gate, GateTap tap) {
    return new ResNet(
        ModelSpec.resnet(
            BlockKind.BASIC, 14, 3, RandomNetwork.gate(gate, tap, GateCalibration.NORMALISED)),
        1);
  }

  private static Map<String, HostTensor> after(
      ResNet network, int[] labels, Rates rates, boolean backboneSteps) {
    TrainingStep step = new TrainingStep(network, 0, 0, 0);
    run(step, labels, rates, backboneSteps);
    return network.state();
  }

  /** The gradient of L_cls in the bias of the last layer is the mean of softmax − target. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.9})
  void smoothsLabelsInTheGradient(double smoothing) {
    ResNet network = network(GateKind.NONE, GateTap.ENTRY);
    float[] before = requireNonNull(network.state().get("fc.bias")).toFloats();
    TrainingStep step =
        new TrainingStep(network, 0, 0, new LossWeights(0, smoothing, 0), Objective.LABELS);
    TrainingStep.Result result = run(step, LABELS, new Rates(1, 1), true);
    float[] after = requireNonNull(network.state().get("fc.bias")).toFloats();
    double[] expected = new double[3];
    double plainLoss = 0;
    for (int i = 0; i < LABELS.length; i++) {
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        sum += Math.exp(result.logits()[3 * i + k]);
      }
      for (int k = 0; k < 3; k++) {
        double target = smoothing / 3 + (k == LABELS[i] ? 1 - smoothing : 0);
        expected[k] += (target - Math.exp(result.logits()[3 * i + k]) / sum) / LABELS.length;
      }
      plainLoss -= (result.logits()[3 * i + LABELS[i]] - Math.log(sum)) / LABELS.length;
    }
    for (int k = 0; k < 3; k++) {
      assertThat((double) after[k] - before[k]).isCloseTo(expected[k], within(1e-5));
    }
    assertThat(result.classificationLoss()).as("reported").isCloseTo(plainLoss, within(1e-5));
  }

  /** PyTorch 2.13: {@code F.cross_entropy(logits, [2, 1], label_smoothing=0.1)}. */
  @Test
  void smoothsLabelsAsPyTorch() {
    try (Scope scope = Scope.open()) {
      Tensor logits =
          Tensor.ofFloats(Device.CPU, new float[] {1, -0.5f, 0.25f, -2, 0.5f, 3}, 2, 3)
              .requireGradient();
      Tensor loss = logits.crossEntropy(Tensor.ofLabels(Device.CPU, new int[] {2, 1}), 0.1);
      loss.backward();

      assertThat(loss.item()).isCloseTo(1.9315364, within(1e-6));
      assertThat(requireNonNull(logits.gradient()).toFloats())
          .containsExactly(
              new float[] {
                0.27823213f, 0.04913416f, -0.32736635f, -0.01357253f, -0.4289723f, 0.4425448f
              },
              within(1e-6f));
    }
  }

  @Test
  void gateLossHasWholeLabels() {
    Map<String, HostTensor> plain =
        after(network(GateKind.CLASSIFIER, GateTap.ENTRY), LABELS, new Rates(0, 1), true);
    ResNet network = network(GateKind.CLASSIFIER, GateTap.ENTRY);
    TrainingStep step =
        new TrainingStep(network, 0, 0, new LossWeights(0, 0.3, 0), Objective.LABELS);
    run(step, LABELS, new Rates(0, 1), true);

    assertThat(moved(plain, network.state())).isEmpty();
  }

  /** Gradients add up: those with all layers, and twice those with all images skipping. */
  @Test
  void addsTheSkippingLoss() {
    MixRule nobodySkips = (gate, g) -> Tensor.ofFloats(Device.CPU, new float[] {1, 1, 1, 1}, 4);
    MixRule allSkip = (gate, g) -> Tensor.ofFloats(Device.CPU, new float[4], 4);
    Map<String, HostTensor> start = network(GateKind.CLASSIFIER, GateTap.ENTRY).state();
    Map<String, HostTensor> whole = after(nobodySkips, 0);
    Map<String, HostTensor> skipping = after(allSkip, 0);
    Map<String, HostTensor> both = after(nobodySkips, 2);
    Set<String> moved = moved(start, skipping);
    assertThat(moved).contains("conv1.weight", "fc.bias");
    for (String name : network(GateKind.CLASSIFIER, GateTap.ENTRY).mainParameters().keySet()) {
      float[] from = requireNonNull(start.get(name)).toFloats();
      float[] one = requireNonNull(whole.get(name)).toFloats();
      float[] other = requireNonNull(skipping.get(name)).toFloats();
      float[] sum = requireNonNull(both.get(name)).toFloats();
      for (int i = 0; i < from.length; i++) {
        assertThat(sum[i] - from[i])
            .as(name)
            .isCloseTo(one[i] - from[i] + 2 * (other[i] - from[i]), within(1e-5f));
      }
    }
  }

  private static Map<String, HostTensor> after(MixRule rule, double skipLoss) {
    ResNet network = network(GateKind.CLASSIFIER, GateTap.ENTRY);
    TrainingStep step =
        new TrainingStep(network, 0, 0, new LossWeights(0, 0, skipLoss), Objective.LABELS);
    run(step, LABELS, new Rates(0.1, 0), Mode.TRAINING.mixing(rule));
    return network.state();
  }

  @Test
  void skippingLossRequiresAGateOnTheLastStage() {
    ResNet plain = network(GateKind.NONE, GateTap.ENTRY);
    assertThatThrownBy(
            () -> new TrainingStep(plain, 0, 0, new LossWeights(0, 0, 1), Objective.LABELS))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("skip-loss: needs a gate on the last stage");
  }

  private static TrainingStep.Result run(
      TrainingStep step, int[] labels, Rates rates, boolean backboneSteps) {
    Mode mode = backboneSteps ? Mode.TRAINING : Mode.of(Pass.TRAINING_GATE_ONLY);
    return run(step, labels, rates, mode);
  }

  private static TrainingStep.Result run(TrainingStep step, int[] labels, Rates rates, Mode mode) {
    Random random = new Random(5);
    float[] pixels = new float[labels.length * 3 * 8 * 8];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    try (Scope scope = Scope.open()) {
      return step.run(
          Tensor.ofImages(Device.CPU, pixels, labels.length, 3, 8, 8),
          Tensor.ofLabels(Device.CPU, labels),
          mode,
          rates);
    }
  }

  /** Names whose bytes differ. */
  private static Set<String> moved(Map<String, HostTensor> before, Map<String, HostTensor> after) {
    return before.entrySet().stream()
        .filter(
            entry -> {
              HostTensor now = Objects.requireNonNull(after.get(entry.getKey()));
              return !entry.getValue().data().equals(now.data());
            })
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> statistics(ResNet network) {
    return new TreeSet<>(network.buffers().keySet());
  }

  private static Set<String> with(Set<String> names, Set<String> others) {
    Set<String> union = new TreeSet<>(names);
    union.addAll(others);
    return union;
  }

  @ParameterizedTest
  @EnumSource
  void gateLossMovesOnlyGateLayers(GateTap tap) {
    ResNet network = network(GateKind.CLASSIFIER, tap);
    Map<String, HostTensor> before = network.state();

    Map<String, HostTensor> after = after(network, LABELS, new Rates(0, 0.1), true);

    assertThat(moved(before, after))
        .isEqualTo(with(network.ownGateParameters().keySet(), statistics(network)));
  }

  @ParameterizedTest
  @EnumSource
  void classificationLossMovesAllButGateLayers(GateTap tap) {
    ResNet network = network(GateKind.CLASSIFIER, tap);
    Map<String, HostTensor> before = network.state();

    Map<String, HostTensor> after = after(network, LABELS, new Rates(0.1, 0), true);

    assertThat(moved(before, after))
        .isEqualTo(with(network.mainParameters().keySet(), statistics(network)));
  }

  @ParameterizedTest
  @EnumSource
  void gateOnlyBatchMovesGateAndStatistics(GateTap tap) {
    ResNet network = network(GateKind.CLASSIFIER, tap);
    Map<String, HostTensor> before = network.state();

    Map<String, HostTensor> after = after(network, LABELS, new Rates(0.1, 0.1), false);

    assertThat(moved(before, after))
        .isEqualTo(with(network.ownGateParameters().keySet(), statistics(network)));
  }

  @Test
  void movesEverythingWithoutAGate() {
    ResNet network = network(GateKind.NONE, GateTap.ENTRY);
    Map<String, HostTensor> before = network.state();

    Map<String, HostTensor> after = after(network, LABELS, new Rates(0.1, 0), true);

    assertThat(network.ownGateParameters()).isEmpty();
    assertThat(moved(before, after)).isEqualTo(before.keySet());
  }

  @Test
  void gateUpdateDoesNotDependOnTheBackbone() {
    Map<String, HostTensor> both =
        after(network(GateKind.CLASSIFIER, GateTap.ENTRY), LABELS, new Rates(0.1, 0.1), true);
    Map<String, HostTensor> alone =
        after(network(GateKind.CLASSIFIER, GateTap.ENTRY), LABELS, new Rates(0.1, 0.1), false);

    assertThat(moved(both, alone))
        .isEqualTo(
            network(GateKind.CLASSIFIER, GateTap.ENTRY).mainParameters().keySet().stream()
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void backboneUpdateDoesNotDependOnTheGateRate() {
    Map<String, HostTensor> slow =
        after(network(GateKind.CLASSIFIER, GateTap.ENTRY), LABELS, new Rates(0.1, 0.01), true);
    Map<String, HostTensor> fast =
        after(network(GateKind.CLASSIFIER, GateTap.ENTRY), LABELS, new Rates(0.1, 0.5), true);

    assertThat(moved(slow, fast))
        .containsExactlyInAnyOrder(
            "g_layer.0.weight", "g_layer.0.bias", "g_layer.1.weight", "g_layer.1.bias");
  }

  /** The gradient flows through g: with the gate's weights zero, g is constant and it cannot. */
  @Test
  void backboneUpdateDependsOnGateWeights() {
    ResNet open = network(GateKind.CLASSIFIER, GateTap.ENTRY);
    ResNet closed = network(GateKind.CLASSIFIER, GateTap.ENTRY);
    Map<String, HostTensor> state = closed.state();
    state.put("g_layer.1.weight", HostTensor.ofFloats(new float[3 * 512], 3, 512));
    closed.load(state);

    Map<String, HostTensor> afterOpen = after(open, LABELS, new Rates(0.1, 0), true);
    Map<String, HostTensor> afterClosed = after(closed, LABELS, new Rates(0.1, 0), true);

    assertThat(moved(afterOpen, afterClosed)).contains("conv1.weight", "o1.conv1.weight");
  }

  @Test
  void reportsTheBatchBeforeTheUpdate() {
    TrainingStep step = new TrainingStep(network(GateKind.CLASSIFIER, GateTap.ENTRY), 0, 0, 0);

    TrainingStep.Result still = run(step, LABELS, new Rates(0, 0), true);
    TrainingStep.Result moving = run(step, LABELS, new Rates(0.1, 0.1), true);
    TrainingStep.Result moved = run(step, LABELS, new Rates(0, 0), true);

    assertThat(moving.classificationLoss()).isEqualTo(still.classificationLoss());
    assertThat(moving.gateLoss()).isEqualTo(still.gateLoss());
    assertThat(moved.classificationLoss()).isLessThan(still.classificationLoss());
    assertThat(moved.gateLoss()).isLessThan(still.gateLoss());
    assertThat(moving.gates()).hasSize(1);
    for (float g : moving.gates().get(0).g()) {
      assertThat(g).isStrictlyBetween(0f, 1f);
    }
  }

  @Test
  void countsCorrectImages() {
    TrainingStep step = new TrainingStep(network(GateKind.NONE, GateTap.ENTRY), 0, 0, 0);
    int correct = 0;
    for (int label = 0; label < 3; label++) {
      int[] labels = {label, label, label, label};
      correct += run(step, labels, new Rates(0, 0), true).correct();
    }
    assertThat(correct).as("each image is of one class of the three").isEqualTo(4);
  }

  @Test
  void hasNoGateOptimizerWithoutAGate() {
    TrainingStep step = new TrainingStep(network(GateKind.NONE, GateTap.ENTRY), 0.9, 0, 0);

    TrainingStep.Result result = run(step, LABELS, new Rates(0.1, 0.1), true);

    assertThat(step.gateOptimizer()).isNull();
    assertThat(result.gateLoss()).isNull();
    assertThat(result.gates()).isEmpty();
  }

  @Test
  void velocitiesMatchTheirParameters() {
    ResNet network = network(GateKind.CLASSIFIER, GateTap.ENTRY);
    TrainingStep step = new TrainingStep(network, 0.9, 0, 0);

    long gate =
        network.ownGateParameters().values().stream().mapToLong(p -> p.value().elements()).sum();
    long all = network.parameters().values().stream().mapToLong(p -> p.value().elements()).sum();
    assertThat(requireNonNull(step.gateOptimizer()).gradients().elements()).isEqualTo(gate);
    assertThat(step.mainOptimizer().gradients().elements()).isEqualTo(all - gate);
  }
}
