package dev.softgate.gate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each gate against its formula, from the numbers z that its layers give. */
class GateFormulasTest {

  private static final StageGate.Place STAGE = new StageGate.Place(3, 4, 3);
  private static final UnitGate.Place UNIT = new UnitGate.Place(2, 2, 1);

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static GateSpec spec(
      GateKind kind, GateCalibration calibration, GatePenalty penalty, GateKernel kernel) {
    kind.requirePenalty(penalty);
    return switch (kind.family()) {
      case NONE -> GateSpec.none();
      case STAGE ->
          StageGateSpec.of(kind, List.of(3)).looking(GateTap.ENTRY, calibration).with(penalty);
      case UNIT -> UnitGateSpec.of(kind, List.of(3)).with(penalty, kernel);
      case CHANNELS -> new OwnedChannelsSpec(List.of(3), 0.25, 0.1);
    };
  }

  private static void onStage(
      GateKind kind,
      GateCalibration calibration,
      GatePenalty penalty,
      float[] z,
      Consumer<GateSignal> check) {
    GateSpec spec = spec(kind, calibration, penalty, GateKernel.ELEMENT_1X1);
    StageGate gate = requireNonNull(spec.stageGate(STAGE));
    int outputs = ((StageGateSpec) spec).outputs(STAGE);
    try (Scope scope = Scope.open()) {
      check.accept(gate.signal(Tensor.ofFloats(Device.CPU, z, z.length / outputs, outputs)));
    }
  }

