package dev.softgate.review;

import dev.softgate.interop.CsvTable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code neighbors.csv}: the images most similar to each suspect, among those with its given label
 * and among those with its suggested label. Columns: {@code file} or {@code index} as in {@code
 * suspects.csv}, {@code class,rank,neighbor,similarity}.
 */
final class Neighbors {

  static final String FILE_NAME = "neighbors.csv";

  private record Neighbor(String label, double rank, ReviewedImage image) {}

  private final Map<String, List<Neighbor>> bySuspect = new HashMap<>();

  private Neighbors() {}

  /**
   * Reads the table beside {@code suspects.csv}; there are no neighbors if it does not exist.
   *
   * @param ofFiles whether suspects are named by files
   * @throws dev.softgate.BadInputException if it is malformed
   */
  static Neighbors read(Path table, boolean ofFiles) {
    Neighbors neighbors = new Neighbors();
    if (Files.exists(table)) {
      neighbors.add(CsvTable.read(table), table, ofFiles);
    }
    return neighbors;
  }

  private void add(CsvTable table, Path file, boolean ofFiles) {
    String key = ofFiles ? "file" : "index";
    List<String> suspects = table.texts(key);
    List<String> labels = table.texts("class");
    double[] ranks = table.numbers("rank");
    List<String> images = table.texts("neighbor");
    for (int row = 0; row < table.rows(); row++) {
      String suspect = image(table, row, key, suspects.get(row), file, ofFiles).name();
      ReviewedImage image = image(table, row, "neighbor", images.get(row), file, ofFiles);
      bySuspect
          .computeIfAbsent(suspect, name -> new ArrayList<>())
          .add(new Neighbor(labels.get(row), ranks[row], image));
    }
  }

  private static ReviewedImage image(
      CsvTable table, int row, String column, String cell, Path file, boolean ofFiles) {
    try {
      return ofFiles
          ? new ReviewedImage(file.toAbsolutePath().resolveSibling(cell).normalize(), -1)
          : new ReviewedImage(null, Integer.parseUnsignedInt(cell));
    } catch (InvalidPathException | NumberFormatException e) {
      throw table.problem(
          row, column, "the %s of an image is expected".formatted(ofFiles ? "path" : "index"));
    }
  }

  boolean isEmpty() {
    return bySuspect.isEmpty();
  }

  /** The neighbors of a suspect that have a label, the most similar first. */
  List<ReviewedImage> of(String suspect, String label) {
    return bySuspect.getOrDefault(suspect, List.of()).stream()
        .filter(neighbor -> neighbor.label.equals(label))
        .sorted(Comparator.comparingDouble(Neighbor::rank))
        .map(Neighbor::image)
        .toList();
  }
}
