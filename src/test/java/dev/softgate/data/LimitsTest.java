package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

  @Test
  void autoUsesTheValidationImagesThatTheSetNames() {
    int[] named = {1, 4, 7};
    assertThat(divided(SplitKind.AUTO, null, named).validation()).containsExactly(named);
    assertThat(divided(SplitKind.AUTO, null, named).train()).hasSize(9).doesNotContain(named);
    assertThat(divided(SplitKind.GIVEN, null, named).split().kind()).isEqualTo("given");
    assertThat(divided(SplitKind.AUTO, 3, named).validation()).as("a third").hasSize(1);
  }

  @Test
  void seededPoolsTheValidationImagesThatTheSetNames() {
    Division division = divided(SplitKind.SEEDED, null, 1, 4, 7);
    assertThat(division.split().kind()).isEqualTo("seeded");
    assertThat(division.validation()).hasSize(6);
    assertThat(division.train()).containsAnyOf(1, 4, 7);
  }

  /** A division of 12 images of two classes, half of them held out if the set names none. */
  private static Division divided(SplitKind kind, @Nullable Integer limit, int... named) {
    int[] labels = IntStream.range(0, 12).map(id -> id % 2).toArray();
    Limits limits = new Limits(kind, 0.5, limit, Limits.AUTO, null, 1);
    return Division.of(limits, "folder:x", labels, named, new int[0]);
  }

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
    Division division = Division.of(limits, "synthetic", labels, new int[0], new int[10]);
    assertThat(division.train()).hasSize(trained);
    assertThat(division.validation()).hasSize(validated);
    assertThat(division.split().validation()).contains(division.validation());
    assertThat(division.test()).hasSize(10);
  }
}
