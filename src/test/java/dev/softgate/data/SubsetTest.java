package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubsetTest {

  /** 40 images of class 0, 30 of class 1, 5 of class 2. */
  private static final int[] LABELS =
      IntStream.range(0, 75).map(id -> id < 40 ? 0 : id < 70 ? 1 : 2).toArray();

  private static final int[] ALL = IntStream.range(0, 75).toArray();

  @ParameterizedTest
  @CsvSource({"3,1,1,1", "15,5,5,5", "25,10,10,5", "65,30,30,5", "70,35,30,5", "74,39,30,5"})
  void balancesClasses(int n, int zeros, int ones, int twos) {
    assertThat(countsOf(Subset.limit(ALL, LABELS, n, 1))).containsExactly(zeros, ones, twos);
  }

  @Test
  void seedChoosesTheOddImagesClass() {
    int[] gotOneMore = new int[3];
    for (int seed = 0; seed < 60; seed++) {
      int[] counts = countsOf(Subset.limit(ALL, LABELS, 4, seed));
      assertThat(counts).containsExactlyInAnyOrder(1, 1, 2);
      gotOneMore[counts[0] == 2 ? 0 : counts[1] == 2 ? 1 : 2]++;
    }
    assertThat(gotOneMore).doesNotContain(0);
  }

  @Test
  void keepsOrderAndDependsOnTheSeed() {
    int[] ids = Split.seeded(75, 0, 9).train();
    int[] chosen = Subset.limit(ids, LABELS, 20, 1);
    assertThat(Arrays.stream(ids).filter(id -> Arrays.stream(chosen).anyMatch(c -> c == id)))
        .containsExactly(Arrays.stream(chosen).boxed().toArray(Integer[]::new));
    assertThat(Subset.limit(ids, LABELS, 20, 1)).isEqualTo(chosen);
    assertThat(Subset.limit(ids, LABELS, 20, 2)).isNotEqualTo(chosen);
  }

  @Test
  void usesTheIdsLabels() {
    int[] ids = {74, 3, 45};
    assertThat(Arrays.stream(Subset.limit(ids, LABELS, 2, 1))).hasSize(2).isSubsetOf(74, 3, 45);
  }

  @ParameterizedTest
  @CsvSource({"75", "76", "2147483647"})
  void takesAtMostAllImages(int n) {
    assertThat(Subset.limit(ALL, LABELS, n, 1)).isEqualTo(ALL).isNotSameAs(ALL);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1"})
  void rejectsALimitBelowOne(int n) {
    assertRejected(() -> Subset.limit(ALL, LABELS, n, 1), "at least 1");
  }

  private static int[] countsOf(int[] ids) {
    int[] counts = new int[3];
    Arrays.stream(ids).forEach(id -> counts[LABELS[id]]++);
    return counts;
  }
}
