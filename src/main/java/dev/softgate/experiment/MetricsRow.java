package dev.softgate.experiment;

import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.training.EpochMetrics;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One epoch as the cells of a row, and back. */
final class MetricsRow {

  static final List<String> COLUMNS = columns();

  /** A finite number, as it is written here and as a spreadsheet might write it again. */
  private static final Pattern PLAIN_NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");

  private static final Pattern NOT_FINITE = Pattern.compile("NaN|-?Infinity");

  private MetricsRow() {}

  /** Says what is wrong with a row. */
  static final class UnreadableException extends Exception {
    UnreadableException(String message) {
      super(message);
    }
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("epoch", "learning_rate", "gate_learning_rate"));
    for (String phase : List.of("train", "val", "test")) {
      for (String measure : List.of("images", "accuracy", "loss", "gate_loss", "mean_gate")) {
        columns.add(phase + "_" + measure);
      }
    }
    return List.copyOf(columns);
  }

  /** Whether a cell is a number without blanks or suffixes; NaN and the infinities are none. */
  private static boolean isPlainNumber(String cell) {
    return PLAIN_NUMBER.matcher(cell).matches();
  }

  static List<String> cells(EpochMetrics metrics) {
    List<String> cells = new ArrayList<>(COLUMNS.size());
    cells.add(Integer.toString(metrics.epoch()));
    cells.add(Double.toString(metrics.learningRate()));
    cells.add(cell(metrics.gateLearningRate()));
    addPhase(cells, metrics.train());
    addPhase(cells, metrics.validation());
    addPhase(cells, metrics.test());
    return cells;
  }

  private static void addPhase(List<String> cells, @Nullable PhaseMetrics phase) {
    if (phase == null) {
      cells.addAll(List.of("", "", "", "", ""));
      return;
    }
    cells.add(Integer.toString(phase.images()));
    cells.add(Double.toString(phase.accuracy()));
    cells.add(Double.toString(phase.classificationLoss()));
    cells.add(cell(phase.gateLoss()));
    cells.add(cell(phase.meanGate()));
  }

  private static String cell(@Nullable Double value) {
    return value == null ? "" : Double.toString(value);
  }

  static EpochMetrics parse(List<String> cells) throws UnreadableException {
    if (cells.size() != COLUMNS.size()) {
      throw new UnreadableException(
          "%d cells where %d belong".formatted(cells.size(), COLUMNS.size()));
    }
    Cells row = new Cells(cells.iterator(), COLUMNS.iterator());
    int epoch = row.nextCount();
    double learningRate = row.nextDouble();
    Double gateLearningRate = row.nextOptional();
    PhaseMetrics train = row.nextPhase();
    if (train == null) {
      throw new UnreadableException("train_images is empty");
    }
    return new EpochMetrics(
        epoch, learningRate, gateLearningRate, train, row.nextPhase(), row.nextPhase());
  }

  /** Cells and column names, taken together from left to right. */
  private record Cells(Iterator<String> cells, Iterator<String> columns) {

    @Nullable PhaseMetrics nextPhase() throws UnreadableException {
      String images = cells.next();
      String column = columns.next();
      if (!images.isEmpty()) {
        return new PhaseMetrics(
            count(images, column), nextDouble(), nextDouble(), nextOptional(), nextOptional());
      }
      for (int i = 0; i < 4; i++) {
        String other = columns.next();
        if (!cells.next().isEmpty()) {
          throw new UnreadableException(column + " is empty, but " + other + " is not");
        }
      }
      return null;
    }

    int nextCount() throws UnreadableException {
      return count(cells.next(), columns.next());
    }

    double nextDouble() throws UnreadableException {
      return number(cells.next(), columns.next());
    }

    @Nullable Double nextOptional() throws UnreadableException {
      String cell = cells.next();
      String column = columns.next();
      return cell.isEmpty() ? null : number(cell, column);
    }

    private static int count(String cell, String column) throws UnreadableException {
      try {
        int count = Integer.parseInt(cell);
        if (count >= 0) {
          return count;
        }
      } catch (NumberFormatException e) {
        // Said below, as for negative numbers.
      }
      throw new UnreadableException(column + " is not a count: \"" + cell + "\"");
    }

    private static double number(String cell, String column) throws UnreadableException {
      if (!isPlainNumber(cell) && !NOT_FINITE.matcher(cell).matches()) {
        throw new UnreadableException(column + " is not a number: \"" + cell + "\"");
      }
      return Double.parseDouble(cell);
    }
  }
}
