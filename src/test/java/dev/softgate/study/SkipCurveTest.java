package dev.softgate.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.evaluation.SkipBlend;
import dev.softgate.scoring.SkipCost;
import dev.softgate.scoring.SkipOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkipCurveTest {

  private static SkipCurve curve() {
    SkipOutcome none = new SkipOutcome(List.of(0.0, 0.0), 0.9, List.of(0.0, 0.0));
    SkipOutcome half = new SkipOutcome(List.of(0.5, 0.25), 0.85, List.of(0.5, 0.0));
    return new SkipCurve(
        List.of("b2", "b3"),
        new SkipCost(1000, List.of(300L, 200L)),
        0.91,
        List.of(
            new SkipCurve.Point(SkipBlend.HARD, none, none),
            new SkipCurve.Point(SkipBlend.HARD, none, half),
            new SkipCurve.Point(SkipBlend.SOFT, none, none)));
  }

  @Test
  void writesARowPerPoint() {
    assertThat(curve().csv())
        .isEqualTo(
            """
            blend,threshold_b2,threshold_b3,skip_rate_b2,skip_rate_b3,macs,macs_saved,accuracy,choice_accuracy
            hard,0.0,0.0,0.0,0.0,1000,0.0,0.9,0.9
            hard,0.5,0.25,0.5,0.0,850,0.15000000000000002,0.85,0.9
            soft,0.0,0.0,0.0,0.0,1000,0.0,0.9,0.9
            """);
  }

  @Test
  void drawsADeterministicChart() {
    String svg = curve().svg();
    assertThat(svg)
        .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"")
        .endsWith("</svg>\n")
        .contains("hard", "soft", "without skipping", "15%")
        .isEqualTo(curve().svg())
        .doesNotContain("NaN", "Infinity");
  }

  @Test
  void findsTheBreakEvenPoint() {
    double[] rates = {0, 0.5, 1};
    assertThat(SkipSpeed.breakEven(rates, new double[] {10, 9, 8}, 11)).isEqualTo(0);
    assertThat(SkipSpeed.breakEven(rates, new double[] {12, 8, 6}, 10))
        .isCloseTo(0.25, within(1e-12));
    assertThat(SkipSpeed.breakEven(rates, new double[] {12, 12, 11}, 10)).isNull();
    assertThat(SkipSpeed.breakEven(rates, new double[] {9.9, 12, 8}, 10))
        .as("from where on it always pays")
        .isEqualTo(rates[1] + (rates[2] - rates[1]) / 2);
  }

  /** The first images of a folder are all of one class. */
  @Test
  void measuresSpeedOnMixedImages() {
    int[] ids = {0, 1, 2, 3, 4, 5, 6, 7};
    assertThat(SkipSpeed.spread(ids, 4)).containsExactly(0, 2, 4, 6);
    assertThat(SkipSpeed.spread(ids, 3)).containsExactly(0, 2, 5);
    assertThat(SkipSpeed.spread(ids, 10)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 0, 1);
  }
}
