package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.chart.Axis;
import dev.softgate.chart.Chart;
import dev.softgate.chart.ChartStyle;
import dev.softgate.data.Subset;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.HostTensor;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.RunFolder;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.CheckpointStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a network stores what it has memorized. One unit's parameters and buffers are put
 * back to an epoch whose checkpoint was kept, and training images are classified again. If wrong
 * labels are no longer predicted while right ones are, that unit stores them.
 *
 * <p>Source: layer rewinding, Maini et al., <i>Can neural network memorization be localized?</i>,
 * ICML 2023.
 *
 * @param columns the measures: {@code clean_accuracy} and {@code wrong_accuracy}, or {@code
 *     accuracy} if the wrong labels are unknown
 * @param rows the trained network first; then by epoch, and by the unit's depth
 */
public record Rewind(List<String> columns, List<Row> rows) {

  private static final Pattern UNIT = Pattern.compile("layer\\d+\\.\\d+");
  private static final String NONE = "none";
  private static final String WRONG = "wrong_accuracy";

  /**
   * The accuracies of one network.
   *
   * @param epoch the epoch that the unit was put back to, as the number of finished epochs; the
   *     last epoch for the trained network
   * @param unit the unit, such as {@code stem}, {@code layer3.0}, {@code o2} or {@code fc}; {@code
   *     none} for the trained network
   * @param accuracy one value per column; NaN without images
   */
  public record Row(int epoch, String unit, List<Double> accuracy) {
    /** Copies the list. */
    public Row {
      accuracy = List.copyOf(accuracy);
    }
  }

  /** Copies the lists. */
  public Rewind {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * Puts every unit back to every kept epoch.
   *
   * @param trained the run's network
   * @param images the images that it was trained on
   * @param most the maximum number of images; half of them with a wrong label if there are enough
   * @throws BadInputException if the run kept no epoch
   */
  public static Rewind of(
      RunFolder run, TrainedNetwork trained, EvaluationImages images, Compute compute, int most) {
    Checkpoint last = trained.checkpoint();
    SortedMap<Integer, Path> kept = new CheckpointStore(run.checkpoints()).kept();
    if (kept.isEmpty()) {
      throw new BadInputException(
          "{rewind}: %s kept no epochs; train with {keep-every} N".formatted(run.path()));
    }
    Map<String, int[]> groups = draw(images, most, last.config().optimization().seed());
    List<Row> rows = new ArrayList<>();
    try (OpenNetwork network =
        SplitEvaluation.open(last, compute, last.spec().gate().ownsChannels())) {
      Evaluator evaluator = network.evaluator();
      rows.add(new Row(last.progress().epoch(), NONE, accuracy(evaluator, images, groups)));
      for (Map.Entry<Integer, Path> each : kept.entrySet()) {
        Map<String, HostTensor> earlier = Checkpoint.read(each.getValue()).network();
        for (String unit : units(last.network().keySet())) {
          network.network().load(mixed(last.network(), earlier, unit));
          rows.add(new Row(each.getKey(), unit, accuracy(evaluator, images, groups)));
        }
      }
    }
    return new Rewind(List.copyOf(groups.keySet()), rows);
  }

  /** The ids of images by measure, without empty groups. */
  private static Map<String, int[]> draw(EvaluationImages images, int most, long seed) {
    int[] labels = images.images().labels();
    int[] truth = images.clean();
    Map<String, int[]> groups = new LinkedHashMap<>();
    if (truth == null) {
      groups.put("accuracy", Subset.limit(images.ids(), labels, most, seed));
      return groups;
    }
    int[] clean = Arrays.stream(images.ids()).filter(id -> truth[id] == labels[id]).toArray();
    int[] wrong = Arrays.stream(images.ids()).filter(id -> truth[id] != labels[id]).toArray();
    int wrongs = Math.min(wrong.length, Math.max(most / 2, most - clean.length));
    if (clean.length > 0 && wrongs < most) {
      groups.put("clean_accuracy", Subset.limit(clean, labels, most - wrongs, seed));
    }
    if (wrongs > 0) {
      groups.put(WRONG, Subset.limit(wrong, labels, wrongs, seed));
    }
    return groups;
  }

  private static List<Double> accuracy(
      Evaluator evaluator, EvaluationImages images, Map<String, int[]> groups) {
    int[] ids = groups.values().stream().flatMapToInt(Arrays::stream).toArray();
    Predictions said = evaluator.evaluate(images.images(), ids);
    int[] predicted = said.predicted();
    List<Double> accuracy = new ArrayList<>();
    int from = 0;
    for (int[] group : groups.values()) {
      accuracy.add(
          IntStream.range(from, from + group.length)
              .mapToDouble(i -> predicted[i] == said.labels()[i] ? 1 : 0)
              .average()
              .orElse(Double.NaN));
      from += group.length;
    }
    return accuracy;
  }

  private static Map<String, HostTensor> mixed(
      Map<String, HostTensor> last, Map<String, HostTensor> earlier, String unit) {
    Map<String, HostTensor> mixed = new LinkedHashMap<>(last);
    earlier.forEach(
        (name, tensor) -> {
          if (unit(name).equals(unit)) {
            mixed.put(name, tensor);
          }
        });
    return mixed;
  }

  private static Set<String> units(Set<String> names) {
    Set<String> units = new LinkedHashSet<>();
    names.forEach(name -> units.add(unit(name)));
    return units;
  }

  /** The unit of a parameter or buffer with a published name. */
  static String unit(String name) {
    Matcher numbered = UNIT.matcher(name);
    if (numbered.lookingAt()) {
      return numbered.group();
    }
    String first = name.substring(0, name.indexOf('.'));
    return first.equals("conv1") || first.equals("bn1") ? "stem" : first;
  }

  /**
   * Reads a table that {@link #write} wrote.
   *
   * @throws BadInputException if the file is malformed
   */
  public static Rewind read(Path file) {
    CsvTable table = CsvTable.read(file);
    List<String> units = table.texts("unit");
    int[] epochs = table.wholeNumbers("epoch");
    List<String> columns =
        table.header().stream().filter(name -> !List.of("epoch", "unit").contains(name)).toList();
    List<double[]> values = columns.stream().map(table::numbers).toList();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < units.size(); i++) {
      int row = i;
      rows.add(new Row(epochs[i], units.get(i), values.stream().map(all -> all[row]).toList()));
    }
    long steps =
        rows.stream().map(Row::epoch).skip(1).distinct().count()
            * rows.stream().map(Row::unit).skip(1).distinct().count();
    long distinct =
        rows.stream().skip(1).map(row -> List.of(row.epoch(), row.unit())).distinct().count();
    if (columns.isEmpty()
        || steps == 0
        || rows.size() != 1 + steps
        || distinct != steps
        || !units.get(0).equals(NONE)) {
      throw table.problem(1, "a row for none and one for each epoch and unit are expected");
    }
    return new Rewind(columns, rows);
  }

