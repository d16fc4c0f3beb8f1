package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
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
import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code skip}: chooses and stores thresholds, evaluates the skipping network, and compares it
 * with the whole network and a baseline.
 */
public final class SkipReporter {

  private static final Logger LOG = LoggerFactory.getLogger(SkipReporter.class);

  private static final String OF_TEST = " half of test";

  private final SkipRequest request;
  private final TrainedNetwork trained;
  private final Checkpoint checkpoint;
  private final RunConfig config;
  private final DownloadListener downloads;

  private SkipReporter(
      SkipRequest request,
      TrainedNetwork trained,
      UnaryOperator<RunConfig> settings,
      DownloadListener downloads) {
    this.request = request;
    this.trained = trained;
    this.checkpoint = trained.checkpoint();
    this.config = settings.apply(checkpoint.config());
    this.downloads = downloads;
  }

  /**
   * Carries out a request. The run is locked while its thresholds are chosen.
   *
   * @param settings changes the run's configuration: the data set and the way of computing
   * @throws BadInputException if the network has nothing to skip, no thresholds reach the goal, or
   *     there are no images to choose them on
   */
  public static SkipReport run(
      SkipRequest request, UnaryOperator<RunConfig> settings, DownloadListener downloads) {
    RunFolder run = request.calibrates() ? RunFolder.ofNetwork(request.network()) : null;
    try (RunLock lock = run == null ? null : RunLock.take(run)) {
      TrainedNetwork trained = TrainedNetwork.open(request.network());
      return new SkipReporter(request, trained, settings, downloads).report();
    }
  }

  private SkipReport report() {
    requireFinished();
    FileTime written = lastWritten(trained.file());
    SkipSetting given = given();
    if (given == null && !request.chooses()) {
      throw new BadInputException(
          trained.file() + " holds no thresholds; give {threshold}, {calibrate} or {curve}");
    }
    Path table = request.curve() ? table() : null;
    if (table != null) {
      AtomicFiles.requireWritable(table);
    }
    if (request.calibrates()) {
      AtomicFiles.requireWritable(trained.file());
    }
    Compute compute = config.execution().compute(checkpoint.spec());
    Path baseline = request.baseline();
    try (SkipStudy study = new SkipStudy(trained, compute);
        SkipBaseline other =
            baseline == null ? null : SkipBaseline.open(baseline, study, compute)) {
      Images images = images();
      EvaluationImages reported = images.report();
      SkipStudy.Calibration calibration =
          request.goal() == null
              ? null
              : study.calibrate(images.choice(), choiceName(), blend(), request.goal());
      SkipSetting setting = calibration == null ? given : calibration.setting();
      if (setting != null) {
        warnOfImagesChosenOn(setting, reported.split());
      }
      Predictions whole = study.whole(reported);
      SkipReport.Skipping skipping = setting == null ? null : skipping(study, reported, setting);
      if (calibration != null) { // before the speed, which can fail for a large batch
        store(calibration.setting(), written);
      }
      SkipTiming timing =
          request.seconds() > 0 ? new SkipTiming(study, reported, request.seconds()) : null;
      boolean timed = setting != null && timing != null;
      return new SkipReport(
          subject(reported, compute),
          whole.metrics().accuracy(),
          SkipReport.WrongWithoutSkipping.of(reported.wrongLabels(whole)),
          study.cost(reported).macs(),
          SkipReport.MACS_CONVENTION,
          calibration == null
              ? null
              : SkipReport.Calibration.of(calibration, study.cost(images.choice())),
          skipping,
          other == null ? null : other.figures(reported, skipping == null ? null : skipping.macs()),
          timed ? SkipReport.SPEED_CONVENTION : null,
          setting != null && timing != null
              ? timing.atBatchSizes(request.batchSizes(), setting, other)
              : null,
          table == null
              ? null
              : curve(
                  SkipCurve.of(study, images.choice(), reported, whole.metrics().accuracy()),
                  table,
                  timing));
    }
  }

  private SkipReport.Subject subject(EvaluationImages images, Compute compute) {
    return new SkipReport.Subject(
        trained.file(),
        images.dataset().name(),
        images.split().text(),
        images.ids().length,
        checkpoint.spec().gate().stages(),
        compute.engine().text(),
        compute.precision().text(),
        compute.threads());
  }

  private static SkipReport.Skipping skipping(
      SkipStudy study, EvaluationImages images, SkipSetting setting) {
    SkippingEvaluator.Result result = study.skipping(images, setting);
    return SkipReport.Skipping.of(
        setting, result, study.cost(images), images.wrongLabels(result.predictions()));
  }

  private SkipReport.Curve curve(SkipCurve points, Path table, @Nullable SkipTiming timing) {
    String name = Objects.requireNonNull(table.getFileName()).toString();
    Path chart = table.resolveSibling(name.substring(0, name.length() - ".csv".length()) + ".svg");
    points.writeCsv(table);
    points.writeSvg(chart);
    return new SkipReport.Curve(
        table, chart, timing == null ? null : timing.atForcedRates(blend()));
  }

