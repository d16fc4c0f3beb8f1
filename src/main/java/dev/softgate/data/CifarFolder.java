package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a CIFAR set from the folder it was unpacked to. */
final class CifarFolder {

  private CifarFolder() {}

  /**
   * Reads the set.
   *
   * @throws BadInputException if files are missing, unreadable or not what they must be
   */
  static Dataset read(CifarFormat format, Path folder) {
    String shownAs = OneLine.of(folder);
    CifarParts parts = new CifarParts(format, shownAs);
    List<String> names = new ArrayList<>(format.rowFiles());
    names.add(format.layout().classNamesFile());
    for (String name : names) {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        continue; // what is missing is listed when all have been looked for
      }
      if (!Files.isRegularFile(file)) {
        throw new BadInputException(OneLine.of(file) + " is not a file; put the data set there");
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        parts.add(name, in, Files.size(file));
      } catch (IOException e) {
        throw new BadInputException(
            "%s cannot be read (%s): check that it is a file you may read"
                .formatted(OneLine.of(file), OneLine.of(e)),
            e);
      }
    }
    return parts.complete(shownAs);
  }
}
