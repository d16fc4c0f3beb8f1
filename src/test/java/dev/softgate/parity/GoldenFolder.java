package dev.softgate.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds golden files: a few small ones in the project, others in folders. */
final class GoldenFolder {

  private static final Path OWN = Path.of("src/test/resources/golden");

  private GoldenFolder() {}

  /** A golden file in the repository. */
  static Path own(String name) {
    return OWN.resolve(name + ".safetensors");
  }

  /** The files in {@code folder} whose models Softgate supports. */
  static List<Path> covered(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".safetensors"))
          .sorted()
          .toList();
    }
  }
}
