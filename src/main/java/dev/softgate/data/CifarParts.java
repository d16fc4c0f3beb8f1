package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers the files of a CIFAR set as they turn up, in any order, and puts the set together when
 * all are there. Folder and archive both feed it.
 */
final class CifarParts {

  private static final int MAX_NAMES_BYTES = 1 << 16;

  private final CifarFormat format;
  private final String origin;
  private final Map<String, CifarRows> rows = new HashMap<>();
  private List<String> classNames;

  /**
   * Begins with nothing.
   *
   * @param origin how messages name the folder or archive
   */
  CifarParts(CifarFormat format, String origin) {
    this.format = format;
    this.origin = origin;
    classNames = format.classNames();
  }

  /** Whether a file of this name belongs to the set. */
  boolean wants(String fileName) {
    return format.rowFiles().contains(fileName)
        || format.layout().classNamesFile().equals(fileName);
  }

  /**
   * Reads one wanted file.
   *
   * @param size in bytes, as stated outside the file
   * @throws BadInputException if its content is not what it must be, or it came before
   */
  void add(String fileName, InputStream in, long size) throws IOException {
    String where = "%s in %s".formatted(fileName, origin);
    if (fileName.equals(format.layout().classNamesFile())) {
      classNames = readClassNames(where, in, size);
      return;
    }
    if (rows.containsKey(fileName)) {
      throw new BadInputException("%s is there twice: keep one".formatted(where));
    }
    rows.put(fileName, CifarRows.read(format, where, in, size));
  }

  /**
   * The whole set.
   *
   * @param source what {@link Dataset#source} is to say
   * @throws BadInputException if files are missing
   */
  Dataset complete(String source) {
    List<String> missing =
        format.rowFiles().stream().filter(file -> !rows.containsKey(file)).toList();
    if (!missing.isEmpty()) {
      throw new BadInputException(
          "%s has no %s: %s needs the binary version of the data, with %s"
              .formatted(
                  origin,
                  String.join(", ", missing),
                  format.datasetName(),
                  String.join(", ", format.rowFiles())));
    }
    List<CifarRows> train = format.layout().trainFiles().stream().map(this::take).toList();
    CifarRows test = take(format.layout().testFile());
    return Dataset.of(
        format.datasetName(),
        classNames,
        CifarRows.join(train),
        CifarRows.join(List.of(test)),
        source);
  }

  private CifarRows take(String fileName) {
    CifarRows part = rows.get(fileName);
    if (part == null) {
      throw new IllegalStateException(fileName);
    }
    return part;
  }

  private List<String> readClassNames(String where, InputStream in, long size) throws IOException {
    if (size > MAX_NAMES_BYTES) {
      throw new BadInputException(
          "%s has %,d bytes, too many for %d class names: delete it or supply the right one"
              .formatted(where, size, format.classes()));
    }
    String text = new String(in.readNBytes((int) size), StandardCharsets.UTF_8);
    List<String> names =
        text.lines().map(String::strip).filter(line -> !line.isEmpty()).map(OneLine::of).toList();
    if (names.size() != format.classes()) {
      throw new BadInputException(
          "%s names %d classes, not %d: delete it or supply the right one"
              .formatted(where, names.size(), format.classes()));
    }
    return names;
  }
}
