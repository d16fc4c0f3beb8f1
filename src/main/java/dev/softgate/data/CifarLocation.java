package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.CifarFormat.Python;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The place of a CIFAR set: its {@code .tar.gz}, or the folder with the unpacked files. */
record CifarLocation(Path path, boolean archive) {

  /**
   * Looks for the set where {@code --data-dir} points, in this order: the path is an archive; it
   * has the unpacked files, or the folder with them, in the binary or else the Python version; it
   * has the official archive; it has exactly one archive whose name begins like the official one's;
   * it has exactly one archive.
   *
   * @return null if the set is not there
   */
  static @Nullable CifarLocation find(CifarFormat format, Path dataDir) {
    if (Files.isRegularFile(dataDir)) {
      return new CifarLocation(dataDir, true);
    }
    if (!Files.exists(dataDir)) {
      if (isArchiveName(dataDir)) {
        throw new BadInputException(
            "{data-dir} %s: there is no such archive".formatted(OneLine.of(dataDir)));
      }
      return null;
    }
    Path inner = dataDir.resolve(format.layout().folder());
    for (Path folder : List.of(dataDir, inner)) {
      if (format.rowFiles().stream().anyMatch(file -> Files.exists(folder.resolve(file)))) {
        return new CifarLocation(folder, false);
      }
    }
    Path pickles = dataDir.resolve(format.python().folder());
    for (Path folder : List.of(dataDir, pickles)) {
      if (format.rowFiles().stream()
          .anyMatch(file -> Files.isRegularFile(folder.resolve(Python.file(file))))) {
        return new CifarLocation(folder, false);
      }
    }
    Path official = dataDir.resolve(format.official().archive());
    if (Files.isRegularFile(official)) {
      return new CifarLocation(official, true);
    }
    return onlyArchive(format, dataDir);
  }

  private static @Nullable CifarLocation onlyArchive(CifarFormat format, Path dataDir) {
    List<Path> archives = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(dataDir)) {
      for (Path entry : entries) {
        if (isArchiveName(entry) && Files.isRegularFile(entry)) {
          archives.add(entry);
        }
      }
    } catch (IOException e) {
      throw new BadInputException(
          "{data-dir} %s cannot be read (%s): check its permissions"
              .formatted(OneLine.of(dataDir), OneLine.of(e)),
          e);
    }
    String prefix = format.official().prefix();
    List<Path> named = archives.stream().filter(file -> fileName(file).startsWith(prefix)).toList();
    List<Path> candidates = named.isEmpty() ? archives : named;
    if (candidates.size() > 1) {
      throw new BadInputException(
          "{data-dir} %s has several archives (%s): name the one to use"
              .formatted(
                  OneLine.of(dataDir),
                  OneLine.of(
                      String.join(
                          ", ",
                          candidates.stream().map(CifarLocation::fileName).sorted().toList()))));
    }
    return candidates.isEmpty() ? null : new CifarLocation(candidates.get(0), true);
  }

  private static boolean isArchiveName(Path file) {
    return fileName(file).endsWith(".tar.gz") || fileName(file).endsWith(".tgz");
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }
}