  /** One image of 1×2 pixels; z channel by channel. */
  private static void inUnit(
      GateKind kind,
      GatePenalty penalty,
      GateKernel kernel,
      float[] z,
      Consumer<UnitGate.Weights> check) {
    UnitGate gate =
        requireNonNull(spec(kind, GateCalibration.NORMALISED, penalty, kernel).unitGate(3, UNIT));
    try (Scope scope = Scope.open()) {
      check.accept(gate.weights(Tensor.ofFloats(Device.CPU, z, 1, z.length / 2, 1, 2)));
    }
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static void assertClose(@Nullable Tensor tensor, double... expected) {
    float[] actual = requireNonNull(tensor).toFloats();
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).as("element %d", i).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void sigmoidHasASquaredPenalty() {
    onStage(
        GateKind.SIGMOID,
        GateCalibration.NORMALISED,
        GatePenalty.L2,
        new float[] {-2, 0, 1},
        signal -> {
          assertClose(signal.g(), sigmoid(-2), 0.5, sigmoid(1));
          assertClose(
              signal.penalty(), (Math.pow(sigmoid(-2), 2) + 0.25 + Math.pow(sigmoid(1), 2)) / 3);
          assertThat(signal.logits()).isNull();
          assertThat(signal.entropyNats()).isNull();
        });
  }

  @ParameterizedTest
  @CsvSource({"CROSS_ENTROPY", "BINARY_CROSS_ENTROPY"})
  void twoWayGateUsesItsSecondOutput(GatePenalty penalty) {
    double[][] z = {{1, -0.5}, {-3, 2}};
    double expected = 0;
    for (double[] row : z) {
      double idle = Math.exp(row[0]) / (Math.exp(row[0]) + Math.exp(row[1]));
      expected +=
          penalty == GatePenalty.CROSS_ENTROPY
              ? -Math.log(idle) / 2
              : (-Math.log(sigmoid(row[0])) - Math.log(1 - sigmoid(row[1]))) / 4;
    }
    double mean = expected;
    onStage(
        GateKind.TWO_WAY,
        GateCalibration.NORMALISED,
        penalty,
        new float[] {1, -0.5f, -3, 2},
        signal -> {
          assertClose(
              signal.g(),
              Math.exp(-0.5) / (Math.exp(1) + Math.exp(-0.5)),
              Math.exp(2) / (Math.exp(-3) + Math.exp(2)));
          assertClose(signal.penalty(), mean);
          assertClose(signal.logits(), 1, -0.5, -3, 2);
        });
  }

  /** Softplus has no overflow where the logits are far apart. */
  @Test
  void penaltyOfAConfidentTwoWayGateIsFinite() {
    onStage(
        GateKind.TWO_WAY,
        GateCalibration.NORMALISED,
        GatePenalty.CROSS_ENTROPY,
        new float[] {-200, 300},
        signal -> assertThat(requireNonNull(signal.penalty()).item()).isEqualTo(500));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PUBLISHED")
  void entropyGateIsCalibrated(GateCalibration calibration) {
    double[] p = {Math.exp(1), Math.exp(0), Math.exp(-2)};
    double sum = p[0] + p[1] + p[2];
    double h = 0;
    for (double part : p) {
      h -= part / sum * Math.log(part / sum);
    }
    double entropy = h;
    double g =
        switch (calibration) {
          case NORMALISED -> sigmoid(8 * h / Math.log(3) - 4);
          case UNSCALED -> sigmoid(h - Math.log(3) / 2);
          case RAW -> h;
          case PUBLISHED -> throw new AssertionError("not for three classes");
        };
    for (GateKind kind : List.of(GateKind.ENTROPY, GateKind.CLASSIFIER)) {
      onStage(
          kind,
          calibration,
          GatePenalty.NONE,
          new float[] {1, 0, -2},
          signal -> {
            assertClose(signal.entropyNats(), entropy);
            assertClose(signal.g(), g);
            assertThat(signal.penalty()).isNull();
          });
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EXCLUSIVE", "SHORTCUT"})
  void unitGateWeighsTheShortcutByTheRest(GateKind kind) {
    double[] g = {sigmoid(-1), sigmoid(0), sigmoid(2), sigmoid(-6)};
    double squares = 0;
    for (double weight : g) {
      squares += weight * weight / 4;
    }
    double penalty = squares;
    inUnit(
        kind,
        GatePenalty.L2,
        GateKernel.ELEMENT_1X1,
        new float[] {-1, 0, 2, -6},
        weights -> {
          if (kind == GateKind.EXCLUSIVE) {
            assertClose(weights.branch(), g);
          } else {
            assertThat(weights.branch()).isNull();
          }
          assertClose(weights.shortcut(), 1 - g[0], 1 - g[1], 1 - g[2], 1 - g[3]);
          assertClose(weights.signal().g(), (g[0] + g[1] + g[2] + g[3]) / 4);
          assertClose(weights.signal().penalty(), penalty);
        });
  }

  /** An element's first logit is the branch's; 10⁻⁴ keeps both weights near one half. */
  @ParameterizedTest
  @CsvSource({"ELEMENT_1X1", "TUBE_1X1"})
  void choiceIsPenalizedTowardTheShortcut(GateKernel kernel) {
    int decisions = kernel.channels(2);
    float[] z = new float[2 * 2 * decisions];
    double[] g = new double[2 * decisions];
    double[] rest = new double[2 * decisions];
    double penalty = 0;
    for (int i = 0; i < g.length; i++) {
      z[i] = 100 * i - 150;
      z[g.length + i] = 2 * i + 1;
      double difference = z[i] - z[g.length + i];
      g[i] = Math.exp(1e-4 * difference) / (Math.exp(1e-4 * difference) + 1);
      rest[i] = 1 - g[i];
      penalty += Math.log(1 + Math.exp(difference)) / g.length;
    }
    double mean = penalty;
    inUnit(
        GateKind.EXCLUSIVE,
        GatePenalty.CROSS_ENTROPY,
        kernel,
        z,
        weights -> {
          assertClose(weights.branch(), g);
          assertClose(weights.shortcut(), rest);
          assertThat(requireNonNull(weights.signal().penalty()).item())
              .isCloseTo(mean, within(1e-5 * mean + 1e-6));
        });
  }

  @ParameterizedTest
  @CsvSource({"-6", "-2.5", "0"})
  void unitGateStartsAtItsBias(double bias) {
    GateSpec spec =
        new UnitGateSpec(
            GateKind.EXCLUSIVE, List.of(1), GatePenalty.NONE, GateKernel.ELEMENT_1X1, bias);
    UnitGate gate = requireNonNull(spec.unitGate(1, new UnitGate.Place(16, 32, 2)));

    assertThat(gate.initialBias()).isEqualTo(bias);
    assertThat(gate.parameters().keySet()).containsExactly("weight", "bias");
    assertThat(requireNonNull(gate.layer().bias()).value().shape()).containsExactly(32);
    assertThat(gate.layer().stride()).isEqualTo(2);
  }

  /** Every pair of kind and penalty: defined, or refused by name. */
  @ParameterizedTest
  @EnumSource(GateKind.class)
  void rejectsUndefinedPenalties(GateKind kind) {
    for (GatePenalty penalty : GatePenalty.values()) {
      boolean defined =
          penalty == GatePenalty.NONE
              || kind == GateKind.NONE
              || kind.penalties().contains(penalty);
      if (defined) {
        GateSpec spec = spec(kind, GateCalibration.NORMALISED, penalty, GateKernel.ELEMENT_1X1);
        assertThat(spec.penalty()).isEqualTo(spec.exists() ? penalty : GatePenalty.NONE);
      } else {
        assertThatThrownBy(
                () -> spec(kind, GateCalibration.NORMALISED, penalty, GateKernel.ELEMENT_1X1))
            .isInstanceOf(BadInputException.class)
            .hasMessageContainingAll(
                "gate-penalty " + penalty.text(), "is not defined for gate " + kind.text());
      }
    }
  }

  @Test
  void rejectsUnorderedStages() {
    GateSpec spec = StageGateSpec.of(GateKind.CLASSIFIER, List.of(3, 1));
    assertThat(spec.stages()).containsExactly(1, 3);
    assertThat(spec.hasPublishedPlace()).isFalse();
    for (List<Integer> stages : List.of(List.<Integer>of(), List.of(2, 2))) {
      assertThatThrownBy(() -> StageGateSpec.of(GateKind.CLASSIFIER, stages))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("gate-at names");
    }
  }
}
