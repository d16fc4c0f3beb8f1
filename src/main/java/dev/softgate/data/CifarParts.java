package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.CifarFormat.Python;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.pytorch.PickledTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Collects the files of a CIFAR set, in any order, from a folder or an archive, and makes the set
 * when all are there.
 */
final class CifarParts {

  private static final int MAX_NAMES_BYTES = 1 << 16;

  private final CifarFormat format;
  private final String origin;
  private final Map<String, Rows> rows = new HashMap<>();
  private List<String> classNames;

  /** {@code origin} names the folder or archive in messages. */
  CifarParts(CifarFormat format, String origin) {
    this.format = format;
    this.origin = origin;
    classNames = format.classNames();
  }

  /** The rows of a file: int32 labels, N, and uint8 pixels, N×C×H×W. */
  @SuppressWarnings("ArrayRecordComponent") // on the way from a file to an ImageSet
  private record Rows(int[] labels, byte[] pixels) {}

  /** Whether a file of this name belongs to the set. */
  boolean wants(String fileName) {
    return format.rowFiles().contains(fileName)
        || format.layout().classNamesFile().equals(fileName)
        || format.python().classNamesFile().equals(fileName)
        || isPickle(fileName);
  }

  private boolean isPickle(String fileName) {
    return format.rowFiles().stream().anyMatch(file -> Python.file(file).equals(fileName));
  }

  /** Reads a file of the set; its folder or archive states the size in bytes. */
  void add(String fileName, InputStream in, long size) throws IOException {
    String where = "%s in %s".formatted(fileName, origin);
    if (fileName.equals(format.layout().classNamesFile())) {
      classNames = readClassNames(where, in, size);
      return;
    }
    if (fileName.equals(format.python().classNamesFile())) {
      PickledTable meta = pickle(where, in, size, MAX_NAMES_BYTES);
      classNames =
          checkClassNames(
              where, meta.texts(format.python().names()).stream().map(OneLine::of).toList());
      return;
    }
    String key = Python.file(fileName);
    if (rows.containsKey(key)) {
      throw new BadInputException("%s is there twice: keep one".formatted(where));
    }
    rows.put(
        key, isPickle(fileName) ? readPickledRows(where, in, size) : readRows(where, in, size));
  }

  /** The whole set; {@code source} is the text of {@link Dataset#source}. */
  Dataset complete(String source) {
    List<String> missing =
        format.rowFiles().stream().filter(file -> !rows.containsKey(Python.file(file))).toList();
    if (!missing.isEmpty()) {
      throw new BadInputException(
          "%s has no %s: %s requires the binary or the Python version of the data, with %s"
              .formatted(
                  origin,
                  String.join(", ", missing),
                  format.datasetName(),
                  String.join(", ", format.rowFiles())));
    }
    return Dataset.of(
        format.datasetName(),
        classNames,
        images(format.layout().trainFiles()),
        images(List.of(format.layout().testFile())),
        source);
  }

  /** The rows of some files, one file after the other. */
  private ImageSet images(List<String> files) {
    List<Rows> parts =
        files.stream().map(file -> Objects.requireNonNull(rows.get(Python.file(file)))).toList();
    long count = parts.stream().mapToLong(part -> part.labels.length).sum();
    requireRows(String.join(", ", files) + " in " + origin, count);
    int[] labels = new int[(int) count];
    byte[] pixels = new byte[labels.length * CifarFormat.PIXEL_BYTES];
    int row = 0;
    for (Rows part : parts) {
      System.arraycopy(part.labels, 0, labels, row, part.labels.length);
      System.arraycopy(part.pixels, 0, pixels, row * CifarFormat.PIXEL_BYTES, part.pixels.length);
      row += part.labels.length;
    }
    return ImageSet.of(pixels, labels, CifarFormat.CHANNELS, CifarFormat.SIDE, CifarFormat.SIDE);
  }

  private void requireRows(String where, long count) {
    if (count > CifarFormat.MAX_ROWS) {
      throw new BadInputException(
          "%s: %,d rows exceed the limit of %,d: this is no %s file; supply it again"
              .formatted(where, count, CifarFormat.MAX_ROWS, format.datasetName()));
    }
  }

  private Rows readRows(String where, InputStream in, long size) throws IOException {
    int rowBytes = format.rowBytes();
    if (size == 0 || size % rowBytes != 0) {
      throw new BadInputException(
          "%s has %,d bytes, not a multiple of the %,d of a %s row: it is truncated or another file;"
                  .formatted(where, size, rowBytes, format.datasetName())
              + " supply it again");
    }
    requireRows(where, size / rowBytes);
    int count = (int) (size / rowBytes);
    int[] labels = new int[count];
    byte[] pixels = new byte[count * CifarFormat.PIXEL_BYTES];
    byte[] head = new byte[format.labelBounds().size()];
    for (int row = 0; row < count; row++) {
      int read =
          in.readNBytes(head, 0, head.length)
              + in.readNBytes(pixels, row * CifarFormat.PIXEL_BYTES, CifarFormat.PIXEL_BYTES);
      long start = (long) row * rowBytes;
      if (read < rowBytes) {
        throw new BadInputException(
            "%s ends in row %,d (from 0), after %,d of %,d bytes: it is truncated; supply it again"
                .formatted(where, row, start + read, size));
      }
      for (int i = 0; i < head.length; i++) {
        labels[row] = head[i] & 0xFF;
        int bound = format.labelBounds().get(i);
        if (labels[row] >= bound) {
          throw new BadInputException(
              ("%s: row %,d (from 0) has label %d at byte %,d, but %s labels end at %d:"
                      + " the file is damaged or another one; supply it again")
                  .formatted(where, row, labels[row], start + i, format.datasetName(), bound - 1));
        }
      }
    }
    return new Rows(labels, pixels);
  }

  private static PickledTable pickle(String where, InputStream in, long size, long mostBytes)
      throws IOException {
    if (size > mostBytes) {
      throw new BadInputException(
          "%s has %,d bytes, too many for a file of CIFAR: supply it again".formatted(where, size));
    }
    return PickledTable.read(in.readNBytes((int) size), where, "file of CIFAR's Python version");
  }

  private Rows readPickledRows(String where, InputStream in, long size) throws IOException {
    PickledTable table =
        pickle(where, in, size, (long) CifarFormat.MAX_ROWS * (format.rowBytes() + 100));
    byte[] pixels = table.rows("data", CifarFormat.PIXEL_BYTES);
    int[] labels = table.numbers(format.python().labels());
    requireRows(where, labels.length);
    if (labels.length != pixels.length / CifarFormat.PIXEL_BYTES) {
      throw table.damaged(
          "it has %,d labels of %,d images"
              .formatted(labels.length, pixels.length / CifarFormat.PIXEL_BYTES));
    }
    for (int label : labels) {
      if (label < 0 || label >= format.classes()) {
        throw table.damaged(
            "it has the label %d, but %s labels end at %d"
                .formatted(label, format.datasetName(), format.classes() - 1));
      }
    }
    return new Rows(labels, pixels);
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
    return checkClassNames(where, names);
  }

  private List<String> checkClassNames(String where, List<String> names) {
    if (names.size() != format.classes()) {
      throw new BadInputException(
          "%s names %d classes, not %d: delete it or supply the right one"
              .formatted(where, names.size(), format.classes()));
    }
    return names;
  }
}
