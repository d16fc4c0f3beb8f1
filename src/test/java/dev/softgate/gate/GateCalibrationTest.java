package dev.softgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateCalibrationTest {

  /** Worked out apart, from the equations of golden/README; {@code part} is H by ln K. */
  @ParameterizedTest
  @CsvSource({
    "NORMALISED, 10, 0, 0.017986210",
    "NORMALISED, 10, 0.5, 0.500000000",
    "NORMALISED, 10, 1, 0.982013790",
    "NORMALISED, 100, 0, 0.017986210",
    "NORMALISED, 100, 0.5, 0.500000000",
    "NORMALISED, 100, 1, 0.982013790",
    "NORMALISED, 7, 0, 0.017986210",
    "NORMALISED, 7, 0.5, 0.500000000",
    "NORMALISED, 7, 1, 0.982013790",
    "PUBLISHED, 10, 0, 0.017906518",
    "PUBLISHED, 10, 0.5, 0.499993519",
    "PUBLISHED, 10, 1, 0.982092571",
    "PUBLISHED, 100, 0, 0.000332332",
    "PUBLISHED, 100, 0.5, 0.499987037",
    "PUBLISHED, 100, 1, 0.999667633",
    "UNSCALED, 10, 0, 0.240251713",
    "UNSCALED, 10, 0.5, 0.499998137",
    "UNSCALED, 10, 1, 0.759745566",
    "UNSCALED, 100, 0, 0.090907859",
    "UNSCALED, 100, 0.5, 0.499996273",
    "UNSCALED, 100, 1, 0.909089677",
    "UNSCALED, 7, 0, 0.274291885",
    "UNSCALED, 7, 0.5, 0.500000000",
    "UNSCALED, 7, 1, 0.725708115",
    "RAW, 10, 0, 0",
    "RAW, 10, 0.5, 1.151292546",
    "RAW, 3, 1, 1.098612289"
  })
  void followsTheEquations(GateCalibration calibration, int classes, double part, double g) {
    double entropy = part * Math.log(classes);

    assertThat(calibration.gate(entropy, classes)).isCloseTo(g, within(1e-9));
    try (Scope scope = Scope.open()) {
      float[] gates =
          calibration
              .gate(Tensor.ofFloats(Device.CPU, new float[] {(float) entropy}, 1), classes)
              .toFloats();
      assertThat((double) gates[0]).isCloseTo(g, within(1e-6));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RAW")
  void isWithin0And1AndRisesWithHardness(GateCalibration calibration) {
    Random random = new Random(3);
    for (int classes : new int[] {10, 100}) {
      double[] entropies = random.doubles(200, 0, Math.log(classes)).sorted().distinct().toArray();
      double[] gates = Arrays.stream(entropies).map(h -> calibration.gate(h, classes)).toArray();
      for (int i = 0; i < gates.length; i++) {
        assertThat(gates[i]).isStrictlyBetween(0.0, 1.0);
        if (i > 0) {
          assertThat(gates[i]).isGreaterThan(gates[i - 1]);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 11, 99, 1000})
  void publishedConstantsRequire10Or100Classes(int classes) {
    assertThatThrownBy(() -> GateCalibration.PUBLISHED.requireClasses(classes))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("10 and 100 classes only", "not for " + classes, "normalised");
  }

  @ParameterizedTest
  @EnumSource(names = {"NORMALISED", "UNSCALED", "RAW"})
  void oneClassHasNoHardness(GateCalibration calibration) {
    assertThatThrownBy(() -> calibration.requireClasses(1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("at least 2 classes", "gate none");
  }

  @Test
  void hardnessIsTheEntropyOfTheSoftmax() {
    float[] logits = {0, 0, 0, 0, 1e4f, 0, 0, 0, (float) Math.log(3), 0, -1e4f, -1e4f};
    try (Scope scope = Scope.open()) {
      float[] entropies =
          Hardness.entropyNats(Tensor.ofFloats(Device.CPU, logits, 3, 4)).toFloats();

      assertThat((double) entropies[0]).as("uniform").isCloseTo(Math.log(4), within(1e-6));
      assertThat(entropies[1]).as("certain").isZero();
      assertThat((double) entropies[2])
          .as("three to one")
          .isCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), within(1e-6));
    }
  }
}
