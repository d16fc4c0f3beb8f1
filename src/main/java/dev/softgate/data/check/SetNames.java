package dev.softgate.data.check;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Short names of sets: a folder or a list may be given by its path alone. */
public final class SetNames {

  /** A set's name is stronger than a folder's. */
  private static final Set<String> NAMES = Set.of("cifar10", "cifar100", "synthetic");

  private SetNames() {}

  /** The full name, such as {@code folder:DIR} for {@code DIR}; other names stay. */
  public static String of(String given) {
    if (NAMES.contains(given)) {
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
