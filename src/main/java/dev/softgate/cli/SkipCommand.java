package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Predictions;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.gate.GateSpec;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.run.RunFolder;
import dev.softgate.run.RunLock;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.SkipGoal;
import dev.softgate.study.EvaluationImages;
import dev.softgate.study.EvaluationSplit;
import dev.softgate.study.SkipBaseline;
import dev.softgate.study.SkipCurve;
import dev.softgate.study.SkipStudy;
import dev.softgate.study.SkipTiming;
import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      "An image skips the additional layers of a gated stage where g is below the stage's"
          + " threshold, and goes on with o1. The thresholds are those of --threshold, of"
          + " --calibrate, or those that the checkpoint holds.",
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
  private static final String OF_TEST = " half of test";
  private static final double DEFAULT_DROP = 0.002;

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN_OR_CHECKPOINT",
      description = "A run's folder, its name in runs, or a checkpoint file.")
  Path network;

  @Option(
      names = "--threshold",
      paramLabel = "T",
      split = ",",
      description =
          "One for all gated stages, or one for each in their order, from 0, which skips nothing,"
              + " to 1")
  @Nullable List<Double> thresholds;

  @Option(
      names = "--calibrate",
      description =
          "Choose thresholds, those that save most within --max-accuracy-drop, and store them in"
              + " the checkpoint, where predict finds them")
  boolean calibrate;

  @Option(
      names = "--max-accuracy-drop",
      paramLabel = "D",
      description = "Against the whole network, a fraction (" + DEFAULT_DROP + ")")
  @Nullable Double maxAccuracyDrop;

  @Option(
      names = "--min-saving",
      paramLabel = "P",
      description =
          "Choose the most accurate thresholds that save this fraction of the"
              + " multiply-accumulates instead")
  @Nullable Double minSaving;

  @Option(
      names = "--target-skip",
      paramLabel = "SHARE",
      split = ",",
      description =
          "Choose the thresholds at which this share of the images skips instead, one for all"
              + " gates or one for each")
  @Nullable List<Double> targetSkip;

  @Option(
      names = "--calibrate-on",
      paramLabel = "IMAGES",
      defaultValue = "val",
      description =
          "Choose thresholds on val, the images that the run held out, or on test-half: half of the"
              + " test images, and report the other half, also without choosing (${DEFAULT-VALUE})")
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
      description =
          "Report on test, val or train; of train and val, where a label file says which labels are"
              + " wrong, also how many of those are given with layers skipped (${DEFAULT-VALUE})")
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

  @Mixin SettingOptions settings = SettingOptions.ofRun("dataset", "data-dir");

  @Option(
      names = "--json",
      description =
          "Print one JSON object: accuracy, skip_rates, macs_saved, speed and more, with and"
              + " without skipping")
  boolean json;

  @Override
  public Integer call() {
    requireSensible();
    RunFolder run = calibrate ? RunFolder.ofNetwork(network) : null;
    try (RunLock lock = run == null ? null : RunLock.take(run)) {
      return skip();
    }
  }

  private int skip() {
    EvaluationSplit part = EvaluationSplit.named(split);
    TrainedNetwork trained = TrainedNetwork.open(network);
    requireFinished(trained);
    Checkpoint checkpoint = trained.checkpoint();
    FileTime written = lastWritten(trained.file());
    SkipSetting given = given(checkpoint);
    if (given == null && !calibrate && !curve) {
      throw new BadInputException(
          trained.file() + " holds no thresholds; give --threshold, --calibrate or --curve");
    }
    Path table = curve ? curveFile(trained.file()) : null;
    if (table != null) {
      AtomicFiles.requireWritable(table);
    }
    if (calibrate) {
      AtomicFiles.requireWritable(trained.file());
    }
    RunConfig config = settings.applyTo(checkpoint.config());
    Compute used = config.execution().compute(checkpoint.spec());
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    try (SkipStudy study = new SkipStudy(trained, used);
        SkipBaseline other = baseline == null ? null : SkipBaseline.open(baseline, study, used)) {
      Images images = images(checkpoint, config, part);
      EvaluationImages choice = images.choice();
      EvaluationImages report = images.report();
      SkipStudy.Calibration calibration =
          calibrate
              ? study.calibrate(choice, choiceImages(), chosenBlend(checkpoint), goal())
              : null;
      SkipSetting setting = calibration == null ? given : calibration.setting();
      if (setting != null) {
        warnOfImagesChosenOn(setting, part);
      }
      Predictions whole = study.whole(report);
      SkipFigures.describe(values, trained, report, used);
      values.put("accuracy_without_skipping", whole.metrics().accuracy());
      SkipFigures.addWrongLabels(values, report.wrongLabels(whole), "_without_skipping");
      values.put("macs_without_skipping", study.cost(report).macs());
      values.put("macs_convention", SkipFigures.MACS_CONVENTION);
      if (calibration != null) {
        values.put("calibration", SkipFigures.of(calibration, study.cost(choice)));
      }
      if (setting != null) {
        SkippingEvaluator.Result result = study.skipping(report, setting);
        values.putAll(SkipFigures.of(setting, result, study.cost(report)));
        SkipFigures.addWrongLabels(values, report.wrongLabels(result.predictions()), "");
      }
      if (calibration != null) { // before the speed, which can fail where a batch is large
        store(calibration.setting(), trained, written);
      }
      compare(values, study, setting, report, other);
      if (table != null) {
        SkipCurve points = SkipCurve.of(study, choice, report, whole.metrics().accuracy());
        points.writeCsv(table);
        points.writeSvg(chart(table));
        values.put("curve", table.toString());
        values.put("chart", chart(table).toString());
        if (seconds > 0) {
          values.putAll(
              new SkipTiming(study, report, seconds).atForcedRates(chosenBlend(checkpoint)));
        }
      }
    }
    PrintWriter writer = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(values, writer);
    } else {
      FigureText.print(values, writer);
    }
    return ExitCode.OK;
  }

  private static FileTime lastWritten(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new BadInputException("cannot read " + file, e);
    }
  }

  /** Into the checkpoint, unless a training has replaced it meanwhile. */
  private static void store(SkipSetting setting, TrainedNetwork trained, FileTime written) {
    if (!lastWritten(trained.file()).equals(written)) {
      throw new BadInputException(
          "%s has been written to since it was read, so the thresholds chosen are not stored; calibrate again when its run has finished"
              .formatted(trained.file()));
    }
    trained.checkpoint().withSkipping(setting).write(trained.file());
    LoggerFactory.getLogger(SkipCommand.class).info("stored the thresholds in {}", trained.file());
  }

  /** The baseline, and the speed of all at each batch size. */
  private void compare(
      Map<String, @Nullable Object> values,
      SkipStudy study,
      @Nullable SkipSetting setting,
      EvaluationImages images,
      @Nullable SkipBaseline other) {
    if (other != null) {
      values.put("baseline", other.figures(images, (Double) values.get("macs")));
    }
    if (setting != null && seconds > 0) {
      values.put("speed_convention", SkipFigures.SPEED_CONVENTION);
      values.put(
          "speed", new SkipTiming(study, images, seconds).atBatchSizes(batchSizes, setting, other));
    }
  }

  /** A training goes on from its last checkpoint, thresholds included. */
  private void requireFinished(TrainedNetwork trained) {
    Checkpoint checkpoint = trained.checkpoint();
    if (calibrate
        && trained.file().endsWith("last.safetensors")
        && checkpoint.progress().epoch() < checkpoint.config().optimization().epochs()) {
      throw new BadInputException(
          "%s is what the run goes on from, so --calibrate cannot store thresholds there; resume the run first, or name checkpoints/best.safetensors"
              .formatted(trained.file()));
    }
  }

  /** To choose thresholds on, where that is asked for, and to report. */
  private record Images(EvaluationImages choice, EvaluationImages report) {}

  private Images images(Checkpoint checkpoint, RunConfig config, EvaluationSplit part) {
    boolean chooses = calibrate || curve;
    boolean halves = calibrateOn.equals(TEST_HALF);
    if (chooses && !halves && checkpoint.config().data().valFraction() == 0) {
      throw new BadInputException(
          "the run held no validation images out (--val-fraction 0); choose thresholds on half"
              + " of the test images with --calibrate-on test-half");
    }
    if (chooses
        && !halves
        && !config.data().dataset().equals(checkpoint.config().data().dataset())) {
      throw new BadInputException(
          "--dataset %s: the run's validation images are of %s; choose thresholds on half of the test images with --calibrate-on test-half"
              .formatted(config.data().dataset(), checkpoint.config().data().dataset()));
    }
    EvaluationImages all = load(checkpoint, config, part);
    if (!halves && chooses) {
      warnOfImagesTrainedOn(checkpoint);
    }
    if (halves) {
      boolean first = testHalf.equals("first");
      return new Images(SkipStudy.half(all, first), SkipStudy.half(all, !first));
    }
    return chooses && part != EvaluationSplit.VAL
        ? new Images(load(checkpoint, config, EvaluationSplit.VAL), all)
        : new Images(all, all);
  }

  /** What the images that thresholds are chosen on are called. */
  private String choiceImages() {
    return calibrateOn.equals(TEST_HALF) ? testHalf + OF_TEST : "val";
  }

  /** Thresholds fit the images they were chosen on better than others. */
  private void warnOfImagesChosenOn(SkipSetting setting, EvaluationSplit part) {
    String chosenOn = setting.chosenOn();
    if (chosenOn == null) {
      return;
    }
    boolean again =
        chosenOn.endsWith(OF_TEST)
            ? part == EvaluationSplit.TEST
                && !(calibrateOn.equals(TEST_HALF) && chosenOn.equals(choiceImages()))
            : part == EvaluationSplit.VAL;
    if (again) {
      LoggerFactory.getLogger(SkipCommand.class)
          .warn(
              "the thresholds were chosen on images among these ({}), so the accuracy with skipping"
                  + " is too good",
              chosenOn);
    }
  }

  private static void warnOfImagesTrainedOn(Checkpoint checkpoint) {
    Path origin = TrainedNetwork.originThatSawValidation(checkpoint);
    if (origin != null) {
      LoggerFactory.getLogger(SkipCommand.class)
          .warn(
              "the run began from {}, which may have trained on the validation images; choose on"
                  + " images that no training has seen with --calibrate-on test-half",
              origin);
    }
  }

  private void requireSensible() {
    if (calibrate && thresholds != null) {
      throw new BadInputException("--calibrate chooses the thresholds; leave --threshold out");
    }
    long goals = Stream.of(maxAccuracyDrop, minSaving, targetSkip).filter(Objects::nonNull).count();
    if (goals > 1) {
      throw new BadInputException(
          "--max-accuracy-drop, --min-saving and --target-skip are different goals; give one");
    }
    if (goals == 1 && !calibrate) {
      throw new BadInputException(
          "--max-accuracy-drop, --min-saving and --target-skip are goals of --calibrate; add it");
    }
    requireFraction("--max-accuracy-drop", maxAccuracyDrop);
    requireFraction("--min-saving", minSaving);
    if (targetSkip != null) {
      targetSkip.forEach(share -> requireFraction("--target-skip", share));
    }
    if (!List.of("val", TEST_HALF).contains(calibrateOn)) {
      throw new BadInputException(
          "--calibrate-on: must be val or test-half, found '" + calibrateOn + "'");
    }
    if (!List.of("first", "second").contains(testHalf)) {
      throw new BadInputException("--test-half: must be first or second, found '" + testHalf + "'");
    }
    if (testHalf.equals("second") && !calibrateOn.equals(TEST_HALF)) {
      throw new BadInputException("--test-half is of --calibrate-on test-half; give that too");
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

  private static void requireFraction(String option, @Nullable Double value) {
    if (value != null && !(value >= 0 && value <= 1)) {
      throw new BadInputException(option + ": must be from 0 to 1, found " + value);
    }
  }

  private SkipGoal goal() {
    return targetSkip != null
        ? new SkipGoal.Rates(targetSkip)
        : minSaving != null
            ? new SkipGoal.Saving(minSaving)
            : new SkipGoal.AccuracyDrop(maxAccuracyDrop == null ? DEFAULT_DROP : maxAccuracyDrop);
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
    SkipBlend kind = chosenBlend(checkpoint);
    GateSpec gate = checkpoint.spec().gate();
    int classes = checkpoint.data().classNames().size();
    if (thresholds != null) {
      return SkipSetting.given(thresholds, kind, gate, classes);
    }
    SkipSetting stored = checkpoint.skipping();
    return stored == null
        ? null
        : new SkipSetting(stored.thresholds(), kind, stored.chosenOn()).requireFor(gate, classes);
  }

  private Path curveFile(Path checkpoint) {
    if (out == null) {
      RunFolder run = RunFolder.around(checkpoint);
      if (run == null) {
        throw new BadInputException(
            checkpoint + " lies in no run's folder; say where the curve goes with --out FILE.csv");
      }
      return run.skipCurve();
    }
    if (!out.toString().endsWith(".csv")) {
      throw new BadInputException("--out %s: give a file that ends in .csv".formatted(out));
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
}
