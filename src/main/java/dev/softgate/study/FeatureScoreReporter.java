package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.SoftgateVersion;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.LabelFile;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.ReportJson;
import dev.softgate.run.FeatureNetwork;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.RunFolder;
import dev.softgate.run.Shard;
import dev.softgate.scoring.features.Features;
import dev.softgate.scoring.features.OutOfSample;
import dev.softgate.scoring.labels.LabelIssues;
import dev.softgate.scoring.statistics.Ranking;
import dev.softgate.scoring.statistics.RankingMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code score --dataset}: features of a trained network, probabilities from a cross-validated
 * logistic regression on them, confident learning, and the files of a run's scores in a folder.
 */
public final class FeatureScoreReporter {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureScoreReporter.class);

  private final FeatureScoreRequest request;
  private final RunConfig config;
  private final RunFolder out;

  private FeatureScoreReporter(FeatureScoreRequest request, RunConfig config) {
    this.request = request;
    this.config = config;
    this.out = new RunFolder(request.out());
  }

  /**
   * Carries out a request.
   *
   * @param config the data set, its labels, how its images are resized, the way of computing, and
   *     the seed of the folds
   * @throws BadInputException if the set cannot be read or judged, or the folder cannot be written
   */
  public static FeatureScoreReport run(
      FeatureScoreRequest request, RunConfig config, DownloadListener downloads) {
    FeatureScoreReporter reporter = new FeatureScoreReporter(request, config);
    reporter.requireFolder();
    if (request.collect()) {
      reporter.shards().all(); // before images are read
    }
    try (FeatureSource source = FeatureSource.open(request.features())) {
      reporter.requireNetwork(source, request.collect());
      if (source.stored() != null) {
        source.stored().requireEffect(request.given(), config.data().resize());
      }
      Dataset dataset = Datasets.load(reporter.set(source), downloads);
      return reporter.report(source, dataset, downloads);
    }
  }

  /**
   * Computes the features of a shard of the images, for a request with {@code collect}. Image files
   * of other shards are not read.
   *
   * @param config as for {@link #run}; labels and folds have no effect
   * @throws BadInputException if the set cannot be read, or the folder cannot be written
   */
  public static ShardReport runShard(
      FeatureScoreRequest request, Shard shard, RunConfig config, DownloadListener downloads) {
    FeatureScoreReporter reporter = new FeatureScoreReporter(request, config);
    reporter.requireFolder();
    Path file = reporter.shards().writable(shard);
    FeatureSource source = FeatureSource.open(request.features());
    reporter.requireNetwork(source, true);
    FeatureNetwork network = source.requireNetwork();
    Dataset dataset =
        Datasets.loadSome(
            reporter.set(source), position -> shard.owns(position / Evaluator.BATCH), downloads);
    Compute compute = config.execution().compute(network.checkpoint().spec());
    Map<String, String> settings = reporter.settings(network);
    settings.putAll(Computed.of(compute).settings());
    try (OpenNetwork opened = OpenNetwork.of(network.checkpoint(), compute)) {
      List<JudgedImages.Part> own =
          JudgedImages.parts(dataset, request.split()).stream()
              .map(part -> part.owned(shard))
              .toList();
      int dimensions = Math.multiplyExact(reporter.views(), source.dimensions());
      FeatureFile.write(
          file,
          dimensions,
          settings,
          (matrix, images) -> {
            for (JudgedImages.Part part : own) {
              part.addTo(matrix, images, opened.evaluator(), reporter.views());
            }
            return Map.of();
          });
      int count = own.stream().mapToInt(part -> part.ids().length).sum();
      return new ShardReport(request.out(), shard.toString(), file, count, 0);
    }
  }

  /** Refuses features of a file where features are computed. */
  private void requireNetwork(FeatureSource source, boolean computes) {
    if (source.network() == null && computes) {
      throw new BadInputException(
          "{features} %s: has the features of all images; omit --shard and --collect",
          source.name());
    }
  }

  private ShardFiles shards() {
    return new ShardFiles(out.path(), "features", "safetensors");
  }

  /** What the features depend on, by name. */
  private Map<String, String> settings(FeatureNetwork network) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Softgate's version", SoftgateVersion.current());
    settings.put("--features", network.sha256());
    settings.put("--split", request.split().text());
    for (String key : List.of("dataset", "resize", "skip-bad", "engine", "precision")) {
      settings.put("--" + key, Objects.requireNonNull(config.texts().get(key)));
    }
    if (config.data().dataset().equals("synthetic")) { // its images follow from the seed
      settings.put("--seed", Long.toString(config.optimization().seed()));
    }
    return settings;
  }

  /** V. */
  private int views() {
    return config.data().resize().views();
  }

  private CollectedFeatures features(FeatureSource source, JudgedImages images) {
    StoredFeatures stored = source.stored();
    if (stored != null) {
      return new CollectedFeatures(stored.read(images.parts()), stored.computed());
    }
    FeatureNetwork network = source.requireNetwork();
    if (request.collect()) {
      int dimensions = Math.multiplyExact(views(), source.dimensions());
      return CollectedFeatures.of(shards(), settings(network), images, dimensions);
    }
    Compute compute = config.execution().compute(network.checkpoint().spec());
    try (OpenNetwork opened = OpenNetwork.of(network.checkpoint(), compute)) {
      return new CollectedFeatures(
          images.features(opened.evaluator(), views()), Computed.of(compute));
    }
  }

  private void requireFolder() {
    if (Files.exists(out.checkpoints())) {
      throw new BadInputException(
          "{out} %s is a run, which has files of these names; choose another folder"
              .formatted(out.path()));
    }
    try {
      Files.createDirectories(out.path());
    } catch (IOException e) {
      throw new BadInputException(
          "{out} %s: a folder cannot be made there; choose another".formatted(out.path()), e);
    }
    AtomicFiles.requireWritableFolder(out.path());
  }

  private DatasetRequest set(FeatureSource source) {
    DatasetRequest asked = config.data().request(config.optimization().seed());
    return source.images(asked.unlimited(), config.data().resize());
  }

  private FeatureScoreReport report(FeatureSource source, Dataset dataset, Progress progress) {
    Path labels = config.data().labels();
    JudgedImages images =
        JudgedImages.of(
            dataset, request.split(), labels == null ? null : LabelFile.read(labels, dataset));
    if (images.count() < request.folds()) {
      throw new BadInputException(
          "{folds} %d: there are %d images to judge; use fewer folds"
              .formatted(request.folds(), images.count()));
    }
    Boolean seen = source.saw(dataset);
    say(source, images, seen);
    CollectedFeatures collected = features(source, images);
    Computed computed = collected.computed();
    Features features =
        collected.features().withoutEqualViews(source.views(config.data().resize()));
    int views = features.dimensions() / source.dimensions();
    long seed = config.optimization().seed();
    OutOfSample model =
        OutOfSample.of(
            new OutOfSample.Labeled(
                features, views, images.given(), images.same().groups(), images.classes()),
            new OutOfSample.Options(request.folds(), seed, config.execution().cores()),
            progress);
    FeatureScores scores =
        FeatureScores.of(images, features, model, request.folds(), request.filter());
    int[] worst = scores.worst();
    scores.write(out.scores());
    SuspectsTable.write(out.suspects(), scores.suspects(worst));
    Path neighbors = out.path().resolve("neighbors.csv");
    NeighborsTable.write(neighbors, images, scores.unit(), worst, scores.issues().suggested());
    AtomicFiles.writeString(out.config(), config.toYaml());
    FeatureScoreReport report =
        new FeatureScoreReport(
            out.path(),
            labels(scores),
            neighbors,
            new FeatureScoreReport.Provenance(
                dataset.name(),
                dataset.sha256(),
                request.split().text(),
                new FeatureScoreReport.Network(
                    source.name(),
                    source.sha256(),
                    source.dimensions(),
                    views,
                    seen,
                    computed == null ? null : computed.engine(),
                    computed == null ? null : computed.precision(),
                    computed == null ? null : computed.threads()),
                request.folds(),
                seed,
                model.penalty(),
                model.heldOutLoss(),
                model.leftOut()));
    AtomicFiles.writeString(out.scoresSummary(), ReportJson.pretty(report));
    warn(scores);
    return report;
  }

  private void say(FeatureSource source, JudgedImages images, @Nullable Boolean seen) {
    LOG.info(
        "{} images, {} features of {}",
        images.count(),
        source.dimensions(),
        source.name().equals(FeatureNetwork.BUILT_IN)
            ? "the built-in network (name another with --features)"
            : source.name());
    if (seen == null || (seen && request.split() != JudgedSplit.TEST)) {
      LOG.warn(
          "the network of --features {} trained on these images: where it has memorized wrong"
              + " labels, it confirms them",
          seen == null ? "may have been" : "was");
    }
  }

  private ScoreReport.Labels labels(FeatureScores scores) {
    JudgedImages images = scores.images();
    LabelIssues issues = scores.issues();
    Map<String, @Nullable Double> byClass = new LinkedHashMap<>();
    for (int k = 0; k < images.classes(); k++) {
      double noise = issues.noiseByGiven()[k];
      byClass.put(images.classNames().get(k), Double.isNaN(noise) ? null : noise);
    }
    boolean[] wrong = images.wrong();
    int count = wrong == null ? 0 : LabelFigures.count(wrong);
    return new ScoreReport.Labels(
        request.filter().text(),
        out.scores(),
        out.suspects(),
        images.count(),
        0,
        "out-of-sample",
        issues.weakness(),
        issues.count(),
        issues.noiseRate(),
        issues.mostNoise(),
        byClass,
        images.classNames(),
        scores.classesNotJudged(),
        scores.confusion(),
        Map.of(),
        null,
        wrong == null ? null : count,
        wrong == null || count == 0 || count == wrong.length ? null : truth(scores, wrong, count));
  }

  private static ScoreReport.Truth truth(FeatureScores scores, boolean[] wrong, int count) {
    return new ScoreReport.Truth(
        scores.scores().entrySet().stream()
            .map(
                score -> {
                  int top = Math.min(100, count);
                  RankingMetrics metrics = new Ranking(score.getValue(), wrong, top).metrics();
                  Map<String, Double> measures = new LinkedHashMap<>();
                  measures.put("auroc", metrics.auroc());
                  measures.put("average_precision", metrics.averagePrecision());
                  measures.put("precision_at_" + top, metrics.top().get(0).precision());
                  return new ScoreReport.ScoreRow(score.getKey(), measures);
                })
            .toList(),
        List.of(),
        List.of());
  }

  private static void warn(FeatureScores scores) {
    if (scores.issues().weakness() != null) {
      LOG.warn(
          "no label is flagged, and how many are wrong is not estimated: {}; the ranking by score"
              + " is all there is",
          Objects.requireNonNull(scores.issues().weakness()));
    }
    List<String> few = scores.classesNotJudged();
    if (!few.isEmpty()) {
      LOG.warn(
          "the labels of {} are not judged: a class needs as many images as there are folds",
          String.join(", ", few));
    }
  }
}
