package dev.softgate.scoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleMeanTest {

  @Test
  void dividesTheSquaresByOneLess() {
    assertThat(SampleMean.of(2, 4, 9)).isEqualTo(new SampleMean(5.0, Math.sqrt(13), 3));
  }

  @Test
  void needsTwoValuesForADeviation() {
    assertThat(SampleMean.of(0.5)).isEqualTo(new SampleMean(0.5, null, 1));
    assertThat(SampleMean.of()).isEqualTo(new SampleMean(null, null, 0));
  }
}
