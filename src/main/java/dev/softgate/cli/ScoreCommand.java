package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.HumanHardness;
import dev.softgate.engine.Compute;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.Quoted;
import dev.softgate.run.RunFolder;
import dev.softgate.run.RunLock;
import dev.softgate.run.TrainRequest;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.labels.LabelFilter;
import dev.softgate.study.EvaluationImages;
import dev.softgate.study.EvaluationSplit;
import dev.softgate.study.Folds;
import dev.softgate.study.HumanStudy;
import dev.softgate.study.LabelFigures;
import dev.softgate.study.LabelStudy;
import dev.softgate.study.LabelSummary;
import dev.softgate.study.Rewind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** {@code softgate score}: which labels seem wrong. */
@Command(
    name = "score",
    description = {
      "Score the label of every training image of a run: which ones seem wrong?",
      "",
      "From how the training went (margins, losses, forgetting, the gate) and from what the trained"
          + " network says. Written to scores.csv in the run's folder, each score from 0 to 1, high"
          + " for a good label. Where the true labels are known, each score is held to them.",
      "",
      "With --human, what the run finds hard is held to what people found hard: rank correlations,"
          + " positive where they agree; scores of labels enter with the opposite sign.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate score runs/NAME",
      "  softgate score NAME --json",
      "  softgate score NAME --human cifar10h.csv",
      "  softgate score NAME --rewind",
      "  softgate score NAME --folds 5"
    })
final class ScoreCommand implements Callable<Integer> {

  private static final int REWIND_IMAGES = 2000;

