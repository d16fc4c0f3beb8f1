package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageListing.Entry;
import dev.softgate.data.ImageListing.Part;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.FileNames;
import dev.softgate.interop.OneLine;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the list of a set, a CSV file: {@code path,label} and optionally {@code split}. Paths are
 * relative to the list's folder, labels are names of classes, and an image without a split is
 * trained on. Images keep the order of the list.
 */
final class ListFile {

  private static final String PATH = "path";
  private static final String LABEL = "label";
  private static final String SPLIT = "split";

  private ListFile() {}

  static ImageListing read(String name, Path file) {
    CsvTable table = CsvTable.read(file);
    Path root = Objects.requireNonNull(file.toAbsolutePath().normalize().getParent());
    List<String> paths = table.texts(PATH);
    List<String> labels = table.texts(LABEL);
    List<String> splits =
        table.has(SPLIT) ? table.texts(SPLIT) : Collections.nCopies(paths.size(), "");
    List<String> classNames =
        labels.stream().filter(label -> !label.isEmpty()).distinct().sorted().toList();
    List<Entry> entries = new ArrayList<>();
    for (int row = 0; row < paths.size(); row++) {
      if (labels.get(row).isEmpty()) {
        throw table.problem(row, LABEL, "the name of a class is expected");
      }
      Part part = part(splits.get(row));
      if (part == null) {
        throw table.problem(row, SPLIT, "train, val or test is expected");
      }
      entries.add(
          new Entry(
              resolved(root, table, row, paths.get(row)),
              Collections.binarySearch(classNames, labels.get(row)),
              part));
    }
    if (entries.isEmpty()) {
      throw new BadInputException(
          OneLine.of(file) + " lists no images; add a row path,label for each");
    }
    return new ImageListing(name, root, classNames, entries);
  }

  private static @Nullable Part part(String split) {
    return split.isEmpty() ? Part.TRAIN : FolderListing.part(split.toLowerCase(Locale.ROOT));
  }

  private static Path resolved(Path root, CsvTable table, int row, String path) {
    try {
      if (!path.isEmpty()) {
        return root.resolve(path).normalize();
      }
    } catch (InvalidPathException e) {
      FileNames.require(path); // otherwise the same as none
    }
    throw table.problem(row, PATH, "the path of an image file is expected");
  }
}
