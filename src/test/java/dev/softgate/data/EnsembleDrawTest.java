package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnsembleDrawTest {

  @ParameterizedTest
  @CsvSource({"1000, 0.7", "999, 0.5", "101, 0.9", "57, 0.05", "2, 0.7", "3, 0.01"})
  void everyImageIsDrawnEquallyOftenGiveOrTakeOne(int images, double fraction) {
    int size = Math.max(1, Math.min(images - 1, (int) Math.round(images * fraction)));
    int[] drawn = new int[images];
    for (BitSet subset : EnsembleDraw.subsets(images, fraction, 23, 5)) {
      assertThat(subset.cardinality()).isEqualTo(size);
      assertThat(subset.length()).isLessThanOrEqualTo(images);
      subset.stream().forEach(place -> drawn[place]++);
      assertThat(IntStream.of(drawn).max().orElseThrow() - IntStream.of(drawn).min().orElseThrow())
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void ensembleGrowsWithoutChangingItsFirstNetworks() {
    List<BitSet> ten = EnsembleDraw.subsets(200, 0.7, 10, 3);
    assertThat(EnsembleDraw.subsets(200, 0.7, 25, 3).subList(0, 10)).isEqualTo(ten);
    assertThat(EnsembleDraw.subsets(200, 0.7, 10, 4)).isNotEqualTo(ten);
  }

  /** Images that share no more subsets than chance has it: else they could not be told apart. */
  @Test
  void imagesAreDrawnIndependentlyOfOneAnother() {
    int images = 60;
    int networks = 400;
    List<BitSet> subsets = EnsembleDraw.subsets(images, 0.7, networks, 1);
    Set<List<Boolean>> sequences = new HashSet<>();
    double squares = 0;
    for (int i = 0; i < images; i++) {
      int image = i;
      sequences.add(subsets.stream().map(subset -> subset.get(image)).toList());
      for (int j = 0; j < i; j++) {
        int other = j;
        long both =
            subsets.stream().filter(subset -> subset.get(image) && subset.get(other)).count();
        double correlation = ((double) both / networks - 0.49) / (0.7 * 0.3);
        squares += correlation * correlation;
      }
    }
    assertThat(sequences).hasSize(images);
    double deviation = Math.sqrt(squares / (images * (images - 1) / 2.0));
    assertThat(deviation).as("1/√400 = 0.05 if draws were independent").isBetween(0.03, 0.09);
  }

  @Test
  void networksHaveSeedsOfTheirOwn() {
    assertThat(IntStream.range(0, 1000).mapToObj(model -> EnsembleDraw.seed(1, model)))
        .doesNotHaveDuplicates()
        .allMatch(seed -> seed >= 0 && seed < 1L << 31)
        .doesNotContain(EnsembleDraw.seed(2, 0));
  }
}