  private static final String IN_SAMPLE =
      "confident learning's part (suggested, flags, self_confidence) is in-sample: the network has"
          + " been trained on these labels, and confirms those that it has learned by heart;"
          + " --folds asks networks that have not";

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "A run's folder, or its name in runs.")
  Path name;

  @Mixin SettingOptions settings = SettingOptions.ofRun("dataset", "data-dir", "labels");

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
          "Train K networks as the run was, each without a K-th of the images (in the run's folder,"
              + " folds/fold-1 and so on), and take confident learning's part from the network that"
              + " has not seen the image; once interrupted, the same command goes on.")
  @Nullable Integer folds;

  @Option(
      names = "--fold-epochs",
      paramLabel = "N",
      description = "Epochs of each of these; the schedule is scaled (the run's)")
  @Nullable Integer foldEpochs;

  @Option(
      names = "--filter",
      paramLabel = "RULE",
      description =
          "Which labels to flag: low-self-confidence, as many as confident learning estimates to be"
              + " wrong, those that the network finds least probable; low-normalized-margin,"
              + " prune-by-noise-rate, prune-by-class, both, confident-learning or"
              + " predicted-neq-given (low-self-confidence)")
  String filter = LabelFilter.LOW_SELF_CONFIDENCE.text();

  @Option(
      names = "--resamples",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Of the bootstrap intervals, of --human and where the true labels are known"
              + " (${DEFAULT-VALUE})")
  int resamples;

  @Option(
      names = "--rewind",
      description =
          "Put each unit back to each epoch that train --keep-every kept, and measure which"
              + " training images are still classified as labeled; written to rewind.csv and"
              + " rewind.svg in the run's folder.")
  boolean rewind;

  @Option(
      names = "--rewind-images",
      paramLabel = "N",
      description =
          "At most so many images for that, half of them with a wrong label where those are known ("
              + REWIND_IMAGES
              + ")")
  @Nullable Integer rewindImages;

  @Option(names = "--json", description = "Print what the scores come to as JSON.")
  boolean json;

  @Override
  public Integer call() {
    if (resamples < 1 || resamples > 1_000_000) {
      throw new BadInputException("--resamples: must be from 1 to 1000000, found " + resamples);
    }
    requireFolds();
    LabelFilter rule = rule();
    int toRewind = rewindImages();
    RunFolder run = RunFolder.open(RunFolder.locate(name));
    AtomicFiles.requireWritable(run.scores());
    TrainedNetwork trained = TrainedNetwork.open(run.path());
    RunConfig config = settings.applyTo(trained.checkpoint().config());
    EvaluationImages images =
        EvaluationImages.load(
            trained.checkpoint(),
            config.data(),
            EvaluationSplit.TRAIN,
            DownloadProgress.forStandardError());
    HumanHardness hardness = human == null ? null : HumanHardness.read(human, images.dataset());
    Compute engine = config.execution().compute(trained.checkpoint().spec());
    Rewind rewound = null;
    if (rewind) {
      rewound = Rewind.of(run, trained, images, engine, toRewind);
      rewound.write(run.rewind());
      rewound.writeSvg(run.rewindChart());
    }
    Folds unseen = null;
    if (folds != null) {
      unseen = train(run, images, config, folds);
      if (unseen == null) {
        return OneLineErrors.INTERRUPTED;
      }
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("run", run.path().toString());
    boolean ofTest = hardness != null && hardness.ofTest();
    if (Files.exists(run.dynamics()) || folds != null || !(rewind || ofTest)) {
      LabelStudy study = LabelStudy.of(run, trained, images, engine, unseen, rule);
      study.write(run.scores());
      warnOfUnscored(images, trained.checkpoint().config());
      if (unseen == null) {
        LoggerFactory.getLogger(ScoreCommand.class).warn(IN_SAMPLE);
      }
      warnOfNoJudgment(study, unseen);
      values.put("filter", rule.text());
      add(study, run, config.optimization().seed(), values);
      if (hardness != null && !ofTest) {
        add(HumanStudy.ofTrain(hardness, study), config.optimization().seed(), values);
      }
    } else {
      LoggerFactory.getLogger(ScoreCommand.class)
          .warn("the run wrote no dynamics (--dynamics none), so its labels have no scores");
    }
    if (hardness != null && ofTest) {
      add(
          HumanStudy.ofTest(hardness, trained, images, engine),
          config.optimization().seed(),
          values);
    }
    if (rewound != null) {
      values.put("rewind", rewound.values());
    }
    if (values.containsKey("scores")) {
      LabelSummary.write(run.scoresSummary(), values);
    }
    if (json) {
      JsonOutput.print(values, spec.commandLine().getOut());
    } else {
      values.keySet().removeAll(List.of("classes", "given_by_suggested", "by_epoch"));
      FigureText.print(values, spec.commandLine().getOut());
    }
    return ExitCode.OK;
  }

  /** Adds what the scores come to. */
  private void add(
      LabelStudy study, RunFolder run, long seed, Map<String, @Nullable Object> values) {
    values.put("scores", run.scores().toString());
    values.putAll(LabelFigures.ofDataset(study));
    boolean[] wrong = study.wrong();
    if (wrong != null) {
      int count = LabelFigures.count(wrong);
      values.put("wrong_labels", count);
      if (count > 0 && count < wrong.length) {
        values.putAll(LabelFigures.againstTruth(study, wrong, resamples, seed));
      }
    }
  }

  private static void warnOfNoJudgment(LabelStudy study, @Nullable Folds unseen) {
    if (study.issues().weakness() != null) {
      LoggerFactory.getLogger(ScoreCommand.class)
          .warn(
              "no label is flagged, and how many are wrong is not estimated: {}; the ranking by"
                  + " score is all there is",
              study.issues().weakness());
    }
    List<String> few = study.classesNotJudged();
    if (!few.isEmpty()) {
      LoggerFactory.getLogger(ScoreCommand.class)
          .warn(
              "the labels of {} are not judged: {}",
              String.join(", ", few),
              unseen == null
                  ? "a class needs two images"
                  : "a class needs as many images as there are --folds");
    }
  }

  /** Whoever looks for wrong labels should know of the images that nobody looked at. */
  private static void warnOfUnscored(EvaluationImages images, RunConfig trained) {
    int unscored = images.images().count() - images.ids().length;
    List<String> ways = new ArrayList<>();
    if (trained.data().valFraction() > 0) {
      ways.add("with --val-fraction 0");
    }
    if (trained.data().limitTrain() != null) {
      ways.add("without --limit-train");
    }
    if (unscored > 0 && !ways.isEmpty()) {
      LoggerFactory.getLogger(ScoreCommand.class)
          .warn(
              "{} of {} train images have no score: the run did not train on them (held out,"
                  + " limited or left out); train {} to score them too",
              unscored,
              images.images().count(),
              String.join(" and ", ways));
    }
  }

  /** Adds what people found hard: by name for JSON, as a line and a table for a person. */
  private void add(HumanStudy people, long seed, Map<String, @Nullable Object> values) {
    Map<String, Map<String, @Nullable Double>> correlations = people.correlations(resamples, seed);
    HumanHardness found = people.human();
    int images = people.hardness().length;
    if (json) {
      Map<String, @Nullable Object> compared = new LinkedHashMap<>();
      compared.put("file", found.file().toString());
      compared.put("images", images);
      compared.put("measure", found.measure());
      compared.put("correlations", correlations);
      values.put("human", compared);
      return;
    }
    values.put("human", "%s, of %,d images in %s".formatted(found.measure(), images, found.file()));
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    correlations.forEach(
        (quantity, correlation) -> {
          Map<String, @Nullable Object> row = new LinkedHashMap<>();
          row.put("hardness", quantity);
          row.putAll(correlation);
          rows.add(row);
        });
    values.put("human_correlations", rows);
  }

  private int rewindImages() {
    if (rewindImages == null) {
      return REWIND_IMAGES;
    }
    if (!rewind) {
      throw new BadInputException("--rewind-images: is of --rewind; give that too");
    }
    if (rewindImages < 1) {
      throw new BadInputException("--rewind-images: must be at least 1, found " + rewindImages);
    }
    return rewindImages;
  }

  private LabelFilter rule() {
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

  private @Nullable Folds train(
      RunFolder run, EvaluationImages images, RunConfig config, int parts) {
    try (RunLock lock = RunLock.take(run);
        ProgressListener progress = ProgressListener.forStandardError();
        Interruption interruption = Interruption.watch(progress)) {
      Folds trained =
          Folds.train(
              run,
              images,
              new TrainRequest(
                  config,
                  null,
                  List.of(progress),
                  interruption,
                  CommandText.of(spec),
                  interruption.ending(spec.commandLine(), outcome -> sayHowToGoOn())),
              parts,
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
