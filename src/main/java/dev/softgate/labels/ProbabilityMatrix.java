package dev.softgate.labels;

import dev.softgate.BadInputException;
import dev.softgate.interop.MatrixFile;
import dev.softgate.interop.OneLine;
import dev.softgate.scoring.labels.ProbabilityRows.Visitor;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Probabilities in a {@code .npy} or {@code .safetensors} file. */
final class ProbabilityMatrix extends ProbabilityFile {

  /** The values of a block, 4 MB. */
  private static final int BLOCK = 1 << 20;

  private final @Nullable String tensor;
  private final long rows;

  private ProbabilityMatrix(MatrixFile matrix, Path file, @Nullable String tensor) {
    super(file, matrix.columns());
    this.rows = matrix.rows();
    this.tensor = tensor;
  }

  static ProbabilityMatrix open(Path file, @Nullable String tensor) {
    try (MatrixFile matrix = MatrixFile.open(file, tensor)) {
      return new ProbabilityMatrix(matrix, file, tensor);
    }
  }

  @Override
  @Nullable List<String> names() {
    return null;
  }

  @Override
  boolean namesImages() {
    return false;
  }

  @Override
  void readFirst(GivenLabels given, Visitor visitor) {
    if (rows != given.labels().length) {
      throw otherCount("%,d".formatted(rows), given);
    }
    read(visitor);
  }

  @Override
  void read(Visitor visitor) {
    try (MatrixFile matrix = MatrixFile.open(file(), tensor)) {
      if (matrix.columns() != classes() || matrix.rows() != rows) {
        throw new BadInputException(OneLine.of(file()) + " was replaced while it was read");
      }
      int most = Math.max(1, BLOCK / classes());
      float[] values = new float[most * classes()];
      for (long first = 0; first < rows; first += most) {
        int block = (int) Math.min(most, rows - first);
        matrix.read(first, block, values);
        for (int r = 0; r < block; r++) {
          visitor.row((int) first + r, values, r * classes());
        }
      }
    }
  }
}
