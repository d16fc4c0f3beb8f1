package dev.softgate.experiment;

import dev.softgate.BadInputException;
import dev.softgate.chart.Axis;
import dev.softgate.chart.Chart;
import dev.softgate.chart.ChartStyle;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ResNet;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.CheckpointStore;
import dev.softgate.training.Compute;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a network keeps what it has learned by heart: one unit's weights and statistics are put
 * back to an earlier epoch, everything else stays, and the training images are classified again
 * (layer rewinding; Zhang et al. 2019, Maini et al. 2023). A unit without which wrong labels are no
 * longer given, and right ones are, holds them.
 *
 * @param rightImages how many images with a right label were looked at; all of them where it is not
 *     known which are wrong
 * @param wrongImages how many with a wrong label
 * @param whole the trained network
 * @param steps a unit put back to an epoch each, by epoch and then in the order of depth
 */
public record Rewind(int rightImages, int wrongImages, Step whole, List<Step> steps) {

  private static final Pattern UNIT = Pattern.compile("[^.]+\\.\\d+");
  private static final String NONE = "none";

  /**
   * What was fitted.
   *
   * @param epoch to which the unit was put back, as finished epochs; of the whole network its own
   * @param unit such as {@code layer3.0} (with a gate on it {@code o1}, {@code o2}), {@code stem}
   *     or {@code fc}; {@code none} of the whole
   * @param right share of the images with a right label that are classified as labeled
   * @param wrong share of those with a wrong one; NaN without any
   */
  public record Step(int epoch, String unit, double right, double wrong) {}

  /** Copies the list. */
  public Rewind {
    steps = List.copyOf(steps);
  }

  /**
   * Puts every unit back to every kept checkpoint.
   *
   * @param images that the network was trained on
   * @param most images to look at, half of them with a wrong label where there are so many
   * @throws BadInputException if the run kept no checkpoints
   */
  public static Rewind of(
      RunFolder run, TrainedNetwork trained, EvaluationImages images, Compute compute, int most) {
    Checkpoint last = trained.checkpoint();
    SortedMap<Integer, Path> kept = new CheckpointStore(run.checkpoints()).kept();
    if (kept.isEmpty()) {
      throw new BadInputException(
          "--rewind: %s kept no checkpoints; train with --keep-every N".formatted(run.path()));
    }
    int[] right = draw(images, id -> !isWrong(images, id), most, 2);
    int[] wrong = draw(images, id -> isWrong(images, id), most, 1);
    if (wrong.length == 0) {
      right = draw(images, id -> true, most, 1);
    } else {
      right = Arrays.copyOf(right, Math.min(right.length, most - wrong.length));
    }
    int[] ids = IntStream.concat(IntStream.of(right), IntStream.of(wrong)).toArray();
    ResNet network = last.restoreWithMemory();
    try (BackboneEngine engine = compute.attach(network)) {
      Evaluator evaluator = new Evaluator(network, last.data().normalization());
      Evaluator own =
          last.spec().gate().kind().onChannels()
              ? evaluator.withMemory(last.config().optimization().seed())
              : evaluator;
      int wrongLabels = wrong.length;
      List<Step> steps = new ArrayList<>();
      Step whole =
          step(last.progress().epoch(), NONE, own.evaluate(images.images(), ids), wrongLabels);
      for (Map.Entry<Integer, Path> each : kept.entrySet()) {
        Map<String, HostTensor> earlier = Checkpoint.read(each.getValue()).network();
        for (String unit : units(last.network())) {
          network.load(mixed(last.network(), earlier, unit));
          steps.add(step(each.getKey(), unit, own.evaluate(images.images(), ids), wrongLabels));
        }
      }
      return new Rewind(right.length, wrong.length, whole, steps);
    }
  }

  private static boolean isWrong(EvaluationImages images, int id) {
    int[] clean = images.clean();
    return clean != null && clean[id] != images.images().labels()[id];
  }

  /** At most {@code most / parts} of the images that are so, by a fixed draw. */
  private static int[] draw(EvaluationImages images, IntPredicate wanted, int most, int parts) {
    int[] ids = Arrays.stream(images.ids()).filter(wanted).sorted().toArray();
    Random random = new Random(1);
    for (int i = ids.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int id = ids[i];
      ids[i] = ids[j];
      ids[j] = id;
    }
    return Arrays.copyOf(ids, Math.min(ids.length, most / parts));
  }

