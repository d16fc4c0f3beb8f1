package dev.softgate;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code shared} with golden files and real images, which exists beside a checkout on
 * some machines. Tests that need it are skipped elsewhere.
 */
public final class SharedFolder {

  private SharedFolder() {}

  /** Finds a path in the folder {@code shared} of this folder or one above it. */
  public static Optional<Path> find(String path) {
    @Nullable Path at = Path.of("").toAbsolutePath();
    while (at != null) {
      Path found = at.resolve("shared").resolve(path);
      if (Files.exists(found)) {
        return Optional.of(found);
      }
      at = at.getParent();
    }
    return Optional.empty();
  }

  /** The same; skips the test if there is no such path. */
  public static Path require(String path) {
    Optional<Path> found = find(path);
    assumeThat(found).as("skipped: no shared/%s beside the project", path).isPresent();
    return found.orElseThrow();
  }
}
