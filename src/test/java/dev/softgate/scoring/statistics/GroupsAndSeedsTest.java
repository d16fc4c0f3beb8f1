package dev.softgate.scoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupsAndSeedsTest {

  @Test
  void summarizesGroups() {
    float[] values = {5, 1, 9, 2, 3, 4};
    int[] groups = {0, 0, 7, 0, 0, 0};
    List<GroupSummary> summaries = GroupSummary.byGroup(values, groups);
    assertThat(summaries).extracting(GroupSummary::group).containsExactly(0, 7);
    assertThat(summaries.get(1)).isEqualTo(new GroupSummary(7, 1, 9, List.of(9., 9., 9., 9., 9.)));
    GroupSummary first = summaries.get(0);
    assertThat(first.images()).isEqualTo(5);
    assertThat(first.mean()).isEqualTo(3);
    double[] expected = {1.2, 2, 3, 4, 4.8};
    for (int i = 0; i < expected.length; i++) {
      assertThat(first.quantiles().get(i)).isCloseTo(expected[i], within(1e-12));
    }
    assertThatThrownBy(() -> GroupSummary.byGroup(values, new int[5]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** From printed tables of Student's t: degrees of freedom, share, t. */
  @ParameterizedTest
  @CsvSource({
    "1, 0.975, 12.706205", "2, 0.975, 4.302653", "3, 0.975, 3.182446", "4, 0.975, 2.776445",
    "9, 0.975, 2.262157", "10, 0.95, 1.812461", "29, 0.995, 2.756386", "120, 0.975, 1.979930"
  })
  void quantilesMatchTables(int degreesOfFreedom, double share, double t) {
    assertThat(StudentT.quantile(share, degreesOfFreedom)).isCloseTo(t, within(1e-6));
  }

  /** Differences 1, 2, 3: mean 2, standard deviation 1. */
  @Test
  void pairedDifferencesMatchHandComputation() {
    Estimate difference =
        StudentT.pairedDifference(new double[] {10, 22, 33}, new double[] {9, 20, 30});
    double half = 4.302653 / Math.sqrt(3);
    assertThat(difference.value()).isEqualTo(2);
    assertThat(difference.low()).isCloseTo(2 - half, within(1e-6));
    assertThat(difference.high()).isCloseTo(2 + half, within(1e-6));
    assertThat(StudentT.mean(1, 2, 3)).isEqualTo(difference);
  }

  @Test
  void rejectsASingleSeed() {
    assertThatThrownBy(() -> StudentT.mean(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StudentT.pairedDifference(new double[2], new double[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