  /** Of the first images the labels are right. */
  private static Step step(int epoch, String unit, Predictions said, int wrongLabels) {
    int[] predicted = said.predicted();
    int rightLabels = predicted.length - wrongLabels;
    return new Step(
        epoch,
        unit,
        fitted(said, predicted, 0, rightLabels),
        fitted(said, predicted, rightLabels, predicted.length));
  }

  private static double fitted(Predictions said, int[] predicted, int from, int to) {
    return IntStream.range(from, to)
        .mapToDouble(i -> predicted[i] == said.labels()[i] ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }

  /** The units in the order of depth. */
  private static List<String> units(Map<String, HostTensor> network) {
    LinkedHashSet<String> units = new LinkedHashSet<>();
    network.keySet().forEach(name -> units.add(unitOf(name)));
    return List.copyOf(units);
  }

  private static String unitOf(String name) {
    Matcher unit = UNIT.matcher(name);
    if (unit.lookingAt()) {
      return unit.group();
    }
    return name.startsWith("conv1.") || name.startsWith("bn1.")
        ? "stem"
        : name.substring(0, name.indexOf('.'));
  }

  private static Map<String, HostTensor> mixed(
      Map<String, HostTensor> last, Map<String, HostTensor> earlier, String unit) {
    Map<String, HostTensor> mixed = new LinkedHashMap<>(last);
    earlier.forEach(
        (name, tensor) -> {
          if (unitOf(name).equals(unit)) {
            mixed.put(name, tensor);
          }
        });
    return mixed;
  }

  /** The steps as a table with a header, the whole network first. */
  String csv() {
    StringBuilder text = new StringBuilder("epoch,unit,right_fitted,wrong_fitted\n");
    List<Step> all = new ArrayList<>(List.of(whole));
    all.addAll(steps);
    for (Step step : all) {
      text.append(step.epoch()).append(',').append(step.unit());
      text.append(',').append(step.right()).append(',');
      text.append(Double.isNaN(step.wrong()) ? "" : Double.toString(step.wrong())).append('\n');
    }
    return text.toString();
  }

  /** Writes {@code rewind.csv} and {@code rewind.svg}. */
  public void write(RunFolder run) {
    AtomicFiles.writeString(run.rewind("csv"), csv());
    AtomicFiles.writeString(run.rewind("svg"), chart().document());
  }

  /** What is still fitted by the place of the unit put back; a line an epoch. */
  Chart chart() {
    boolean known = wrongImages > 0;
    Chart chart =
        new Chart(
            known
                ? "Wrong labels still given with one unit put back"
                : "Images still classified as labeled with one unit put back",
            Axis.number("unit, from the stem to the classifier"),
            Axis.percent(known ? "images with a wrong label" : "images").from(0, 1));
    List<Integer> epochs = steps.stream().map(Step::epoch).distinct().toList();
    for (int i = 0; i < epochs.size(); i++) {
      int epoch = epochs.get(i);
      double[] values =
          steps.stream()
              .filter(step -> step.epoch() == epoch)
              .mapToDouble(step -> known ? step.wrong() : step.right())
              .toArray();
      chart.add(
          "epoch " + epoch,
          i < ChartStyle.COLORS ? Chart.Mark.LINE : Chart.Mark.DASHED,
          i,
          IntStream.range(0, values.length).asDoubleStream().toArray(),
          values);
    }
    return chart;
  }

  /**
   * The results by name, for JSON: the whole network, and of each unit what is still fitted with it
   * put back to the earliest kept epoch.
   */
  public Map<String, @Nullable Object> values() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("images", rightImages + wrongImages);
    values.put("wrong_labels", wrongImages);
    int earliest = steps.get(0).epoch();
    List<Map<String, @Nullable Object>> units = new ArrayList<>();
    List<Step> all = new ArrayList<>(List.of(whole));
    all.addAll(steps);
    for (Step step : all) {
      if (step.epoch() == earliest || step.equals(whole)) {
        Map<String, @Nullable Object> unit = new LinkedHashMap<>();
        unit.put("unit", step.unit());
        unit.put("epoch", step.epoch());
        unit.put("right_fitted", step.right());
        unit.put("wrong_fitted", Double.isNaN(step.wrong()) ? null : step.wrong());
        units.add(unit);
      }
    }
    values.put("units", units);
    return values;
  }
}
