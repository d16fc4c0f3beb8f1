package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.interop.Quoted;
import dev.softgate.run.RunFolder;
import dev.softgate.run.RunLock;
import dev.softgate.run.TrainRequest;
import dev.softgate.scoring.labels.LabelFilter;
import dev.softgate.study.EvaluationImages;
import dev.softgate.study.FeatureScoreReport;
import dev.softgate.study.Folds;
import dev.softgate.study.ScoreReport;
import dev.softgate.study.ScoreReporter;
import dev.softgate.study.ScoreRequest;
import dev.softgate.study.ShardReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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

/** {@code softgate score}: finds labels that seem wrong. */
@Command(
    name = "score",
    description = {
      "Find wrong labels: score the label of every training image.",
      "",
      "With --dataset and --out, and without RUN: no training is needed. A trained network"
          + " describes the images by its features, and a logistic regression on them predicts the"
          + " label of each image from the other images. The images whose labels seem wrong are"
          + " written to suspects.csv in the folder, worst first.",
      "",
      "With RUN: the scores use the training dynamics (margins, losses, forgetting, the gate) and"
          + " the trained network's predictions. They are written to scores.csv in the run's"
          + " folder, each from 0 to 1; a high score means a good label. If the true labels are"
          + " known, --details compares each score with them.",
      "",
      "The images whose labels may be wrong are written to suspects.csv, each with a reason: first"
          + " the images that stand under two labels with the same pixels, then the worst by the"
          + " score aum, at least 1000 and all flagged ones. The first are printed; a star marks"
          + " the flagged ones.",
      "",
      "With --human, the images that the run finds hard are compared with the images that people"
          + " find hard, by rank correlations, which are positive for agreement; label scores are"
          + " negated.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate score --dataset folder:photos --out suspects",
      "  softgate score --dataset folder:photos --out suspects --shard 0/4",
      "  softgate score runs/NAME",
      "  softgate score NAME --top 50",
      "  softgate score NAME --json",
      "  softgate score NAME --human cifar10h.csv",
      "  softgate score NAME --rewind",
      "  softgate score NAME --folds 5"
    })
final class ScoreCommand implements Callable<Integer> {

