package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.scoring.SkipGoal;
import dev.softgate.study.EvaluationSplit;
import dev.softgate.study.SkipReport;
import dev.softgate.study.SkipReporter;
import dev.softgate.study.SkipRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
      "Skip layers for easy images, and report what that saves and costs.",
      "",
      "An image skips the additional layers of a gated stage if its g is below the stage's"
          + " threshold, and continues with o1. The thresholds come from --threshold, from"
          + " --calibrate, or from the checkpoint.",
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
          "One for all gated stages, or one for each in order, from 0, which skips nothing, to 1")
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
      description =
          "Largest accuracy drop against the whole network, a fraction (" + DEFAULT_DROP + ")")
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
          "Choose thresholds on val, the images that the run held out, or on test-half, half of the"
              + " test images. test-half reports the other half, even without choosing"
              + " (${DEFAULT-VALUE})")
  String calibrateOn;

  @Option(
      names = "--test-half",
      paramLabel = "HALF",
      defaultValue = "first",
      description = "The half that test-half chooses on: first or second (${DEFAULT-VALUE})")
  String testHalf;

  @Option(
      names = "--skip-blend",
      paramLabel = "KIND",
      description =
          "How images that pass continue: hard, with o2 alone, or soft, with the mix as in training"
              + " (as for the checkpoint's thresholds, else hard)")
  @Nullable String blend;

  @Option(
      names = "--curve",
      description =
          "Write the whole accuracy-compute curve, hard and soft, to skip-curve.csv and"
              + " skip-curve.svg in the run's folder, and measure the skip rate from which"
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
      description =
          "Report on test, val or train. If a label file marks wrong labels of train and val, also"
              + " report how many are predicted with layers skipped (test; val if the run's set has"
              + " no test images)")
  @Nullable String split;

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
      description = "Batch sizes for the measurement of speed (${DEFAULT-VALUE})")
  List<Integer> batchSizes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "Duration of each measurement of speed; 0 for none (${DEFAULT-VALUE})")
  double seconds;

  @Mixin
  SettingOptions settings = SettingOptions.ofRun("dataset", "data-dir", "skip-bad", "cache-dir");

  @Option(
      names = "--json",
      description =
          "Print one JSON object: accuracy, skip_rates, macs_saved, speed and more, with and"
              + " without skipping")
  boolean json;

  @Override
  public Integer call() {
    requireSensible();
    SkipReport report =
        SkipReporter.run(request(), settings::applyTo, DownloadProgress.forStandardError());
    if (json) {
      JsonOutput.print(report, spec.commandLine().getOut());
    } else {
      FigureText.print(report, spec.commandLine().getOut());
    }
    return ExitCode.OK;
  }

  private SkipRequest request() {
    return new SkipRequest(
        network,
        thresholds,
        calibrate ? goal() : null,
        calibrateOn.equals(TEST_HALF) ? half() : null,
        blend == null ? null : SkipBlend.named(blend),
        curve,
        out,
        split == null ? null : EvaluationSplit.named(split),
        baseline,
        batchSizes,
        seconds);
  }

  private SkipRequest.Half half() {
    return testHalf.equals("first") ? SkipRequest.Half.FIRST : SkipRequest.Half.SECOND;
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
    if (calibrateOn.equals(TEST_HALF) && split != null && !split.equals("test")) {
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
    if (out != null && !out.toString().endsWith(".csv")) {
      throw new BadInputException("--out %s: give a file that ends in .csv".formatted(out));
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
}
