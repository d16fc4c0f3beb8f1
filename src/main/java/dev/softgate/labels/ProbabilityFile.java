package dev.softgate.labels;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.interop.MatrixFile;
import dev.softgate.interop.OneLine;
import dev.softgate.scoring.labels.ConfidentLearning;
import dev.softgate.scoring.labels.ProbabilityRows;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file of predicted probabilities with a row for each image and a column for each class: CSV,
 * {@code .npy} or {@code .safetensors}. Its kind is recognized by its first bytes, or by its name
 * if these are damaged.
 */
abstract class ProbabilityFile {

  /** After how many rows progress is told. */
  private static final int TOLD = 1 << 12;

  private final Path file;
  private final int classes;

  ProbabilityFile(Path file, int classes) {
    this.file = file;
    this.classes = classes;
    if (classes < 2) {
      throw new BadInputException(
          "%s has %s; a column for each class is expected, with two classes 1-p and p"
              .formatted(OneLine.of(file), classes == 1 ? "one column" : "no columns"));
    }
  }

  /**
   * Opens a file.
   *
   * @param tensor the name of the tensor in a {@code .safetensors} file; null for its only one
   * @throws BadInputException if there is no file, or it holds no such matrix
   */
  static ProbabilityFile open(Path file, @Nullable String tensor) {
    if (MatrixFile.begins(file) || MatrixFile.isNamed(file)) {
      return ProbabilityMatrix.open(file, tensor);
    }
    if (tensor != null) {
      throw new BadInputException(
          "{tensor}: is of .safetensors files, and %s has another format"
              .formatted(OneLine.of(file)));
    }
    return ProbabilityTable.open(file);
  }

  Path file() {
    return file;
  }

  int classes() {
    return classes;
  }

  /** The classes' names; null if the file has none. */
  abstract @Nullable List<String> names();

  /** Whether rows name their images. */
  abstract boolean namesImages();

  /** Passes all rows to a visitor. */
  abstract void read(ProbabilityRows.Visitor visitor);

  /**
   * The same, and checks that the rows are of these labels' images.
   *
   * @throws BadInputException if one is not, or their number differs
   */
  abstract void readFirst(GivenLabels given, ProbabilityRows.Visitor visitor);

  /**
   * The rows. When they are first read, they are checked as distributions over these labels.
   *
   * @param threads how many threads work on them, besides the one that reads them
   */
  final ProbabilityRows rows(GivenLabels given, int threads, Progress progress) {
    return new ProbabilityRows() {
      private int passes;

      @Override
      public int classes() {
        return classes;
      }

      @Override
      public void read(Visitor visitor) {
        int images = given.labels().length;
        String activity = "reading probabilities, pass " + ++passes;
        Visitor told =
            (image, values, start) -> {
              visitor.row(image, values, start);
              if ((image + 1) % TOLD == 0 || image + 1 == images) {
                progress.progressed(activity, image + 1, images);
              }
            };
        if (passes > 1) {
          ProbabilityFile.this.read(told);
        } else {
          readFirst(given, checked(told));
        }
      }

      @Override
      public <V extends Visitor> void readBlocks(Supplier<V> visitors, Consumer<V> finished) {
        try (RowBlocks<V> blocks = new RowBlocks<>(this, threads, visitors, finished)) {
          read(blocks);
          blocks.finishAll();
        }
      }
    };
  }

  private ProbabilityRows.Visitor checked(ProbabilityRows.Visitor visitor) {
    return (image, values, start) -> {
      if (!ConfidentLearning.isDistribution(values, start, classes)) {
        throw new BadInputException(
            "%s, row %,d: %s"
                .formatted(
                    OneLine.of(file), image + 1, RowProblem.describe(values, start, classes)));
      }
      visitor.row(image, values, start);
    };
  }

  /** An exception for another number of rows than labels; {@code rows} says how many. */
  final BadInputException otherCount(String rows, GivenLabels given) {
    return new BadInputException(
        "%s has %s rows, but %s %,d; both need one for each image, in the same order"
            .formatted(OneLine.of(file), rows, OneLine.of(given.file()), given.labels().length));
  }
}
