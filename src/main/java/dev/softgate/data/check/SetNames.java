package dev.softgate.data.check;

import dev.softgate.data.Datasets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/** Short names of sets: a folder or a list may be given by its path alone. */
public final class SetNames {

  private SetNames() {}

  /** The full name, such as {@code folder:DIR} for {@code DIR}; other names stay. */
  public static String of(String given) {
    if (Datasets.isName(given)) {
      return given;
    }
    try {
      Path path = Path.of(given);
      if (Files.isDirectory(path)) {
        return "folder:" + given;
      }
      if (Files.isRegularFile(path) && given.toLowerCase(Locale.ROOT).endsWith(".csv")) {
        return "list:" + given;
      }
    } catch (InvalidPathException e) {
      return given; // Datasets.load says what names there are
    }
    return given;
  }
}
