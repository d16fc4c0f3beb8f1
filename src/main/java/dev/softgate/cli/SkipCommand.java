package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipRule;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.experiment.EvaluationImages;
import dev.softgate.experiment.EvaluationSplit;
import dev.softgate.experiment.SkipCurve;
import dev.softgate.experiment.SkipSpeed;
import dev.softgate.experiment.SkipStudy;
import dev.softgate.experiment.TrainedNetwork;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.SkipCost;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.Compute;
import dev.softgate.training.RunConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate skip}: accuracy against compute. */
@Command(
    name = "skip",
    description = {
      "Leave layers out for easy images, and say what that saves and costs.",
      "",
      "An image skips the additional layers of a gated stage where g is below the stage's threshold,"
          + " and goes on with o1. The thresholds are those of --threshold, of --calibrate, or those"
          + " that the checkpoint holds.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate skip runs/NAME --calibrate --max-accuracy-drop 0.002 --json",
      "  softgate skip runs/NAME --threshold 0.3,0.5 --baseline runs/PLAIN",
      "  softgate skip runs/NAME --curve --calibrate-on test-half"
    })
final class SkipCommand implements Callable<Integer> {

  private static final String TEST_HALF = "test-half";
  private static final int CURVE_BATCH = 128;
  private static final double[] RATES = {0, 0.25, 0.5, 0.75, 1};
  private static final String CONVENTION =
      "multiply-accumulates of convolutions and linear layers, gates included, mean over images";

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN_OR_CHECKPOINT",
      description = "A run's folder, its name in runs, or a checkpoint file.")
  Path network;

  @Option(
      names = "--threshold",
      paramLabel = "T",
      split = ",",
      description = "One for each gated stage, in their order, from 0, which skips nothing, to 1")
  @Nullable List<Double> thresholds;

  @Option(
      names = "--calibrate",
      description =
          "Choose the thresholds that save most within --max-accuracy-drop, and store them in the"
              + " checkpoint, where predict finds them")
  boolean calibrate;

  @Option(
      names = "--max-accuracy-drop",
      paramLabel = "D",
      defaultValue = "0.002",
      description = "Against the whole network, a fraction (${DEFAULT-VALUE})")
  double maxAccuracyDrop;

  @Option(
      names = "--calibrate-on",
      paramLabel = "IMAGES",
      defaultValue = "val",
      description =
          "Choose thresholds on val, the images that the run held out, or on test-half: half of the"
              + " test images, and report the other half (${DEFAULT-VALUE})")
  String calibrateOn;

  @Option(
      names = "--test-half",
      paramLabel = "HALF",
      defaultValue = "first",
      description = "Which half test-half chooses on: first or second (${DEFAULT-VALUE})")
  String testHalf;

  @Option(
      names = "--skip-blend",
      paramLabel = "KIND",
      description =
          "What images that pass go on with: hard, o2 alone, or soft, the mix as in training (that"
              + " of the checkpoint's thresholds, else hard)")
  @Nullable String blend;

  @Option(
      names = "--curve",
      description =
          "Write the whole accuracy-compute curve, hard and soft, as skip-curve.csv and"
              + " skip-curve.svg into the run's folder, and measure from which skip rate on"
              + " skipping is faster")
  boolean curve;

  @Option(
      names = "--out",
      paramLabel = "FILE.csv",
      description = "Write the curve here instead, and the chart beside it")
  @Nullable Path out;

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "test",
      description = "Report on test or val (${DEFAULT-VALUE})")
  String split;

  @Option(
      names = "--baseline",
      paramLabel = "RUN",
      description = "Compare with this network too, usually the plain one")
  @Nullable Path baseline;

  @Option(
      names = "--batch-sizes",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,32,128,1024",
      description = "Measure the speed at these (${DEFAULT-VALUE})")
  List<Integer> batchSizes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "Of each measurement of speed; 0 for none (${DEFAULT-VALUE})")
  double seconds;

  @Mixin ImageOptions imageOptions;

  @Mixin ComputeOptions compute;

  @Option(
      names = "--json",
      description =
          "Print one JSON object: accuracy, skip_rates, macs_saved, speed and more, with and"
              + " without skipping")
  boolean json;

  @Override
  public Integer call() {
    requireSensible();
    EvaluationSplit part = EvaluationSplit.named(split);
    TrainedNetwork trained = TrainedNetwork.open(network);
    Checkpoint checkpoint = trained.checkpoint();
    SkipSetting given = given(checkpoint);
    if (given == null && !calibrate && !curve) {
      throw new BadInputException(
          trained.file() + " holds no thresholds; give --threshold, --calibrate or --curve");
    }
    Path table = curve ? curveFile(trained.file()) : null;
    RunConfig config = compute.applyTo(checkpoint.config()).with(imageOptions.overrides());
    Compute used = config.execution().compute(checkpoint.spec());
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    try (SkipStudy study = new SkipStudy(trained, used)) {
      boolean halves = calibrateOn.equals(TEST_HALF);
      if ((calibrate || curve) && !halves && checkpoint.config().data().valFraction() == 0) {
        throw new BadInputException(
            "the run held no validation images out (--val-fraction 0); choose thresholds on half"
                + " of the test images with --calibrate-on test-half");
      }
      EvaluationImages report = load(checkpoint, config, part);
      EvaluationImages choice = report;
      if (calibrate || curve) {
        if (halves) {
          boolean first = testHalf.equals("first");
          choice = SkipStudy.half(report, first);
          report = SkipStudy.half(report, !first);
        } else if (part != EvaluationSplit.VAL) {
          choice = load(checkpoint, config, EvaluationSplit.VAL);
        }
      }
      SkipStudy.Calibration calibration =
          calibrate ? study.calibrate(choice, chosenBlend(checkpoint), maxAccuracyDrop) : null;
      SkipSetting setting = calibration == null ? given : calibration.setting();
      Predictions whole = study.whole(report);
      describe(values, trained, report, used);
      values.put("accuracy_without_skipping", whole.metrics().accuracy());
      values.put("macs_without_skipping", study.cost(report).macs());
      values.put("macs_convention", CONVENTION);
      if (calibration != null) {
        checkpoint.withSkipping(calibration.setting()).write(trained.file());
        LoggerFactory.getLogger(SkipCommand.class)
            .info("stored the thresholds in {}", trained.file());
        values.put("calibration", values(calibration, study.cost(choice)));
      }
      if (setting != null) {
        SkippingEvaluator.Result result = study.skipping(report, setting);
        values.putAll(values(setting, result, study.cost(report)));
      }
      speed(values, study, setting, report, used, checkpoint);
      if (table != null) {
        SkipCurve points = SkipCurve.of(study, choice, report, whole.metrics().accuracy());
        points.writeCsv(table);
        points.writeSvg(chart(table));
        values.put("curve", table.toString());
        values.put("chart", chart(table).toString());
        if (seconds > 0) {
          breakEven(values, study, report, checkpoint);
        }
      }
    }
    PrintWriter writer = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(values, writer);
    } else {
      print(values, writer);
    }
    return ExitCode.OK;
  }

  private void requireSensible() {
    if (calibrate && thresholds != null) {
      throw new BadInputException("--calibrate chooses the thresholds; leave --threshold out");
    }
    if (!(maxAccuracyDrop >= 0 && maxAccuracyDrop <= 1)) {
      throw new BadInputException(
          "--max-accuracy-drop: must be from 0 to 1, found " + maxAccuracyDrop);
    }
    if (!List.of("val", TEST_HALF).contains(calibrateOn)) {
      throw new BadInputException(
          "--calibrate-on: must be val or test-half, found '" + calibrateOn + "'");
    }
    if (!List.of("first", "second").contains(testHalf)) {
      throw new BadInputException("--test-half: must be first or second, found '" + testHalf + "'");
    }
    if (!List.of("test", "val").contains(split)) {
      throw new BadInputException("--split: must be one of val, test, found '" + split + "'");
    }
    if (calibrateOn.equals(TEST_HALF) && !split.equals("test")) {
      throw new BadInputException(
          "--calibrate-on test-half reports the other half of the test images; leave --split out");
    }
    if (batchSizes.stream().anyMatch(size -> size < 1 || size > 65_536)) {
      throw new BadInputException("--batch-sizes: must be from 1 to 65536, found " + batchSizes);
    }
    if (!(seconds >= 0 && seconds <= 3600)) {
      throw new BadInputException("--seconds: must be from 0 to 3600, found " + seconds);
    }
    if (out != null && !curve) {
      throw new BadInputException("--out is where --curve writes; add --curve");
    }
  }

  private SkipBlend chosenBlend(Checkpoint checkpoint) {
    if (blend != null) {
      return SkipBlend.named(blend);
    }
    SkipSetting stored = checkpoint.skipping();
    return stored == null ? SkipBlend.HARD : stored.blend();
  }

  /** By --threshold, or what the checkpoint holds. */
  private @Nullable SkipSetting given(Checkpoint checkpoint) {
    SkipSetting stored = checkpoint.skipping();
    List<Double> values =
        thresholds != null ? thresholds : stored == null ? null : stored.thresholds();
    int classes = checkpoint.data().classNames().size();
    SkipBlend kind = chosenBlend(checkpoint);
    return values == null
        ? null
        : new SkipSetting(values, kind).requireFor(checkpoint.spec().gate(), classes);
  }

  private Path curveFile(Path checkpoint) {
    if (out == null) {
      Path folder = checkpoint.toAbsolutePath().getParent();
      Path run = folder == null ? null : folder.getParent();
      if (folder == null || run == null || !folder.endsWith("checkpoints")) {
        throw new BadInputException(
            checkpoint + " lies in no run's folder; say where the curve goes with --out FILE.csv");
      }
      return run.resolve("skip-curve.csv");
    }
    Path folder = out.toAbsolutePath().getParent();
    if (!out.toString().endsWith(".csv") || folder == null || !Files.isDirectory(folder)) {
      throw new BadInputException(
          "--out %s: give a file that ends in .csv, in a folder that exists".formatted(out));
    }
    return out;
  }

  private static Path chart(Path table) {
    String name = Objects.requireNonNull(table.getFileName()).toString();
    return table.resolveSibling(name.substring(0, name.length() - ".csv".length()) + ".svg");
  }

  private static EvaluationImages load(
      Checkpoint checkpoint, RunConfig config, EvaluationSplit part) {
    return EvaluationImages.load(
        checkpoint, config.data(), part, DownloadProgress.forStandardError());
  }

  private static void describe(
      Map<String, @Nullable Object> values,
      TrainedNetwork trained,
      EvaluationImages images,
      Compute used) {
    values.put("checkpoint", trained.file().toString());
    values.put("dataset", images.dataset().name());
    values.put("split", images.split().text());
    values.put("images", images.ids().length);
    values.put("stages", trained.checkpoint().spec().gate().stages());
    values.put("engine", used.engine());
    values.put("precision", used.precision());
    values.put("threads", used.threads());
  }

  private Map<String, Object> values(SkipStudy.Calibration calibration, SkipCost cost) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("on", calibrateOn.equals(TEST_HALF) ? testHalf + " half of test" : "val");
    values.put("images", calibration.images());
    values.put("max_accuracy_drop", calibration.maxAccuracyDrop());
    values.put("accuracy_without_skipping", calibration.reference());
    values.put("accuracy", calibration.outcome().accuracy());
    values.put("skip_rates", calibration.outcome().skipRates());
    values.put("macs_saved", cost.saved(calibration.outcome().skipRates()));
    return values;
  }

  private static Map<String, Object> values(
      SkipSetting setting, SkippingEvaluator.Result result, SkipCost cost) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("thresholds", setting.thresholds());
    values.put("blend", setting.blend().text());
    values.put("accuracy", result.predictions().metrics().accuracy());
    values.put("skip_rates", result.skipRates());
    values.put("macs", cost.macs(result.skipRates()));
    values.put("macs_saved", cost.saved(result.skipRates()));
    return values;
  }

  /** Accuracy of the baseline, and the speed of all at each batch size. */
  private void speed(
      Map<String, @Nullable Object> values,
      SkipStudy study,
      @Nullable SkipSetting setting,
      EvaluationImages images,
      Compute used,
      Checkpoint checkpoint) {
    if (baseline == null) {
      speed(values, study, setting, images, checkpoint, null);
      return;
    }
    Checkpoint plain = TrainedNetwork.open(baseline).checkpoint();
    if (plain.data().classNames().size() != checkpoint.data().classNames().size()) {
      throw new BadInputException("--baseline %s: it has other classes".formatted(baseline));
    }
    Compute its = Compute.choose("auto", used.precision(), used.threads(), plain.spec());
    ResNet restored = plain.restoreNetwork();
    try (BackboneEngine engine = its.attach(restored)) {
      double accuracy =
          new Evaluator(restored, plain.data().normalization())
              .evaluate(images.images(), images.ids())
              .metrics()
              .accuracy();
      long macs =
          ModelCost.of(plain.spec(), images.images().height(), images.images().width()).macs();
      Map<String, Object> described = new LinkedHashMap<>();
      described.put("run", baseline.toString());
      described.put("accuracy", accuracy);
      described.put("macs", macs);
      if (values.get("macs") instanceof Double own) {
        described.put("macs_saved", 1 - own / macs);
      }
      values.put("baseline", described);
      speed(values, study, setting, images, checkpoint, restored);
    }
  }

  private void speed(
      Map<String, @Nullable Object> values,
      SkipStudy study,
      @Nullable SkipSetting setting,
      EvaluationImages images,
      Checkpoint checkpoint,
      @Nullable ResNet plain) {
    if (setting == null || seconds == 0) {
      return;
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int size : batchSizes) {
      List<SkipSpeed.Contender> contenders = new ArrayList<>();
      contenders.add(
          SkipSpeed.Contender.skipping(study.network(), setting.blend(), setting.rule()));
      contenders.add(SkipSpeed.Contender.whole(study.network()));
      if (plain != null) {
        contenders.add(SkipSpeed.Contender.whole(plain));
      }
      List<SkipSpeed.Figure> figures =
          SkipSpeed.measure(contenders, images, checkpoint.data().normalization(), size, seconds);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("batch_size", size);
      put(row, "", figures.get(0));
      put(row, "_without_skipping", figures.get(1));
      if (plain != null) {
        put(row, "_of_baseline", figures.get(2));
      }
      row.put(
          "time_saved", 1 - figures.get(1).imagesPerSecond() / figures.get(0).imagesPerSecond());
      rows.add(row);
    }
    values.put("speed", rows);
  }

  private static void put(Map<String, Object> row, String suffix, SkipSpeed.Figure figure) {
    row.put("images_per_second" + suffix, figure.imagesPerSecond());
    row.put("latency_ms" + suffix, figure.medianMillis());
  }

  /** Times forced skip rates against the whole network. */
  private void breakEven(
      Map<String, @Nullable Object> values,
      SkipStudy study,
      EvaluationImages images,
      Checkpoint checkpoint) {
    SkipBlend kind = chosenBlend(checkpoint);
    List<SkipSpeed.Contender> contenders = new ArrayList<>();
    contenders.add(SkipSpeed.Contender.whole(study.network()));
    for (double rate : RATES) {
      contenders.add(SkipSpeed.Contender.skipping(study.network(), kind, SkipRule.atRate(rate)));
    }
    List<SkipSpeed.Figure> figures =
        SkipSpeed.measure(
            contenders, images, checkpoint.data().normalization(), CURVE_BATCH, seconds);
    SkipCost cost = study.cost(images);
    double whole = figures.get(0).medianMillis();
    double[] millis = new double[RATES.length];
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < RATES.length; i++) {
      double rate = RATES[i];
      millis[i] = figures.get(i + 1).medianMillis();
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("skip_rate", rate);
      row.put("latency_ms", millis[i]);
      row.put("time_saved", 1 - millis[i] / whole);
      row.put("macs_saved", cost.saved(cost.additional().stream().map(stage -> rate).toList()));
      rows.add(row);
    }
    values.put("forced_batch_size", CURVE_BATCH);
    values.put("forced_latency_ms_without_skipping", whole);
    values.put("forced", rows);
    values.put("break_even_skip_rate", SkipSpeed.breakEven(RATES, millis, whole));
  }

  private static void print(Map<String, @Nullable Object> values, PrintWriter writer) {
    LabeledLines lines = new LabeledLines();
    values.forEach(
        (key, value) -> {
          if (!(value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map)) {
            lines.add(key.replace('_', ' '), text(value));
          }
        });
    lines.print(writer);
    for (String key : List.of("speed", "forced")) {
      if (values.get(key) instanceof List<?> rows && rows.get(0) instanceof Map<?, ?> first) {
        TextTable table =
            new TextTable(
                first.keySet().stream()
                    .map(name -> name.toString().replace('_', ' '))
                    .toArray(String[]::new));
        for (Object row : rows) {
          table.row(
              ((Map<?, ?>) row).values().stream().map(SkipCommand::text).toArray(String[]::new));
        }
        writer.println();
        table.print(writer);
      }
    }
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Double number) {
      return number >= 1000
          ? String.format(Locale.ROOT, "%,.0f", number)
          : String.format(Locale.ROOT, "%.4f", number);
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey().toString().replace('_', ' ') + " " + text(entry.getValue()))
          .collect(Collectors.joining(", "));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(SkipCommand::text).collect(Collectors.joining(", "));
    }
    return value == null ? "-" : value.toString();
  }
}
