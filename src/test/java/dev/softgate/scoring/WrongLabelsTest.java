package dev.softgate.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrongLabelsTest {

  @Test
  void countsFittedAndCorrectedLabels() {
    int[] clean = {0, 1, 2, 0, 1, 2};
    int[] given = {0, 2, 0, 1, 2, 2};
    int[] predicted = {1, 2, 2, 2, 2, 2}; // -, fitted, corrected, neither, fitted, -
    assertThat(WrongLabels.of(predicted, given, clean))
        .isEqualTo(new WrongLabels(4, 2 / 4.0, 1 / 4.0));
  }

  @Test
  void hasNoFractionsWithoutWrongLabels() {
    assertThat(WrongLabels.of(new int[] {1}, new int[] {0}, new int[] {0}))
        .isEqualTo(new WrongLabels(0, null, null));
  }
}
