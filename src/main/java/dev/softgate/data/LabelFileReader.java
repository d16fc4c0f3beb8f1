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

  private final Path file;
  private final Dataset dataset;
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

  LabelFileReader(Path file, Dataset dataset) {
    this.file = file;
    this.dataset = dataset;
    this.table = CsvTable.read(file);
    this.image = imageColumn(table);
    this.classes = new ClassCells(dataset.classNames());
    this.train = dataset.train().labels().clone();
    this.test = dataset.test().labels().clone();
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
    ImagePaths found = new ImagePaths(dataset, file);
    if (found.isEmpty()) {
      throw table.problem(
          1,
          "the images of %s have no files; name them in a column index, from 0"
              .formatted(OneLine.of(dataset.name())));
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
        images.size(),
        LabelFile.differences(train, dataset.train().labels())
            + LabelFile.differences(test, dataset.test().labels()),
        new LabelFile.Part(train, ascending(leftOutOfTrain)),
        new LabelFile.Part(test, ascending(leftOutOfTest)),
        clean,
        table.sha256());
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
          "%s is no image of %s; give paths that are absolute, or relative to the folder of the set or of this file"
              .formatted(
                  cell.isEmpty() ? "an empty cell" : OneLine.of(cell),
                  OneLine.of(dataset.source())));
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
