package dev.softgate.scoring.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NeighborsTest {

  private static final int ROWS = 600; // more than two tiles
  private static final int DIMENSIONS = 7;

  private static Features random() {
    Random random = new Random(4);
    float[] values = new float[ROWS * DIMENSIONS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Features(ROWS, DIMENSIONS, values);
  }

  private static double cosine(Features features, int i, int j) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int c = 0; c < DIMENSIONS; c++) {
      double a = features.values()[i * DIMENSIONS + c];
      double b = features.values()[j * DIMENSIONS + c];
      product += a * b;
      first += a * a;
      second += b * b;
    }
    return product / Math.sqrt(first * second);
  }

  @Test
  void findsTheMostSimilarImages() {
    Features features = random();
    int[] groups = IntStream.range(0, ROWS).toArray();
    groups[1] = 0; // copies of one image

    Neighbors found = Neighbors.of(features, 3, groups, 1);

    for (int row : new int[] {0, 1, 255, 256, 599}) {
      int[] expected =
          IntStream.range(0, ROWS)
              .filter(other -> groups[other] != groups[row])
              .boxed()
              .sorted(Comparator.comparingDouble(other -> -cosine(features, row, other)))
              .limit(3)
              .mapToInt(Integer::intValue)
              .toArray();
      assertThat(Arrays.copyOfRange(found.images(), row * 3, row * 3 + 3)).isEqualTo(expected);
      assertThat((double) found.similarities()[row * 3])
          .isCloseTo(cosine(features, row, expected[0]), within(1e-5));
    }
  }

  @Test
  void threadsDoNotChangeTheResult() {
    Features features = random();
    int[] groups = IntStream.range(0, ROWS).toArray();

    Neighbors one = Neighbors.of(features, 5, groups, 1);
    Neighbors three = Neighbors.of(features, 5, groups, 3);

    assertThat(three.images()).isEqualTo(one.images());
    assertThat(three.similarities()).isEqualTo(one.similarities());
  }

  @Test
  void findsNeighborsAmongSomeImages() {
    Features features = random();
    Neighbors all = Neighbors.of(features, 1, IntStream.range(0, ROWS).toArray(), 1);
    int nearest = all.images()[8];

    Neighbors among = Neighbors.of(features.unitRows(), 8, 4, row -> row % 200 == 0 || row == 8);
    Neighbors same = Neighbors.of(features.unitRows(), 8, 1, row -> true);

    assertThat(same.images()).containsExactly(nearest);
    assertThat(among.images()).as("0, 200, 400 and no fourth").contains(0, 200, 400, -1);
    assertThat(among.images()[3]).isEqualTo(-1);
    assertThat(among.similarities()[3]).isNaN();
    assertThat(among.similarities()[0]).isGreaterThanOrEqualTo(among.similarities()[1]);
  }
}
