package dev.softgate.training;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a plain implementation in double precision, and against PyTorch's numbers. */
class AdamWTest {

  private static final double[] RATES = {0.1, 0.1, 0.02};
  private static final float[][] INPUTS = {{1, 2, -3}, {0.5f, 0, 1}, {-1, 4, 2}};

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  /** Loss Σ over outputs of W·x + b: its gradient is x in every row of W, and 1 in b. */
  private static void step(Linear layer, AdamW optimizer, int number) {
    optimizer.zeroGradients();
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.ofFloats(Device.CPU, INPUTS[number], 1, 3);
      layer.forward(x).sumLast().sumLast().backward();
    }
    optimizer.step(RATES[number]);
  }

  private static double[] values(Linear layer) {
    float[] weight = layer.weight().value().toFloats();
    float[] bias = layer.bias().value().toFloats();
    double[] all = new double[8];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < 6 ? weight[i] : bias[i - 6];
    }
    return all;
  }

  private static List<ParameterGroup> groups(Linear layer, double weightDecay) {
    return List.of(new ParameterGroup(layer.parameters().values(), 1, weightDecay));
  }

  @ParameterizedTest(name = "weight decay {0}, rate of the weight times {1}")
  @CsvSource({"0, 1", "0.1, 1", "0.1, 0.25"})
  void threeStepsMatchTheEquations(double weightDecay, double factor) {
    Linear layer = KnownLayer.layer();
    AdamW optimizer =
        new AdamW(
            List.of(
                new ParameterGroup(List.of(layer.weight()), factor, weightDecay),
                new ParameterGroup(List.of(layer.bias()), 1, weightDecay)));
    double[] w = values(layer);
    double[] m = new double[w.length];
    double[] s = new double[w.length];
    for (int t = 1; t <= RATES.length; t++) {
      step(layer, optimizer, t - 1);
      for (int i = 0; i < w.length; i++) {
        double rate = RATES[t - 1] * (i < 6 ? factor : 1);
        double gradient = i < 6 ? INPUTS[t - 1][i % 3] : 1;
        m[i] = 0.9 * m[i] + 0.1 * gradient;
        s[i] = 0.999 * s[i] + 0.001 * gradient * gradient;
        double mean = m[i] / (1 - Math.pow(0.9, t));
        double root = Math.sqrt(s[i] / (1 - Math.pow(0.999, t)));
        w[i] = w[i] - rate * weightDecay * w[i] - rate * mean / (root + 1e-8);
      }
      assertThat(values(layer)).as("after step %d", t).containsExactly(w, within(1e-6));
    }
  }

  /** PyTorch 2.13: {@code AdamW(lr=0.1, weight_decay=0.1)}, the third step at a rate of 0.02. */
  @Test
  void threeStepsArePyTorchs() {
    Linear layer = KnownLayer.layer();
    AdamW optimizer = new AdamW(groups(layer, 0.1));
    for (int i = 0; i < RATES.length; i++) {
      step(layer, optimizer, i);
    }
    assertThat(values(layer))
        .containsExactly(
            new double[] {
              0.29502073,
              -1.15987253,
              0.38167280,
              1.76223052,
              -0.91533738,
              1.60434771,
              -0.09633452,
              -0.70767194
            },
            within(2e-7));
  }

  /** PyTorch 2.13 in float64: the bias at four times the rate, without weight decay. */
  @Test
  void groupsHaveRatesAndDecaysOfTheirOwn() {
    Linear layer = KnownLayer.layer();
    AdamW optimizer =
        new AdamW(
            List.of(
                new ParameterGroup(List.of(layer.weight()), 1, 0.1),
                new ParameterGroup(List.of(layer.bias()), 4, 0)));
    for (int i = 0; i < RATES.length; i++) {
      step(layer, optimizer, i);
    }
    assertThat(values(layer))
        .containsExactly(
            new double[] {
              0.29502071,
              -1.15987238,
              0.38167281,
              1.76223041,
              -0.91533743,
              1.60434756,
              -0.75499999,
              -1.37999999
            },
            within(5e-7));
  }

  @Test
  void continuesFromItsState() {
    Linear whole = KnownLayer.layer();
    AdamW one = new AdamW(groups(whole, 0.1));
    step(whole, one, 0);
    step(whole, one, 1);
    Linear second = KnownLayer.layer();
    second.load(whole.state());
    AdamW other = new AdamW(groups(second, 0.1));
    other.restore(one.state());

    step(whole, one, 2);
    step(second, other, 2);

    assertThat(values(second)).isEqualTo(values(whole));
  }

  @Test
  void rejectsAnotherNetworksState() {
    AdamW optimizer = new AdamW(groups(KnownLayer.layer(), 0));
    Map<String, HostTensor> state = new LinkedHashMap<>(optimizer.state());
    state.put("squares", HostTensor.ofFloats(new float[7], 7));

    assertThatThrownBy(() -> optimizer.restore(state))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("[7]", "[8]");
  }
}
