package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Device;
import dev.softgate.torch.Linear;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against a plain implementation in double precision, on a linear layer whose gradient is known.
 */
class SgdTest {

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  /** Loss Σ over outputs of W·x + b: its gradient is x in every row of W, and 1 in b. */
  private static void backward(Linear layer, float... x) {
    try (Scope scope = Scope.open()) {
      layer.forward(Tensor.ofFloats(Device.CPU, x, 1, 3)).sumLast().sumLast().backward();
    }
  }

  @ParameterizedTest(name = "momentum {0}, weight decay {1}")
  @CsvSource({"0, 0", "0.9, 0", "0, 0.1", "0.9, 0.01"})
  void threeStepsMatchTheEquations(double momentum, double weightDecay) {
    Linear layer = KnownLayer.layer();
    Sgd sgd = new Sgd(layer.parameters().values(), momentum, weightDecay);
    double[] w = {
      KnownLayer.WEIGHT[0],
      KnownLayer.WEIGHT[1],
      KnownLayer.WEIGHT[2],
      KnownLayer.WEIGHT[3],
      KnownLayer.WEIGHT[4],
      KnownLayer.WEIGHT[5],
      KnownLayer.BIAS[0],
      KnownLayer.BIAS[1]
    };
    double[] v = new double[w.length];
    double[] rates = {0.1, 0.1, 0.02};
    float[][] inputs = {{1, 2, -3}, {0.5f, 0, 1}, {-1, 4, 2}};

    for (int step = 0; step < rates.length; step++) {
      sgd.zeroGradients();
      backward(layer, inputs[step]);
      sgd.step(rates[step]);
      for (int i = 0; i < w.length; i++) {
        double gradient = i < 6 ? inputs[step][i % 3] : 1;
        v[i] = momentum * v[i] + gradient + weightDecay * w[i];
        w[i] -= rates[step] * v[i];
      }
      float[] weight = layer.weight().value().toFloats();
      float[] bias = layer.bias().value().toFloats();
      float[] velocity = requireNonNull(sgd.state().get("velocity")).toFloats();
      for (int i = 0; i < w.length; i++) {
        assertThat((double) (i < 6 ? weight[i] : bias[i - 6]))
            .as("parameter %d after step %d", i, step)
            .isEqualTo(w[i], within(1e-6));
        assertThat((double) velocity[i])
            .as("velocity %d after step %d", i, step)
            .isEqualTo(v[i], within(1e-5));
      }
    }
  }

  /**
   * The weight at a tenth of the rate: PyTorch 2.13's SGD in float64 with two parameter groups,
   * momentum 0.9, weight decay 0.01, on the same three inputs.
   */
  @Test
  void groupsHaveRatesOfTheirOwn() {
    Linear layer = KnownLayer.layer();
    Sgd sgd =
        new Sgd(
            List.of(
                new ParameterGroup(List.of(layer.weight()), 0.1, 0.01),
                new ParameterGroup(List.of(layer.bias()), 1, 0.01)),
            0.9,
            false);
    threeSteps(layer, sgd);
    assertThat(layer.weight().value().toFloats())
        .containsExactly(
            new float[] {
              0.47530958f, -1.0488927f, 0.29596946f, 1.9747933f, -0.79897875f, 1.5455393f
            },
            within(1e-6f));
    assertThat(layer.bias().value().toFloats())
        .containsExactly(new float[] {-0.21945405f, -0.8423039f}, within(1e-6f));
  }

  private static void threeSteps(Linear layer, Sgd sgd) {
    double[] rates = {0.1, 0.1, 0.02};
    float[][] inputs = {{1, 2, -3}, {0.5f, 0, 1}, {-1, 4, 2}};
    for (int step = 0; step < rates.length; step++) {
      sgd.zeroGradients();
      backward(layer, inputs[step]);
      sgd.step(rates[step]);
    }
  }

