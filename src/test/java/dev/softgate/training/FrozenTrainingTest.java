package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Freezing;
import dev.softgate.model.LibtorchEngine;
import dev.softgate.model.Mode;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.Pass;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.onednn.Canvas;
import dev.softgate.onednn.OneDnnEngine;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.TrainingStep.Rates;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.AggregateWith;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.aggregator.ArgumentsAggregator;
import org.junit.jupiter.params.provider.CsvSource;

class FrozenTrainingTest {

  private static final int[] LABELS = {0, 1, 2, 1};

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static BackboneEngine engine(String name, ResNet network) {
    return name.equals("libtorch")
        ? new LibtorchEngine(DType.FLOAT32)
        : new OneDnnEngine(network.backbone(), DType.FLOAT32, 2, () -> Canvas.NONE);
  }

  // ---- PyTorch's numbers

  /**
   * Three steps of PyTorch 2.13 in float64 on a ResNet-8 whose weights and images are formulas:
   * learning rate 0.01, momentum 0.9, weight decay 0.01; the stem and the stages named are in
   * evaluation mode and need no gradient. The last numbers: fc.bias, the sum of the first 100
   * values of layer3.0.conv1.weight, the sum of layer2.0.bn1.running_mean.
   */
  @ParameterizedTest
  @CsvSource({
    "none, 1.3928286, 0.9110896, 0.8456036, 0.0985362, 0.0687206, 0.0062174, 1.375424, -0.063222",
    "stem, 1.207717, 0.835281, 0.7879183, 0.0985133, 0.0686058, 0.0063552, 1.403211, -0.022503",
    "stage1, 1.1918026, 0.8641792, 0.8165205, 0.0994996, 0.0685085, 0.0054661, -0.128402, 0.456734",
    "stage2, 1.1119007, 0.8353088, 0.7958891, 0.1003579, 0.0680408, 0.0050756, -0.1067, -0.07576",
    "stage3, 0.9421851, 4.2073089, 2.3614802, 0.0968411, 0.0621515, 0.0144816, -0.107392, -0.07576",
  })
  void matchesPyTorch(String until, @AggregateWith(Numbers.class) double[] wanted) {
    for (String name : new String[] {"libtorch", "onednn"}) {
      ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 8, GateKind.NONE, GateTap.ENTRY);
      ResNet network = new ResNet(spec, 1);
      Map<String, HostTensor> state = network.state();
      state.replaceAll(FrozenTrainingTest::formula);
      network.load(state);
      network.freeze(Freezing.parse(until.equals("none") ? null : until));
      TrainingStep step = new TrainingStep(network, 0.9, 0.01, 0);
      double[] given = new double[8];
      try (BackboneEngine engine = engine(name, network);
          Scope scope = Scope.open()) {
        network.runOn(engine);
        for (int i = 0; i < 3; i++) {
          given[i] =
              step.run(images(4, 8), labels(4), new Rates(0.01, 0.01), true).classificationLoss();
        }
      }
      float[] bias = requireNonNull(network.state().get("fc.bias")).toFloats();
      for (int k = 0; k < 3; k++) {
        given[3 + k] = bias[k];
      }
      given[6] = sum(network, "layer3.0.conv1.weight", 100);
      given[7] = sum(network, "layer2.0.bn1.running_mean", 32);
      assertThat(given).as(name).containsExactly(wanted, within(2e-4));
    }
  }

  static final class Numbers implements ArgumentsAggregator {
    @Override
    public double[] aggregateArguments(ArgumentsAccessor row, ParameterContext context) {
      double[] numbers = new double[row.size() - 1];
      Arrays.setAll(numbers, i -> row.getDouble(i + 1));
      return numbers;
    }
  }

  private static double sum(ResNet network, String name, int count) {
    float[] values = requireNonNull(network.state().get(name)).toFloats();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return sum;
  }

  private static HostTensor formula(String name, HostTensor tensor) {
    if (tensor.type() != ElementType.F32) {
      return tensor;
    }
    long[] shape = tensor.shape();
    int phase = name.chars().sum();
    float[] values = new float[(int) tensor.elements()];
    for (int i = 0; i < values.length; i++) {
      double sine = Math.sin(0.37 * i + phase);
      double value;
      if (name.endsWith("running_var")) {
        value = 1 + 0.2 * sine;
      } else if (name.endsWith("running_mean")) {
        value = 0.05 * sine;
      } else if (shape.length == 4) {
        value = sine * Math.sqrt(4.0 / (shape[0] * shape[2] * shape[3]));
      } else if (name.contains("bn") || name.contains("downsample.1")) {
        value = (name.endsWith("weight") ? 1 : 0) + 0.1 * sine;
      } else {
        value = 0.125 * sine;
      }
      values[i] = (float) value;
    }
    return HostTensor.ofFloats(values, shape);
  }

  private static Tensor images(int count, int side) {
    float[] pixels = new float[count * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (Math.sin(0.11 * i) + Math.cos(0.05 * i * (1 + i % 7)));
    }
    return Tensor.ofFloats(Device.CPU, pixels, count, 3, side, side).channelsLast();
  }

  private static Tensor labels(int count) {
    return Tensor.ofLabels(Device.CPU, Arrays.copyOf(LABELS, count));
  }

  // ---- what moves

  /** With gates at the boundary and below it, in a leg of their own or in the middle of one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gate classifier gate-at 3     | stem",
        "gate classifier gate-at 3     | stage2",
        "gate classifier gate-at 3     | stage3",
        "gate classifier gate-at 2,3   | stage1",
        "gate classifier gate-at 2,3   | stage2",
        "gate classifier gate-at 1,3   | stage2",
        "gate classifier gate-at 1,2,3 | stage3",
        "gate sigmoid gate-at 2        | stage2",
        "gate entropy gate-at 3        | stage3",
        "gate none block bottleneck depth 20 | stage1",
        "gate none shortcut pad        | stage1",
        "gate none widths 8,16,32      | stage2",
        "gate none stem imagenet       | stem",
        "gate classifier gate-at 3 stem pooled | stage2",
      })
  void frozenLayersStayAndBothEnginesAgree(String settings, String until) {
    RunConfig config =
        RunConfig.defaults()
            .with(Map.of("depth", "14"))
            .with(map(settings))
            .with(Map.of("freeze-until", until, "lr", "0.05", "weight-decay", "0.1"));
    ModelSpec spec = config.model().spec(3);
    Map<String, HostTensor> before = RandomNetwork.of(spec, 5).state();
    Map<String, float[]> plain = trained(config, spec, before, "libtorch");
    Map<String, float[]> fused = trained(config, spec, before, "onednn");

    Predicate<String> frozen = config.optimization().freezing().names(spec);
    plain.forEach(
        (name, values) -> {
          HostTensor start = requireNonNull(before.get(name));
          if (frozen.test(name)) {
            assertThat(values).as(name).isEqualTo(start.toFloats());
            assertThat(fused.get(name)).as(name).isEqualTo(start.toFloats());
          } else {
            assertThat(values).as(name).isNotEqualTo(start.toFloats());
            float[] other = requireNonNull(fused.get(name));
            double greatest = 0;
            for (int k = 0; k < values.length; k++) {
              greatest = Math.max(greatest, Math.abs(values[k] - other[k]));
            }
            assertThat(greatest).as("%s on both engines", name).isLessThan(2e-3);
          }
        });
    assertThat(plain.keySet()).anyMatch(frozen).anyMatch(frozen.negate());
  }

  private static Map<String, String> map(String settings) {
    String[] words = settings.strip().split(" +", -1);
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < words.length; i += 2) {
      map.put(words[i], words[i + 1]);
    }
    return map;
  }

  /** The float state after steps of everything, and one of the gates alone. */
  private static Map<String, float[]> trained(
      RunConfig config, ModelSpec spec, Map<String, HostTensor> start, String name) {
    ResNet network = ResNet.restore(spec, start);
    TrainingStep step = TrainingStep.of(config, network, Objective.LABELS, Replicas.alone(config));
    Map<String, float[]> state = new TreeMap<>();
    try (BackboneEngine engine = engine(name, network);
        Scope scope = Scope.open()) {
      network.runOn(engine);
      Rates rates = new Rates(0.02, 0.02);
      step.run(images(4, 16), labels(4), rates, true);
      network.forward(images(3, 12), Mode.EVALUATION);
      if (step.gateOptimizer() != null) {
        step.run(images(4, 16), labels(4), Mode.of(Pass.TRAINING_GATE_ONLY), rates);
      }
      step.run(images(4, 16), labels(4), rates, true);
    }
    network
        .state()
        .forEach(
            (key, tensor) -> {
              if (tensor.type() == ElementType.F32) {
                state.put(key, tensor.toFloats());
              }
            });
    long moving =
        network.parameters().entrySet().stream()
            .filter(entry -> !config.optimization().freezing().names(spec).test(entry.getKey()))
            .mapToLong(entry -> entry.getValue().value().elements())
            .sum();
    Optimizer gates = step.gateOptimizer();
    assertThat(
            step.mainOptimizer().gradients().elements()
                + (gates == null ? 0 : gates.gradients().elements()))
        .as("a gradient and a state for each parameter that moves")
        .isEqualTo(moving);
    return state;
  }

  /** Everything below the classifier frozen is softmax regression on the deployed features. */
  @ParameterizedTest
  @CsvSource({"libtorch", "onednn"})
  void allStagesFrozenIsRegressionOnTheFeatures(String name) {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.NONE, GateTap.ENTRY);
    ResNet network = RandomNetwork.of(spec, 5);
    network.freeze(Freezing.parse("stage3"));
    TrainingStep step = new TrainingStep(network, 0.9, 0.01, 0);
    try (BackboneEngine engine = engine(name, network);
        Scope scope = Scope.open()) {
      network.runOn(engine);
      float[] f = network.forward(images(4, 16), Mode.EVALUATION).features().toFloats();
      double[] w = doubles(network, "fc.weight");
      double[] b = doubles(network, "fc.bias");
      double[] vw = new double[w.length];
      double[] vb = new double[b.length];
      int features = f.length / 4;
      for (int s = 0; s < 3; s++) {
        step.run(images(4, 16), labels(4), new Rates(0.1, 0.1), true);
        double[] gw = new double[w.length];
        double[] gb = new double[b.length];
        for (int i = 0; i < 4; i++) {
          double[] z = b.clone();
          for (int k = 0; k < 3; k++) {
            for (int c = 0; c < features; c++) {
              z[k] += w[k * features + c] * f[i * features + c];
            }
          }
          double all = Math.exp(z[0]) + Math.exp(z[1]) + Math.exp(z[2]);
          for (int k = 0; k < 3; k++) {
            double slope = (Math.exp(z[k]) / all - (k == LABELS[i] ? 1 : 0)) / 4;
            gb[k] += slope;
            for (int c = 0; c < features; c++) {
              gw[k * features + c] += slope * f[i * features + c];
            }
          }
        }
        step(w, vw, gw);
        step(b, vb, gb);
      }
      assertThat(doubles(network, "fc.weight")).containsExactly(w, within(1e-4));
      assertThat(doubles(network, "fc.bias")).containsExactly(b, within(1e-4));
    }
  }

  private static void step(double[] values, double[] velocity, double[] gradient) {
    for (int i = 0; i < values.length; i++) {
      velocity[i] = 0.9 * velocity[i] + gradient[i] + 0.01 * values[i];
      values[i] -= 0.1 * velocity[i];
    }
  }

  private static double[] doubles(ResNet network, String name) {
    float[] floats = requireNonNull(network.state().get(name)).toFloats();
    double[] doubles = new double[floats.length];
    Arrays.setAll(doubles, i -> floats[i]);
    return doubles;
  }

  // ---- refusals, and the log

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gate none       | stage4 | this network has 3 stages",
        "gate exclusive  | stage3 | the gates in the units of stage 1 would not learn",
        "gate memory     | stem   | must learn",
        "gate sigmoid gate-at 1,3 | stage2 | the gate on stage 1 learns through stage 2; freeze up"
            + " to stage 1 at most",
      })
  void refusesWhatCouldNotLearn(String settings, String until, String says) {
    RunConfig config =
        RunConfig.defaults().with(Map.of("depth", "14", "freeze-until", until)).with(map(settings));
    ResNet network = new ResNet(config.model().spec(3), 1);
    assertThatThrownBy(() -> network.freeze(config.optimization().freezing()))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("freeze-until " + until + ": ")
        .hasMessageContaining(says);
  }

  @Test
  void describesWhatIsFrozen() {
    ResNet network =
        new ResNet(RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.NONE, GateTap.ENTRY), 1);
    long frozen =
        network.parameters().entrySet().stream()
            .filter(entry -> entry.getKey().matches("(conv1|bn1|layer[12])\\..*"))
            .mapToLong(entry -> entry.getValue().value().elements())
            .sum();
    assertThat(Freezing.parse("stage2").describe(network))
        .startsWith("frozen: the stem, stage 1, stage 2; %,d of ".formatted(frozen));
    assertThatThrownBy(() -> Freezing.parse("stage4").describe(network))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("this network has 3 stages");
    assertThat(String.format(Locale.ROOT, "%s %s", Freezing.parse("stem"), Freezing.NONE))
        .isEqualTo("stem none");
  }
}
