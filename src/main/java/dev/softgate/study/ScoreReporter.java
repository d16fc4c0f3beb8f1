package dev.softgate.study;

import dev.softgate.config.DataConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.HumanHardness;
import dev.softgate.data.SplitKind;
import dev.softgate.engine.Compute;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.run.RunFolder;
import dev.softgate.run.TrainedNetwork;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code score}: scores the labels of a run's training images, puts units back to earlier
 * epochs, and compares the run with people.
 */
public final class ScoreReporter {

  private static final Logger LOG = LoggerFactory.getLogger(ScoreReporter.class);

  private static final String IN_SAMPLE =
      "confident learning's part (suggested, flags, self_confidence) is in-sample: the network has"
          + " been trained on these labels, and confirms labels that it has memorized;"
          + " with folds, networks judge images that they were not trained on";

  private final ScoreRequest request;
  private final RunFolder run;
  private final TrainedNetwork trained;
  private final RunConfig config;
  private final EvaluationImages images;
  private final Compute compute;

  private ScoreReporter(
      ScoreRequest request,
      RunFolder run,
      UnaryOperator<RunConfig> settings,
      DownloadListener downloads) {
    this.request = request;
    this.run = run;
    this.trained = TrainedNetwork.open(run.path());
    this.config = settings.apply(trained.checkpoint().config());
    this.images =
        EvaluationImages.load(
            trained.checkpoint(), config.data(), EvaluationSplit.TRAIN, downloads);
    this.compute = config.execution().compute(trained.checkpoint().spec());
  }

  /**
   * Carries out a request, and writes the tables and the report into the run's folder.
   *
   * @param settings changes the run's configuration: the data set and the way of computing
   * @return null if the training of folds was asked to stop
   * @throws dev.softgate.BadInputException if the run cannot be scored or put back
   */
  public static @Nullable ScoreReport run(
      ScoreRequest request, UnaryOperator<RunConfig> settings, DownloadListener downloads) {
    RunFolder run = RunFolder.open(RunFolder.locate(request.run()));
    AtomicFiles.requireWritable(run.scores());
    return new ScoreReporter(request, run, settings, downloads).report();
  }

  private @Nullable ScoreReport report() {
    HumanHardness people =
        request.human() == null ? null : HumanHardness.read(request.human(), images.dataset());
    List<ScoreReport.RewindRow> rewound = request.rewindImages() > 0 ? rewind() : null;
    Folds folds = null;
    if (request.folds() != null) {
      folds = request.folds().train(run, images, config);
      if (folds == null) {
        return null;
      }
    }
    boolean ofTest = people != null && people.ofTest();
    LabelStudy study = null;
    if (Files.exists(run.dynamics()) || folds != null || !(rewound != null || ofTest)) {
      study = score(folds);
    } else {
      LOG.warn("the run wrote no dynamics (dynamics none), so its labels have no scores");
    }
    long seed = config.optimization().seed();
    HumanStudy compared =
        people == null
            ? null
            : ofTest
                ? HumanStudy.ofTest(people, trained, images, compute)
                : study == null ? null : HumanStudy.ofTrain(people, study);
    ScoreReport report =
        new ScoreReport(
            run.path(),
            study == null
                ? null
                : ScoreReport.Labels.of(study, run, request.filter(), request.resamples(), seed),
            compared == null ? null : ScoreReport.Human.of(compared, request.resamples(), seed),
            rewound);
    if (study != null) {
      LabelSummary.write(run.scoresSummary(), report);
    }
    return report;
  }

  private List<ScoreReport.RewindRow> rewind() {
    Rewind rewound = Rewind.of(run, trained, images, compute, request.rewindImages());
    rewound.write(run.rewind());
    rewound.writeSvg(run.rewindChart());
    return rewound.figures();
  }

  private LabelStudy score(@Nullable Folds folds) {
    LabelStudy study = LabelStudy.of(run, trained, images, compute, folds, request.filter());
    study.write(run.scores());
    SuspectsTable.write(run.suspects(), StudySuspects.of(study));
    warnOfUnscored();
    if (folds == null) {
      LOG.warn(IN_SAMPLE);
    }
    if (study.issues().weakness() != null) {
      LOG.warn(
          "no label is flagged, and how many are wrong is not estimated: {}; the ranking by score"
              + " is all there is",
          study.issues().weakness());
    }
    List<String> few = study.classesNotJudged();
    if (!few.isEmpty()) {
      LOG.warn(
          "the labels of {} are not judged: {}",
          String.join(", ", few),
          folds == null
              ? "a class needs two images"
              : "a class needs as many images as there are folds");
    }
    return study;
  }

  /** Warns that images without a score may have wrong labels too. */
  private void warnOfUnscored() {
    int unscored = images.images().count() - images.ids().length;
    List<String> ways = new ArrayList<>();
    DataConfig data = trained.checkpoint().config().data();
    if (data.holdsOut()) {
      ways.add(
          "with "
              + (data.split() == SplitKind.GIVEN ? "split seeded and " : "")
              + "val-fraction 0");
    }
    if (data.limitTrain() != null) {
      ways.add("without limit-train");
    }
    if (unscored > 0 && !ways.isEmpty()) {
      LOG.warn(
          "{} of {} train images have no score: the run did not train on them (held out, limited"
              + " or left out); train {} to score them too",
          unscored,
          images.images().count(),
          String.join(" and ", ways));
    }
  }
}
