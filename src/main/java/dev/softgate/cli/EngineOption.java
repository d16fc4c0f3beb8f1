package dev.softgate.cli;

import dev.softgate.BadInputException;
import java.util.List;

/** The engines that commands take. */
final class EngineOption {

  private static final List<String> ENGINES = List.of("auto", "libtorch");

  private EngineOption() {}

  /**
   * Checks the value of {@code --engine}.
   *
   * @throws BadInputException if there is no such engine
   */
  static void require(String engine) {
    if (!ENGINES.contains(engine)) {
      throw new BadInputException(
          "--engine " + engine + ": not one of " + String.join(", ", ENGINES));
    }
  }
}