  /** Writes the rows as a table with a header, {@code epoch,unit} and the columns. */
  public void write(Path file) {
    StringBuilder text = new StringBuilder("epoch,unit");
    columns.forEach(column -> text.append(',').append(column));
    text.append('\n');
    for (Row row : rows) {
      text.append(row.epoch()).append(',').append(row.unit());
      row.accuracy().forEach(value -> text.append(',').append(value.isNaN() ? "" : value));
      text.append('\n');
    }
    AtomicFiles.writeString(file, text.toString());
  }

  /** Writes the chart. */
  public void writeSvg(Path file) {
    AtomicFiles.writeString(file, chart().document());
  }

  /**
   * Accuracy by the depth of the unit that was put back, for images with a wrong label if these are
   * known: one line per epoch, for at most {@value ChartStyle#COLORS} epochs.
   */
  public Chart chart() {
    int named = columns.indexOf(WRONG);
    boolean wrong = named >= 0 && !rows.get(0).accuracy().get(named).isNaN();
    int column = wrong ? named : 0;
    List<Row> steps = rows.subList(1, rows.size());
    List<Integer> epochs = steps.stream().map(Row::epoch).distinct().toList();
    List<String> units = steps.stream().map(Row::unit).distinct().toList();
    double[] places = IntStream.range(0, units.size()).asDoubleStream().toArray();
    Chart chart =
        new Chart(
            wrong ? "Wrong labels given with one unit put back" : "Accuracy with one unit put back",
            Axis.number(
                "unit put back, %s to %s".formatted(units.get(0), units.get(units.size() - 1))),
            Axis.percent(wrong ? "images with a wrong label" : "training images").from(0, 1));
    double whole = rows.get(0).accuracy().get(column);
    chart.add(
        "none",
        Chart.Mark.REFERENCE,
        0,
        new double[] {0, units.size() - 1.0},
        new double[] {whole, whole});
    int lines = Math.min(epochs.size(), ChartStyle.COLORS);
    for (int i = 0; i < lines; i++) {
      int epoch = epochs.get(lines == 1 ? 0 : i * (epochs.size() - 1) / (lines - 1));
      chart.add(
          "epoch " + epoch,
          Chart.Mark.LINE,
          i,
          places,
          steps.stream()
              .filter(row -> row.epoch() == epoch)
              .mapToDouble(row -> row.accuracy().get(column))
              .toArray());
    }
    return chart;
  }

  /** The trained network, and each unit put back to the earliest kept epoch. */
  List<ScoreReport.RewindRow> figures() {
    int earliest = rows.get(1).epoch();
    return rows.stream()
        .filter(row -> row.unit().equals(NONE) || row.epoch() == earliest)
        .map(row -> new ScoreReport.RewindRow(row.unit(), row.epoch(), byColumn(row)))
        .toList();
  }

  private Map<String, @Nullable Double> byColumn(Row row) {
    Map<String, @Nullable Double> accuracy = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Double value = row.accuracy().get(i);
      accuracy.put(columns.get(i), value.isNaN() ? null : value);
    }
    return accuracy;
  }
}
