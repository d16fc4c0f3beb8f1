package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

  @ParameterizedTest
  @CsvSource({
    "0.1, , auto, 900, 100",
    "0.1, 90, auto, 90, 10",
    "0.1, 5, auto, 5, 1",
    "0.1, 5000, auto, 900, 100",
    "0.1, 90, all, 90, 100",
    "0.1, 90, 33, 90, 33",
    "0.1, , 33, 900, 33",
    "0.1, 90, 4000, 90, 100",
    "0, 90, auto, 90, 0",
    "0, 90, 10, 90, 0",
  })
  void validationKeepsItsProportion(
      double valFraction, @Nullable Integer limit, String validation, int trained, int validated) {
    Limits limits = new Limits(SplitKind.AUTO, valFraction, limit, validation, null, 7);
    int[] labels = new int[1000];
    for (int id = 0; id < labels.length; id++) {
      labels[id] = id % 4;
    }
    Division division = Division.of(limits, "synthetic", labels, new int[10]);
    assertThat(division.train()).hasSize(trained);
    assertThat(division.validation()).hasSize(validated);
    assertThat(division.split().validation()).contains(division.validation());
    assertThat(division.test()).hasSize(10);
  }
}
