package dev.softgate.scoring.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FeaturesTest {

  @Test
  void standardizesEachFeature() {
    Features features = new Features(4, 3, new float[] {1, 5, 0, 2, 5, 0, 3, 5, 1e8f, 6, 5, -1e8f});

    float[] values = features.standardized().values();

    double deviation = Math.sqrt(3.5); // of 1, 2, 3, 6, whose mean is 3
    assertThat(values[0]).isCloseTo((float) (-2 / deviation), within(1e-6f));
    assertThat(values[9]).isCloseTo((float) (3 / deviation), within(1e-6f));
    for (int row = 0; row < 4; row++) {
      assertThat(values[row * 3 + 1]).as("a constant feature").isZero();
    }
    assertThat(values[8]).isCloseTo((float) Math.sqrt(2), within(1e-6f));
  }

  @Test
  void unitRowsHaveLengthOne() {
    Features features = new Features(3, 2, new float[] {3, 4, 0, 0, -2, 0});

    assertThat(features.unitRows().values()).containsExactly(0.6f, 0.8f, 0, 0, -1, 0);
  }

  @Test
  void rejectsSizesThatDoNotMatch() {
    assertThatThrownBy(() -> new Features(2, 3, new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 values are not 2 rows of 3");
    assertThatThrownBy(() -> new Features(0, 3, new float[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
