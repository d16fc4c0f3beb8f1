package dev.softgate.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the folder {@code shared}, with the golden files, beside the project if it is there. */
final class SharedFolder {

  private SharedFolder() {}

  /** The folder of golden files, or nothing where the project stands alone. */
  static Optional<Path> golden() {
    @Nullable Path at = Path.of("").toAbsolutePath();
    while (at != null) {
      Path golden = at.resolve("shared").resolve("golden");
      if (Files.isDirectory(golden)) {
        return Optional.of(golden);
      }
      at = at.getParent();
    }
    return Optional.empty();
  }
}
