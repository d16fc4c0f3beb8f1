package dev.softgate.scoring.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rules on probabilities that are read in blocks, against the same rules on an array. */
class StreamedFilterTest {

  /** Rows in a buffer of a few images, as from a file. */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  private record Blocks(float[] rows, int classes, int block) implements ProbabilityRows {
    @Override
    public int blockRows() {
      return block;
    }

    @Override
    public void read(Visitor visitor) {
      float[] buffer = new float[block * classes];
      for (int first = 0; first < rows.length / classes; first += block) {
        int images = Math.min(block, rows.length / classes - first);
        System.arraycopy(rows, first * classes, buffer, 0, images * classes);
        for (int i = 0; i < images; i++) {
          visitor.row(first + i, buffer, i * classes);
        }
        Arrays.fill(buffer, Float.NaN);
      }
    }
  }

  /**
   * Random rows, in half of the trials of whole numbers divided by their sum, so that they tie
   * within images and between them.
   */
  private static float[] rows(Random random, int[] given, int classes, boolean ties) {
    float[] rows = new float[given.length * classes];
    for (int i = 0; i < given.length; i++) {
      int likely = random.nextInt(4) == 0 ? random.nextInt(classes) : given[i];
      float sum = 0;
      for (int k = 0; k < classes; k++) {
        float value = ties ? random.nextInt(4) : (float) Math.exp(2 * random.nextGaussian());
        rows[i * classes + k] = value + (k == likely ? 2 : 0);
        sum += rows[i * classes + k];
      }
      for (int k = 0; k < classes; k++) {
        rows[i * classes + k] /= sum;
      }
    }
    return rows;
  }

  @Test
  void flagsAsOnAnArray() {
    Random random = new Random(1);
    Map<LabelFilter, Integer> flagged = new EnumMap<>(LabelFilter.class);
    for (int trial = 0; trial < 200; trial++) {
      int classes = 2 + random.nextInt(4);
      int[] given = new int[1 + random.nextInt(40)];
      for (int i = 0; i < given.length; i++) {
        given[i] = Math.min(random.nextInt(classes), random.nextInt(classes)); // unequal classes
      }
      float[] rows = rows(random, given, classes, trial % 2 == 0);
      int fewest = 1 + random.nextInt(3);
      ConfidentLearning learning =
          new ConfidentLearning(given, new Blocks(rows, classes, 1 + trial % 9), fewest);
      NaiveLabels naive = new NaiveLabels(given, rows, classes, fewest);
      for (LabelFilter filter : LabelFilter.values()) {
        boolean[] flags = filter.flags(learning);
        assertThat(flags)
            .as("trial %d, %s", trial, filter)
            .isEqualTo(
                filter == LabelFilter.NOISE_MODEL || filter == LabelFilter.EVEN_NOISE
                    ? filter.flags(new ConfidentLearning(given, rows, classes, fewest))
                    : naive.flags(filter));
        for (boolean flag : flags) {
          flagged.merge(filter, flag ? 1 : 0, Integer::sum);
        }
      }
      NetworkStrength strength = NetworkStrength.of(learning);
      assertThat(
              new double[] {
                strength.agreement(), strength.confidentAgreement(), strength.nearness()
              })
          .as("trial %d", trial)
          .isEqualTo(naive.strength());
    }
    assertThat(flagged.values()).as("flags of a rule").allMatch(count -> count > 100);
  }

  @Test
  void refusesAnotherNumberOfRows() {
    int[] given = {0, 1, 0};
    for (int rows : new int[] {2, 4}) {
      float[] values = new float[rows * 2];
      Arrays.fill(values, 0.5f);
      assertThatThrownBy(() -> new ConfidentLearning(given, new Blocks(values, 2, 2), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sizes do not match: 3 labels, %d rows", rows);
    }
  }
}