  private static final int REWIND_IMAGES = 2000;

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "A run's folder, or its name in runs; none with --dataset and --out.")
  @Nullable Path name;

  @Mixin
  SettingOptions settings =
      SettingOptions.ofRun("dataset", "data-dir", "labels")
          .and(null, "seed", "skip-bad", "cache-dir")
          .and("views: the whole image, in two ways, where train crops", "resize");

  @Mixin DatasetScoreOptions withoutRun = new DatasetScoreOptions();

  @Option(
      names = "--human",
      paramLabel = "FILE",
      description =
          "CIFAR-10H's votes on the test images, or CIFAR-10N's labels of the train images")
  @Nullable Path human;

  @Option(
      names = "--folds",
      paramLabel = "K",
      description =
          "Train K networks like the run, each without a K-th of the images (in folds/fold-1 and so"
              + " on in the run's folder). Confident learning then uses the network that has not"
              + " seen the image. Repeat the command to resume after an interruption."
              + " Without RUN: the parts of the cross-validation (5)")
  @Nullable Integer folds;

  @Option(
      names = "--fold-epochs",
      paramLabel = "N",
      description = "Epochs of each of these networks; the schedule is scaled (the run's)")
  @Nullable Integer foldEpochs;

  @Option(
      names = "--filter",
      paramLabel = "RULE",
      description =
          "Which labels to flag: low-self-confidence, the labels that the network finds least"
              + " probable, as many as confident learning estimates to be wrong;"
              + " low-normalized-margin, prune-by-noise-rate, prune-by-class, both,"
              + " confident-learning, predicted-neq-given, noise-model or even-noise"
              + " (low-self-confidence; even-noise without RUN)")
  String filter = LabelFilter.LOW_SELF_CONFIDENCE.text();

  @Option(
      names = "--resamples",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Resamples for the bootstrap intervals, which --human and known true labels need"
              + " (${DEFAULT-VALUE})")
  int resamples;

  @Option(
      names = "--rewind",
      description =
          "Put each unit back to each epoch kept by train --keep-every, and measure which training"
              + " images are still predicted as labeled; written to rewind.csv and rewind.svg in"
              + " the run's folder.")
  boolean rewind;

  @Option(
      names = "--rewind-images",
      paramLabel = "N",
      description =
          "Maximum number of images for --rewind, half of them with a wrong label if known ("
              + REWIND_IMAGES
              + ")")
  @Nullable Integer rewindImages;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many suspects to print, the worst first; 0 for none (${DEFAULT-VALUE})")
  int top;

  @Option(
      names = "--details",
      description = "Print all figures, which scores.json has too, instead of the suspects.")
  boolean details;

  @Option(names = "--json", description = "Print a summary of the scores as JSON.")
  boolean json;

  @Override
  public Integer call() {
    if (resamples < 1 || resamples > 1_000_000) {
      throw new BadInputException("--resamples: must be from 1 to 1000000, found " + resamples);
    }
    if (top < 0) {
      throw new BadInputException("--top: must be at least 0, found " + top);
    }
    requireFolds();
    if (name == null) {
      return scoreDataset();
    }
    withoutRun.requireNone(settings.given());
    ScoreReport report =
        ScoreReporter.run(
            new ScoreRequest(
                name,
                rule(LabelFilter.LOW_SELF_CONFIDENCE),
                human,
                folds == null ? null : this::train,
                resamples,
                rewindImages()),
            settings::applyTo,
            DownloadProgress.forStandardError());
    if (report == null) {
      return OneLineErrors.INTERRUPTED;
    }
    print(report, report);
    return ExitCode.OK;
  }

  /** Prints a report as JSON or as text. */
  private void print(Record asJson, ScoreReport asText) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(asJson, out);
    } else if (details) {
      ScoreText.printDetails(asText, out);
    } else {
      ScoreText.print(asText, top, LiveLine.columns(System.getenv("COLUMNS")), out);
    }
  }

  private int scoreDataset() {
    Map<String, Boolean> ofRuns = new LinkedHashMap<>();
    ofRuns.put("--human", human != null);
    ofRuns.put("--rewind", rewind);
    ofRuns.put("--rewind-images", rewindImages != null);
    ofRuns.put("--fold-epochs", foldEpochs != null);
    ofRuns.put("--resamples", spec.commandLine().getParseResult().hasMatchedOption("--resamples"));
    ShardReport shard = withoutRun.runShard(settings, ofRuns);
    if (shard != null) {
      ShardOptions.print(shard, json, spec.commandLine().getOut());
      return ExitCode.OK;
    }
    FeatureScoreReport report =
        withoutRun.run(settings, rule(LabelFilter.EVEN_NOISE), folds, ofRuns);
    print(report, new ScoreReport(report.out(), report.labels(), null, null));
    return ExitCode.OK;
  }

  private int rewindImages() {
    if (rewindImages == null) {
      return rewind ? REWIND_IMAGES : 0;
    }
    if (!rewind) {
      throw new BadInputException("--rewind-images: is of --rewind; give that too");
    }
    if (rewindImages < 1) {
      throw new BadInputException("--rewind-images: must be at least 1, found " + rewindImages);
    }
    return rewindImages;
  }

  private LabelFilter rule(LabelFilter absent) {
    if (!spec.commandLine().getParseResult().hasMatchedOption("--filter")) {
      return absent;
    }
    for (LabelFilter rule : LabelFilter.values()) {
      if (rule.text().equals(filter)) {
        return rule;
      }
    }
    throw new BadInputException(
        "--filter: must be one of %s, found %s"
            .formatted(
                Arrays.stream(LabelFilter.values())
                    .map(LabelFilter::text)
                    .collect(Collectors.joining(", ")),
                Quoted.quoted(filter)));
  }

  private void requireFolds() {
    if (folds != null && folds < 2) {
      throw new BadInputException("--folds: must be at least 2, found " + folds);
    }
    if (foldEpochs != null && folds == null) {
      throw new BadInputException("--fold-epochs: is of the networks of --folds; give that too");
    }
    if (foldEpochs != null && foldEpochs < 1) {
      throw new BadInputException("--fold-epochs: must be at least 1, found " + foldEpochs);
    }
  }

  private @Nullable Folds train(RunFolder run, EvaluationImages images, RunConfig config) {
    try (RunLock lock = RunLock.take(run);
        ProgressListener progress = ProgressListener.forStandardError();
        Interruption interruption = Interruption.watch(progress::clear)) {
      Folds trained =
          Folds.train(
              run,
              images,
              new TrainRequest(
                  config,
                  null,
                  List.of(progress),
                  new TrainRequest.Stopping(
                      interruption,
                      interruption.ending(spec.commandLine(), outcome -> sayHowToGoOn(), () -> {})),
                  CommandText.of(spec),
                  false,
                  ProcessGroup.alone()),
              Objects.requireNonNull(folds),
              foldEpochs,
              DownloadProgress.forStandardError());
      progress.clear();
      if (trained == null) {
        sayHowToGoOn();
      }
      return trained;
    }
  }

  private void sayHowToGoOn() {
    LoggerFactory.getLogger(ScoreCommand.class)
        .info("interrupted; continue with: {}", CommandText.of(spec));
  }
}
