package dev.softgate.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.scoring.labels.ConfidentLearning;
import dev.softgate.scoring.labels.LabelFilter;
import dev.softgate.scoring.labels.ProbabilityRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowBlocksTest {

  private static final int BLOCK = 7;

  /** Rows of an array, worked on by several threads in blocks of {@value #BLOCK}. */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  private record Threaded(float[] values, int classes, int threads) implements ProbabilityRows {
    @Override
    public int blockRows() {
      return BLOCK;
    }

    @Override
    public void read(Visitor visitor) {
      ProbabilityRows.of(values, classes).read(visitor);
    }

    @Override
    public <V extends Visitor> void readBlocks(Supplier<V> visitors, Consumer<V> finished) {
      try (RowBlocks<V> blocks = new RowBlocks<>(this, threads, visitors, finished)) {
        read(blocks);
        blocks.finishAll();
      }
    }
  }

  /** The images that a visitor has seen. */
  private record Seen(List<Integer> images) implements ProbabilityRows.Visitor {
    @Override
    public void row(int image, float[] values, int start) {
      assertThat(values[start]).isEqualTo(image);
      assertThat(values[start + 1]).isEqualTo(-image);
      images.add(image);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 7, 8, 14, 300})
  void finishesBlocksInOrder(int images) {
    float[] values = new float[2 * images];
    for (int i = 0; i < images; i++) {
      values[2 * i] = i;
      values[2 * i + 1] = -i;
    }
    for (int threads : new int[] {1, 3}) {
      List<Integer> seen = new ArrayList<>();
      new Threaded(values, 2, threads)
          .readBlocks(
              () -> new Seen(new ArrayList<>()),
              block -> {
                assertThat(block.images).hasSizeLessThanOrEqualTo(BLOCK);
                seen.addAll(block.images);
              });
      assertThat(seen).isEqualTo(IntStream.range(0, images).boxed().toList());
    }
  }

  @Test
  void passesOnWhatAVisitorThrows() {
    assertThatThrownBy(
            () ->
                new Threaded(new float[200], 2, 3)
                    .readBlocks(
                        () ->
                            (image, values, start) -> {
                              throw new IllegalArgumentException("image " + image);
                            },
                        block -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image 0");
  }

  @Test
  void flagsDoNotDependOnThreads() {
    Random random = new Random(3);
    int classes = 5;
    int[] given = random.ints(400, 0, classes).toArray();
    float[] rows = new float[given.length * classes];
    for (int i = 0; i < given.length; i++) {
      double sum = 0;
      int likely = random.nextInt(4) == 0 ? random.nextInt(classes) : given[i];
      for (int k = 0; k < classes; k++) {
        rows[i * classes + k] = (float) Math.exp(random.nextGaussian() + (k == likely ? 2 : 0));
        sum += rows[i * classes + k];
      }
      for (int k = 0; k < classes; k++) {
        rows[i * classes + k] /= (float) sum;
      }
    }
    ConfidentLearning one = new ConfidentLearning(given, rows, classes, 2);
    for (int threads : new int[] {1, 4}) {
      ConfidentLearning several =
          new ConfidentLearning(given, new Threaded(rows, classes, threads), 2);
      assertThat(several.confidentJoint()).isDeepEqualTo(one.confidentJoint());
      for (LabelFilter filter : LabelFilter.values()) {
        assertThat(filter.flags(several)).as("%s", filter).isEqualTo(filter.flags(one));
      }
    }
  }
}
