package dev.softgate.parity;

import dev.softgate.engine.Compute;
import dev.softgate.model.ModelSpec;
import java.nio.file.Path;

/** Golden numbers in a file, and the JSON file beside it. */
public interface Golden {

  /** The network whose numbers they are. */
  ModelSpec spec();

  /**
   * Compares the network, computed by {@code compute} in float32, with the numbers.
   *
   * @throws dev.softgate.BadInputException if the numbers are not those of such a network
   */
  ParityReport check(Compute compute);

  /**
   * Reads a golden file of a published model, with weights, or of a network of ImageNet, whose JSON
   * file names one of them.
   *
   * @throws dev.softgate.BadInputException if a file is missing or malformed, or the network
   *     unknown
   */
  static Golden read(Path file) {
    return ImageNetGolden.isOne(file) ? ImageNetGolden.read(file) : GoldenFile.read(file);
  }
}
