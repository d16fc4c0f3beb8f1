package dev.softgate.data;

import dev.softgate.data.ImagePaths.Place;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a {@link LabelFile}. */
final class LabelFileReader {

  private static final String INDEX = "index";
  private static final String FILE = "file";
  private static final String GIVEN = "given";
  private static final String CLEAN = "clean";

  /**
   * A set to label.
   *
   * @param source names it in messages
   */
  record Labeled(String source, List<String> classNames, ImageSet train, ImageSet test) {}

  private final Path file;
  private final Labeled set;
  private final CsvTable table;
  private final String image;
  private final ClassCells classes;
  private final int[] train;
  private final int[] test;
  private final int @Nullable [] clean;
  private final Set<Integer> leftOutOfTrain = new TreeSet<>();
  private final Set<Integer> leftOutOfTest = new TreeSet<>();
  private final Map<Place, Integer> lines = new HashMap<>();
  private final @Nullable ImagePaths paths;

  LabelFileReader(Path file, Labeled set) {
    this.file = file;
    this.set = set;
    this.table = CsvTable.read(file);
    this.image = imageColumn(table);
    this.classes = new ClassCells(set.classNames());
    this.train = set.train().labels().clone();
    this.test = set.test().labels().clone();
    this.clean = table.has(CLEAN) ? train.clone() : null;
    this.paths = image.equals(FILE) ? paths() : null;
  }

  private static String imageColumn(CsvTable table) {
    for (String name : List.of(INDEX, FILE)) {
      if (table.header().equals(List.of(name, GIVEN))
          || table.header().equals(List.of(name, GIVEN, CLEAN))) {
        return name;
      }
    }
    throw table.problem(
        1,
        "the columns are %s, not index,given or file,given, with or without a third column clean; %s"
            .formatted(
                OneLine.of(String.join(",", table.header())),
                table.has("decision")
                    ? "softgate apply makes a label file of decisions"
                    : "softgate noise --from converts other tables"));
  }

  private ImagePaths paths() {
    ImagePaths found = new ImagePaths(set.train(), set.test(), file);
    if (found.isEmpty()) {
      throw table.problem(
          1,
          "the images of %s have no files; name them in a column index, from 0"
              .formatted(set.source()));
    }
    return found;
  }

  LabelFile read() {
    if (table.rows() == 0) {
      throw table.problem(1, "the file labels no image; give each image to label a row");
    }
    List<String> images = table.texts(image);
    List<String> given = table.texts(GIVEN);
    List<String> truth = clean == null ? given : table.texts(CLEAN);
    for (int row = 0; row < images.size(); row++) {
      if (isLeftOutAlready(images.get(row), given.get(row))) {
        continue;
      }
      Place place = paths == null ? byIndex(row, images.get(row)) : byFile(paths, row, images);
      Integer before = lines.putIfAbsent(place, table.line(row));
      if (before != null) {
        throw table.problem(
            table.line(row),
            "image %s is on line %d already; give each image once"
                .formatted(OneLine.of(images.get(row)), before));
      }
      label(row, place, given.get(row));
      if (clean != null && !place.test()) {
        clean[place.id()] = classId(row, CLEAN, truth.get(row));
      }
    }
    return new LabelFile(
        file,
        lines.size(),
        LabelFile.differences(train, set.train().labels())
            + LabelFile.differences(test, set.test().labels()),
        new LabelFile.Part(train, ascending(leftOutOfTrain)),
        new LabelFile.Part(test, ascending(leftOutOfTest)),
        clean,
        table.sha256());
  }

  /** Whether a row leaves out a file that the set does not have, such as an unreadable one. */
  private boolean isLeftOutAlready(String cell, String label) {
    return paths != null && label.isEmpty() && paths.find(cell).isEmpty() && paths.isFile(cell);
  }

  private Place byIndex(int row, String cell) {
    int id = ClassCells.wholeNumber(cell);
    if (id < 0 || id >= train.length) {
      throw table.problem(
          table.line(row),
          "the index must be from 0 to %d, as there are %,d train images, found '%s'"
              .formatted(train.length - 1, train.length, OneLine.of(cell)));
    }
    return new Place(false, id);
  }

  private Place byFile(ImagePaths known, int row, List<String> images) {
    String cell = images.get(row);
    Set<Place> found = known.find(cell);
    if (found.isEmpty()) {
      throw table.problem(
          table.line(row),
          "%s is no image of %s; give readable files, by paths that are absolute or relative to the folder of the set or of this file"
              .formatted(cell.isEmpty() ? "an empty cell" : OneLine.of(cell), set.source()));
    }
    if (found.size() > 1) {
      throw table.problem(
          table.line(row),
          "%s is one image relative to the set's folder and another relative to the file; give its absolute path"
              .formatted(OneLine.of(cell)));
    }
    return found.iterator().next();
  }

  private void label(int row, Place place, String cell) {
    if (cell.isEmpty()) {
      (place.test() ? leftOutOfTest : leftOutOfTrain).add(place.id());
    } else {
      (place.test() ? test : train)[place.id()] = classId(row, GIVEN, cell);
    }
  }

  private int classId(int row, String column, String cell) {
    int id = classes.id(cell);
    if (id < 0) {
      throw table.problem(table.line(row), classes.expected(column, cell));
    }
    return id;
  }

  private static int[] ascending(Set<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
