package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts under {@code src/test/resources/contract} that hold what users rely on: options, files and
 * JSON. {@code ./mvnw test -Dtest='*ContractTest' -Dcontract.write=true} writes them anew; the
 * difference that Git then shows is what a user will notice.
 */
final class Golden {

  private static final Path FOLDER = Path.of("src", "test", "resources", "contract");

  private static final boolean WRITE = Boolean.getBoolean("contract.write");

  private Golden() {}

  /** Compares a text with a golden file, or writes the file. */
  static void assertMatches(String name, String actual) throws IOException {
    Path file = FOLDER.resolve(name);
    if (WRITE) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    assertThat(actual)
        .as("%s; if the change is meant, run with -Dcontract.write=true", file)
        .isEqualTo(read(name));
  }

  /** The text of a golden file. */
  static String read(String name) throws IOException {
    return Files.readString(FOLDER.resolve(name));
  }
}
