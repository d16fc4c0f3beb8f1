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

/** Reads a CIFAR set from the folder with its unpacked files. */
final class CifarFolder {

  private CifarFolder() {}

  static Dataset read(CifarFormat format, Path folder) {
    String shownAs = OneLine.of(folder);
    CifarParts parts = new CifarParts(format, shownAs);
    List<String> names = new ArrayList<>(format.rowFiles());
    names.add(format.layout().classNamesFile());
    for (String name : names) {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        continue; // complete() lists all missing files at once
      }
      if (!Files.isRegularFile(file)) {
        throw new BadInputException(
            OneLine.of(file) + " is not a file; replace it by the file of the data set");
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        parts.add(name, in, Files.size(file));
      } catch (IOException e) {
        throw new BadInputException(
            "%s cannot be read (%s): check its permissions"
                .formatted(OneLine.of(file), OneLine.of(e)),
            e);
      }
    }
    return parts.complete(shownAs);
  }
}
