package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.config.RunConfig;
import dev.softgate.model.ModelSpec;
import dev.softgate.run.TrainingCost.Amount;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingCostTest {

  private static final ModelSpec SPEC =
      RunConfig.defaults().with(Map.of("depth", "110")).model().spec(10);

  private static List<String> lines(int height, int width, Amount amount) {
    return TrainingCost.of(SPEC, height, width, amount, false, 2).announcement();
  }

  /** ResNet-110 has 253 million multiply-accumulates: six operations each, twice over 32×32. */
  @Test
  void saysWhatATrainingCosts() {
    assertThat(lines(32, 32, new Amount(45_000, 333, 128)))
        .containsExactly(
            "333 epochs of 45,000 images: 22.8 PFLOP of arithmetic, about 72 hours (estimated)");
    assertThat(lines(32, 32, new Amount(100, 1, 128)))
        .containsExactly("1 epoch of 100 images: 152 GFLOP of arithmetic, about 2 s (estimated)");
  }

  @Test
  void saysWhatIsLeft() {
    assertThat(new TrainingCost(1_000_000, 1000, 2.25, 10, 1e8).announcement())
        .containsExactly(
            "2.3 epochs of 1,000 images: 13.5 GFLOP of arithmetic, about 68 s (estimated)");
  }

  @Test
  void announcesLongSteps() {
    assertThat(lines(480, 640, new Amount(1000, 1, 32)))
        .hasSize(2)
        .last()
        .asString()
        .isEqualTo(
            "a step of 32 images takes about 3 minutes (estimated); a stop does not wait for the"
                + " step");
    assertThat(lines(480, 640, new Amount(2, 1, 128))).hasSize(1);
  }
}
