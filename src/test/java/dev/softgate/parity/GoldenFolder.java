package dev.softgate.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds golden files: a few small ones in the project, all of them in a folder beside it. */
final class GoldenFolder {

  private static final Path OWN = Path.of("src/test/resources/golden");

  private GoldenFolder() {}

  /** A golden file that every clone has. */
  static Path own(String name) {
    return OWN.resolve(name + ".safetensors");
  }

  /** The folder {@code shared/golden} beside the project, or above it; nothing in a clone. */
  static Optional<Path> shared() {
    @Nullable Path at = Path.of("").toAbsolutePath();
    while (at != null) {
      Path golden = at.resolve("shared/golden");
      if (Files.isDirectory(golden)) {
        return Optional.of(golden);
      }
      at = at.getParent();
    }
    return Optional.empty();
  }

  /** The files in {@code folder} of models that Softgate builds. */
  static List<Path> covered(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file ->
                  file.getFileName()
                      .toString()
                      .matches("(baseline_resnet|gate_classifier_exit)_.*\\.safetensors"))
          .sorted()
          .toList();
    }
  }
}
