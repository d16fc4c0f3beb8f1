package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

  @Test
  void referenceMatchesThePublishedSplit() {
    Split split = Split.reference(50_000, 0.1);

    assertThat(split.validation()).hasSize(5_000);
    assertThat(Arrays.copyOf(split.validation(), 10))
        .containsExactly(11841, 19602, 45519, 25747, 42642, 31902, 30346, 12363, 32490, 26128);
    assertThat(Arrays.copyOfRange(split.validation(), 4_997, 5_000))
        .containsExactly(12143, 34963, 23333);
    assertThat(split.sha256())
        .isEqualTo("17103ea3cc7109952e0cc65f82d929565b3d04d13969f9ed98d4c37908875a2f");
    int[] sorted = split.validation().clone();
    Arrays.sort(sorted);
    assertThat(new Split("sorted", split.train(), sorted).sha256())
        .isEqualTo("b8e4582211ff450d73647c7720c3129cdd9a3c01b7397bfed7090b312a27325e");
    assertHoldsEveryIdOnce(split, 50_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2_000, 49_999, 50_001})
  void rejectsTheReferenceForOtherSizes(int count) {
    assertRejected(() -> Split.reference(count, 0.1), "50,000", "split seeded");
  }

  @ParameterizedTest
  @CsvSource({"100,0.1,10", "100,0,0", "7,0.5,4", "10,0.01,1", "50000,0.1,5000", "2,0.3,1"})
  void seededHoldsOutTheRoundedFraction(int count, double fraction, int held) {
    Split split = Split.seeded(count, fraction, 3);
    assertThat(split.validation()).hasSize(held);
    assertHoldsEveryIdOnce(split, count);
  }

  @Test
  void seededDependsOnlyOnTheSeed() {
    Split split = Split.seeded(1_000, 0.1, 5);
    assertThat(Split.seeded(1_000, 0.1, 5).sha256()).isEqualTo(split.sha256());
    assertThat(Split.seeded(1_000, 0.1, 5).train()).isEqualTo(split.train());
    assertThat(Split.seeded(1_000, 0.1, 6).sha256()).isNotEqualTo(split.sha256());
  }

  @Test
  void givenTakesTheNamedImages() {
    Split split = Split.given(6, new int[] {1, 4});
    assertThat(split.kind()).isEqualTo("given");
    assertThat(split.train()).containsExactly(0, 2, 3, 5);
    assertThat(split.validation()).containsExactly(1, 4);
    assertThat(split.sha256()).isNotEqualTo(Split.given(6, new int[] {1, 5}).sha256());
    assertRejected(() -> Split.given(6, new int[0]), "split given", "split seeded");
    assertRejected(() -> Split.given(2, new int[] {0, 1}), "all 2 images", "split seeded");
  }

  @ParameterizedTest
  @CsvSource({"100,-0.1", "100,1", "100,NaN", "1,0.5", "3,0.99", "0,0.1", "0,0"})
  void seededRejectsAnEmptyTrainingSet(int count, double fraction) {
    assertRejected(() -> Split.seeded(count, fraction, 1), "val-fraction");
  }

  private static void assertHoldsEveryIdOnce(Split split, int count) {
    int[] all =
        IntStream.concat(Arrays.stream(split.train()), Arrays.stream(split.validation()))
            .sorted()
            .toArray();
    assertThat(all).isEqualTo(IntStream.range(0, count).toArray());
  }
}
