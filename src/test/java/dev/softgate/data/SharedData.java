package dev.softgate.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real images that lie beside a checkout on some machines; tests that need them skip elsewhere. */
final class SharedData {

  private SharedData() {}

  /** The file of that name in {@code shared/data} beside a folder above; skips the test if none. */
  static Path file(String name) {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      Path file = up.resolve("shared").resolve("data").resolve(name);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    assumeTrue(false, "skipped: no shared/data/" + name + " beside any folder above this one");
    throw new IllegalStateException();
  }
}
