package dev.softgate.scoring.labels;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Predicted probabilities, N×K, that are read from the first row to the last, as often as needed.
 * They may lie in a file that is larger than the heap.
 */
public interface ProbabilityRows {

  /** What is done with each row. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes the row of an image.
     *
     * @param image from 0
     * @param values float32; the row's K probabilities begin at {@code start}. They are overwritten
     *     after the call.
     */
    void row(int image, float[] values, int start);
  }

  /** K. */
  int classes();

  /** Passes all rows to a visitor, in order. */
  void read(Visitor visitor);

  /** The number of rows that one visitor of {@link #readBlocks} sees at most. */
  default int blockRows() {
    return Math.max(1, (1 << 18) / classes()); // 1 MB
  }

  /**
   * Passes all rows to visitors, each of which sees some consecutive rows. Several may work at once
   * on threads of their own. The calling thread takes them in the order of their rows, so what it
   * computes does not depend on the number of threads.
   *
   * @param visitors makes a visitor
   * @param finished takes a visitor that has seen its rows
   */
  default <V extends Visitor> void readBlocks(Supplier<V> visitors, Consumer<V> finished) {
    List<V> last = new ArrayList<>(1);
    read(
        (image, values, start) -> {
          if (image % blockRows() == 0) {
            last.forEach(finished);
            last.clear();
            last.add(visitors.get());
          }
          last.get(0).row(image, values, start);
        });
    last.forEach(finished);
  }

  /**
   * Rows in an array.
   *
   * @param probabilities N×K, row by row, without a copy
   * @throws IllegalArgumentException if the length is no multiple of K
   */
  static ProbabilityRows of(float[] probabilities, int classes) {
    if (classes < 1 || probabilities.length % classes != 0) {
      throw new IllegalArgumentException(
          "sizes do not match: %d probabilities, K = %d".formatted(probabilities.length, classes));
    }
    return new ProbabilityRows() {
      @Override
      public int classes() {
        return classes;
      }

      @Override
      public void read(Visitor visitor) {
        for (int image = 0; image < probabilities.length / classes; image++) {
          visitor.row(image, probabilities, image * classes);
        }
      }
    };
  }
}
