package dev.softgate.review;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.review.WrongLabelEstimate.State;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WrongLabelEstimateTest {

  private static final int TRIALS = 60;

  /** The probability of a wrong label by rank; most curves are not of the model's own shape. */
  static Stream<Arguments> curves() {
    return Stream.of(
        curve("power law", 800, 60, r -> 0.95 / (1 + Math.pow(r / 25.0, 2))),
        curve("sharp end", 800, 60, r -> 0.9 / (1 + Math.exp((r - 40) / 6.0))),
        curve("exponential", 2000, 100, r -> 0.8 * Math.exp(-r / 60.0)),
        curve(
            "plateau, then exponential",
            5000,
            200,
            r -> r < 80 ? 0.5 : 0.5 * Math.exp((80 - r) / 90.0)),
        curve("useless scores", 1000, 100, r -> 0.1),
        curve("many wrong labels", 5000, 300, r -> 0.9 / (1 + Math.pow(r / 1200.0, 3))));
  }

  private static Arguments curve(String name, int images, int decided, IntToDoubleFunction wrong) {
    return Arguments.of(name, images, decided, wrong);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("curves")
  void intervalHoldsTheTruth(String name, int images, int decided, IntToDoubleFunction wrong) {
    Random random = new Random(1);
    boolean[] counted = new boolean[images];
    Arrays.fill(counted, true);
    int inside = 0;
    int told = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      State[] states = new State[images];
      int remaining = 0;
      for (int rank = 1; rank <= images; rank++) {
        boolean bad = random.nextDouble() < wrong.applyAsDouble(rank);
        states[rank - 1] = rank > decided ? State.UNDECIDED : bad ? State.WRONG : State.RIGHT;
        remaining += rank > decided && bad ? 1 : 0;
      }
      WrongLabelEstimate estimate = WrongLabelEstimate.of(states, counted);
      if (estimate != null) {
        told++;
        inside += estimate.least() <= remaining && remaining <= estimate.most() ? 1 : 0;
      }
    }
    assertThat(told).isGreaterThan(TRIALS * 9 / 10);
    assertThat(inside / (double) told).as("coverage").isGreaterThan(0.85);
  }

  @Test
  void saysNothingBeforeTheCurveFalls() {
    assertThat(estimate("w".repeat(15) + "r".repeat(4), 400)).isNull();
    assertThat(estimate("w".repeat(60) + "rr", 400)).isNull();
    assertThat(estimate("w".repeat(15) + "r".repeat(5), 400)).isNotNull();
  }

  @Test
  void moreKeptLabelsMeanFewerThatRemain() {
    WrongLabelEstimate early = told("w".repeat(20) + "rwrwr", 800);
    WrongLabelEstimate late = told("w".repeat(20) + "rwrwr" + "r".repeat(60), 800);
    assertThat(late.expected()).isLessThan(early.expected());
    assertThat(late.most()).isLessThan(early.most());
    assertThat(late.expected()).isLessThan(20);
  }

  @Test
  void countsOnlyTheAskedImages() {
    State[] states = states("w".repeat(20) + "rwrwrwr", 100);
    boolean[] counted = new boolean[100];
    assertThat(WrongLabelEstimate.of(states, counted)).isEqualTo(new WrongLabelEstimate(0, 0, 0));
    Arrays.fill(counted, 27, 37, true);
    assertThat(requireNonNull(WrongLabelEstimate.of(states, counted)).most()).isBetween(1, 10);
  }

  @Test
  void millionImagesTakeUnderASecond() {
    long start = System.nanoTime();
    assertThat(estimate("w".repeat(200) + "rw".repeat(300) + "r".repeat(500), 1_000_000))
        .isNotNull();
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(5);
  }

  private static WrongLabelEstimate told(String decided, int images) {
    return requireNonNull(estimate(decided, images));
  }

  private static @Nullable WrongLabelEstimate estimate(String decided, int images) {
    boolean[] counted = new boolean[images];
    Arrays.fill(counted, true);
    return WrongLabelEstimate.of(states(decided, images), counted);
  }

  private static State[] states(String decided, int images) {
    State[] states = new State[images];
    Arrays.fill(states, State.UNDECIDED);
    for (int i = 0; i < decided.length(); i++) {
      states[i] = decided.charAt(i) == 'w' ? State.WRONG : State.RIGHT;
    }
    return states;
  }
}