  private static FileTime lastWritten(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new BadInputException("cannot read " + file, e);
    }
  }

  /** Writes the thresholds into the checkpoint, unless a training has replaced it meanwhile. */
  private void store(SkipSetting setting, FileTime written) {
    if (!lastWritten(trained.file()).equals(written)) {
      throw new BadInputException(
          "%s has been written to since it was read, so the thresholds chosen are not stored; calibrate again when its run has finished"
              .formatted(trained.file()));
    }
    checkpoint.withSkipping(setting).write(trained.file());
    LOG.info("stored the thresholds in {}", trained.file());
  }

  /**
   * Refuses an unfinished run: a training would resume from its last checkpoint, including
   * thresholds.
   */
  private void requireFinished() {
    if (request.calibrates()
        && trained.file().endsWith("last.safetensors")
        && checkpoint.progress().epoch() < checkpoint.config().optimization().epochs()) {
      throw new BadInputException(
          "%s is what the run goes on from, so {calibrate} cannot store thresholds there; resume the run first, or name checkpoints/best.safetensors"
              .formatted(trained.file()));
    }
  }

  /** The images that thresholds are chosen on, if any, and the reported images. */
  private record Images(EvaluationImages choice, EvaluationImages report) {}

  private Images images() {
    SkipRequest.Half half = request.half();
    if (half != null) {
      EvaluationImages test = load(null);
      if (test.split() != EvaluationSplit.TEST) {
        throw new BadInputException(
            "{calibrate-on} test-half: %s has no test images; choose on the validation images, {calibrate-on} val"
                .formatted(test.dataset().name()));
      }
      boolean first = half == SkipRequest.Half.FIRST;
      return new Images(SkipStudy.half(test, first), SkipStudy.half(test, !first));
    }
    if (!request.chooses()) {
      EvaluationImages all = load(request.split());
      return new Images(all, all);
    }
    EvaluationImages report = load(request.split());
    requireValidation(report.dataset().test().count() > 0);
    warnOfImagesTrainedOn();
    return report.split() == EvaluationSplit.VAL
        ? new Images(report, report)
        : new Images(load(EvaluationSplit.VAL), report);
  }

  private void requireValidation(boolean tested) {
    if (!checkpoint.config().data().holdsOut()) {
      throw new BadInputException(
          "the run held no validation images out ({val-fraction} 0); "
              + (tested
                  ? "choose thresholds on half of the test images with {calibrate-on} test-half"
                  : "without test images too, give thresholds with {threshold}"));
    }
    String own = checkpoint.config().data().dataset();
    if (!config.data().dataset().equals(own)) {
      throw new BadInputException(
          "{dataset} %s: the run's validation images are of %s; choose thresholds on half of the test images with {calibrate-on} test-half"
              .formatted(config.data().dataset(), own));
    }
  }

  private EvaluationImages load(@Nullable EvaluationSplit part) {
    return EvaluationImages.load(checkpoint, config.data(), part, downloads);
  }

  /** The name of the images that thresholds are chosen on. */
  private String choiceName() {
    SkipRequest.Half half = request.half();
    return half == null ? "val" : half.name().toLowerCase(Locale.ROOT) + OF_TEST;
  }

  /** Warns that thresholds fit the images they were chosen on better than others. */
  private void warnOfImagesChosenOn(SkipSetting setting, EvaluationSplit reported) {
    String chosenOn = setting.chosenOn();
    if (chosenOn == null) {
      return;
    }
    boolean again =
        chosenOn.endsWith(OF_TEST)
            ? reported == EvaluationSplit.TEST && !chosenOn.equals(choiceName())
            : reported == EvaluationSplit.VAL;
    if (again) {
      LOG.warn(
          "the thresholds were chosen on images among these ({}), so the accuracy with skipping is"
              + " too good",
          chosenOn);
    }
  }

  private void warnOfImagesTrainedOn() {
    Path origin = TrainedNetwork.originThatSawValidation(checkpoint);
    if (origin != null) {
      LOG.warn(
          "the run began from {}, which may have trained on the validation images; choose on"
              + " images that no training has seen (calibrate-on test-half)",
          origin);
    }
  }

  private SkipBlend blend() {
    SkipBlend blend = request.blend();
    SkipSetting stored = checkpoint.skipping();
    return blend != null ? blend : stored == null ? SkipBlend.HARD : stored.blend();
  }

  /** The request's thresholds, or else the checkpoint's. */
  private @Nullable SkipSetting given() {
    GateSpec gate = checkpoint.spec().gate();
    int classes = checkpoint.data().classNames().size();
    if (request.thresholds() != null) {
      return SkipSetting.given(request.thresholds(), blend(), gate, classes);
    }
    SkipSetting stored = checkpoint.skipping();
    return stored == null
        ? null
        : new SkipSetting(stored.thresholds(), blend(), stored.chosenOn())
            .requireFor(gate, classes);
  }

  /** The file of the curve. */
  private Path table() {
    if (request.curveFile() != null) {
      return request.curveFile();
    }
    RunFolder run = RunFolder.around(trained.file());
    if (run == null) {
      throw new BadInputException(
          trained.file()
              + " lies in no run's folder; say where the curve goes with {out} FILE.csv");
    }
    return run.skipCurve();
  }
}