  /**
   * The weight with weight decay 0.01, the bias at {@code factor} times the rate: PyTorch 2.13's
   * SGD in float64, momentum 0.9, with {@code nesterov=True} or not, on the same three inputs.
   */
  @ParameterizedTest(name = "Nesterov {0}, rate of the bias times {1}, weight decay {2}")
  @CsvSource({
    "true, 1, 0.01, '0.14720466, -1.71687862, 0.8218053, 1.63926646, -1.46820166, 2.06519013,"
        + " -0.40487469, -1.02656711'",
    "true, 4, 0, '0.14720466, -1.71687862, 0.8218053, 1.63926646, -1.46820166, 2.06519013,"
        + " -1.99412, -2.61912'",
    "false, 4, 0, '0.25324586, -1.4886478, 0.709292, 1.7480855, -1.23950786, 1.9549917,"
        + " -1.2518, -1.8768'"
  })
  void nesterovAndDecaysArePyTorchs(
      boolean nesterov, double factor, double weightDecay, String expected) {
    Linear layer = KnownLayer.layer();
    Sgd sgd =
        new Sgd(
            List.of(
                new ParameterGroup(List.of(layer.weight()), 1, 0.01),
                new ParameterGroup(List.of(layer.bias()), factor, weightDecay)),
            0.9,
            nesterov);

    threeSteps(layer, sgd);

    double[] values = Arrays.stream(expected.split(",")).mapToDouble(Double::parseDouble).toArray();
    float[] weight = layer.weight().value().toFloats();
    float[] bias = layer.bias().value().toFloats();
    for (int i = 0; i < values.length; i++) {
      assertThat((double) (i < 6 ? weight[i] : bias[i - 6]))
          .as("parameter %d", i)
          .isEqualTo(values[i], within(1e-6));
    }
  }

  /** A layer W = s·V moves at s² times the rate, with 1/s² times the decay, as V behind s·(V·x). */
  @Test
  void scaledLogitsAreAScaledLayer() {
    double s = 0.25;
    Linear scaled = KnownLayer.layer();
    Sgd behind =
        new Sgd(List.of(new ParameterGroup(scaled.parameters().values(), 1, 0.1)), 0.9, true);
    Linear layer = KnownLayer.layer();
    layer.load(
        Map.of(
            "weight", HostTensor.ofFloats(times(s, KnownLayer.WEIGHT), 2, 3),
            "bias", HostTensor.ofFloats(times(s, KnownLayer.BIAS), 2)));
    Sgd own =
        new Sgd(
            List.of(new ParameterGroup(layer.parameters().values(), s * s, 0.1 / (s * s))),
            0.9,
            true);
    float[][] inputs = {{1, 2, -3}, {0.5f, 0, 1}, {-1, 4, 2}};
    for (float[] input : inputs) {
      behind.zeroGradients();
      try (Scope scope = Scope.open()) {
        Tensor x = Tensor.ofFloats(Device.CPU, input, 1, 3);
        scaled.forward(x).multiply(s).sumLast().sumLast().backward();
      }
      behind.step(0.1);
      own.zeroGradients();
      backward(layer, input);
      own.step(0.1);
    }
    assertThat(layer.weight().value().toFloats())
        .containsExactly(times(s, scaled.weight().value().toFloats()), within(1e-6f));
    assertThat(layer.bias().value().toFloats())
        .containsExactly(times(s, scaled.bias().value().toFloats()), within(1e-6f));
  }

  private static float[] times(double factor, float[] values) {
    float[] product = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      product[i] = (float) (factor * values[i]);
    }
    return product;
  }

  @Test
  void accumulatesGradients() {
    Linear layer = KnownLayer.layer();
    Sgd sgd = new Sgd(layer.parameters().values(), 0, 0);

    backward(layer, 1, 0, 0);
    backward(layer, 2, 0, 0);
    sgd.step(1);
    assertThat(layer.weight().value().toFloats()[0]).isEqualTo(0.5f - 3);

    sgd.zeroGradients();
    sgd.step(1);
    assertThat(layer.weight().value().toFloats()[0]).isEqualTo(0.5f - 3);
  }

  @Test
  void restoresTheVelocity() {
    Linear layer = KnownLayer.layer();
    Sgd sgd = new Sgd(layer.parameters().values(), 0.5, 0);

    sgd.restore(Map.of("velocity", HostTensor.ofFloats(new float[] {8, 0, 0, 0, 0, 0, 0, 4}, 8)));
    sgd.step(1);

    assertThat(layer.weight().value().toFloats()[0]).isEqualTo(0.5f - 4);
    assertThat(layer.bias().value().toFloats()[1]).isEqualTo(-0.5f - 2);
  }

  @Test
  void rejectsAnotherNetworksVelocity() {
    Sgd sgd = new Sgd(KnownLayer.layer().parameters().values(), 0.5, 0);

    assertThatThrownBy(() -> sgd.restore(Map.of("velocity", HostTensor.ofFloats(new float[7], 7))))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("[7]", "[8]");
  }
}
