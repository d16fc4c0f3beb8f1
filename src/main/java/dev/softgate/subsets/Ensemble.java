package dev.softgate.subsets;

import dev.softgate.BadInputException;
import dev.softgate.config.Affects;
import dev.softgate.config.ConfigKey;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.EnsembleDraw;
import dev.softgate.data.LabelFile;
import dev.softgate.engine.Compute;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.run.AbsolutePaths;
import dev.softgate.sweep.Combination;
import dev.softgate.sweep.Sweep;
import dev.softgate.sweep.SweepListener;
import dev.softgate.sweep.SweepOutcome;
import dev.softgate.sweep.SweepPlan;
import dev.softgate.sweep.SweepRun;
import dev.softgate.sweep.SweepTrainer;
import dev.softgate.training.TrainingData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An ensemble: networks of one configuration, each trained on a random subset of the images with a
 * seed of its own. A network is a run of a {@link Sweep} with a label file that leaves out the
 * images that are not in its subset; what is stopped is continued from its checkpoint.
 *
 * <p>All runs compute alike, on one thread unless the configuration says otherwise: how many are
 * trained at once changes no bit.
 */
public final class Ensemble {

  private final SubsetsRequest request;
  private final EnsembleFolder folder;
  private final RunConfig config;
  private final TrainingData data;
  private final int[] pool;
  private final List<BitSet> subsets;

  private Ensemble(SubsetsRequest request, RunConfig config, TrainingData data) {
    this.request = request;
    this.folder = new EnsembleFolder(request.out());
    this.config = config;
    this.data = data;
    this.pool = pool(data);
    this.subsets =
        EnsembleDraw.subsets(
            pool.length, request.fraction(), request.models(), config.optimization().seed());
  }

  private static int[] pool(TrainingData data) {
    return Arrays.stream(data.train()).sorted().toArray();
  }

  /**
   * Loads the images and draws the subsets. Writes nothing that an existing ensemble has.
   *
   * @throws BadInputException if the networks that are there were trained with other settings or on
   *     other images, or a network would start from one that has seen all images
   */
  public static Ensemble open(SubsetsRequest request, DownloadListener downloads) {
    requireUnseen(request.config());
    EnsembleFolder folder = new EnsembleFolder(request.out());
    boolean begun = Files.exists(folder.record());
    RunConfig asked = AbsolutePaths.of(request.config());
    RunConfig config = begun ? continued(RunConfig.read(folder.config()), asked, folder) : asked;
    TrainingData data = TrainingData.load(config, downloads);
    if (data.train().length < 2) {
      throw new BadInputException("subsets need at least 2 images to draw from, found 1");
    }
    EnsembleRecord record =
        new EnsembleRecord(
            request.fraction(),
            data.train().length,
            data.dataset().classNames(),
            data.dataset().sha256());
    if (begun) {
      record.requireSameAs(EnsembleRecord.read(folder.record()), request.out());
    } else {
      config = decided(config, data);
      folder.prepare();
      AtomicFiles.writeString(folder.config(), config.toYaml());
      record.write(folder.record()); // last: with it, the ensemble is begun
    }
    return new Ensemble(request, config, data);
  }

  /** Rejects networks that start or learn from another one, which may have seen all images. */
  private static void requireUnseen(RunConfig config) {
    if (!config.optimization().init().equals("scratch")) {
      throw new BadInputException(
          "{init} %s: that network may have seen all images; use {init} scratch",
          config.optimization().init());
    }
    if (config.skipping().distill() != null) {
      throw new BadInputException("{distill}: that network may have seen all images; leave it out");
    }
  }

  /** Leaves nothing open that could make networks compute differently. */
  private static RunConfig decided(RunConfig config, TrainingData data) {
    int threads = Math.max(1, config.execution().threads());
    Compute compute =
        config
            .with(Map.of("threads", Integer.toString(threads)))
            .execution()
            .compute(config.model().spec(data.dataset().classes()));
    Map<String, String> values = new LinkedHashMap<>();
    values.put("threads", Integer.toString(threads));
    values.put("engine", compute.engine().text());
    values.put("precision", compute.precision().text());
    if (config.execution().canvas().equals(Compute.AUTO)) {
      values.put("canvas", "none"); // the fastest one depends on the moment
    }
    return config.with(values);
  }

  /**
   * The recorded configuration, with the request's locations of input and settings of a session.
   */
  private static RunConfig continued(RunConfig recorded, RunConfig asked, EnsembleFolder folder) {
    Map<String, String> before = recorded.texts();
    Map<String, String> now = asked.texts();
    String others =
        Settings.all().stream()
            .filter(key -> key.affects(Affects.RESULT) || key.affects(Affects.ROUNDING))
            .map(ConfigKey::name)
            .filter(key -> !now.getOrDefault(key, "").equals(before.get(key)))
            .filter(key -> !isOpen(key, now.getOrDefault(key, "")))
            .map(key -> "{" + key + "} " + BadInputException.verbatim(before.get(key)))
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      throw new BadInputException(
          "%s was begun with %s; use the same settings, or another --out"
              .formatted(BadInputException.verbatim(folder.path()), others));
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (ConfigKey key : Settings.all()) {
      if (key.affects(Affects.INPUT) || key.affects(Affects.SESSION)) {
        values.put(key.name(), now.getOrDefault(key.name(), "none"));
      }
    }
    return recorded.with(values);
  }

  private static boolean isOpen(String key, String text) {
    return text.equals(Compute.AUTO) || (key.equals("threads") && text.equals("0"));
  }

  /** The ensemble's folder of runs, for progress. */
  public EnsembleFolder folder() {
    return folder;
  }

  /**
   * Trains the networks of the shard that are missing, and keeps their predictions.
   *
   * @param stop whether to save and end
   */
  public SweepOutcome train(SweepTrainer trainer, SweepListener listener, BooleanSupplier stop)
      throws InterruptedException {
    SweepPlan plan = plan();
    ModelPredictor predictor =
        new ModelPredictor(folder, data, pool, subsets, request.keepWeights());
    predictMissing(predictor, plan, stop);
    SweepOutcome outcome =
        Sweep.train(
            plan,
            folder.models(),
            new Sweep.Options(request.jobs(), request.shard(), request.retryFailed()),
            predictor.after(trainer),
            listener,
            stop);
    predictMissing(predictor, plan, stop); // of networks that another process trained
    return outcome;
  }

  private void predictMissing(ModelPredictor predictor, SweepPlan plan, BooleanSupplier stop) {
    for (int model = 0; model < request.models() && !stop.getAsBoolean(); model++) {
      if (request.shard().owns(model)) {
        predictor.predict(plan.runs().get(model), folder.models());
      }
    }
  }

  private SweepPlan plan() {
    Combination all = new Combination("subsets", Map.of(), config, List.of());
    List<SweepRun> runs =
        IntStream.range(0, request.models())
            .mapToObj(model -> new SweepRun(all, config(model), "", EnsembleFolder.name(model)))
            .toList();
    writeLabels();
    return new SweepPlan(
        "subsets", "# see config.yaml in the folder above\n", 1, List.of(all), runs, List.of());
  }

  /** The labels that a network is trained on: empty for images that are not in its subset. */
  private void writeLabels() {
    int count = data.dataset().train().count();
    BitSet kept = new BitSet(count);
    Arrays.stream(data.validation()).forEach(kept::set);
    for (int model = 0; model < request.models(); model++) {
      Path file = folder.labels(model);
      if (request.shard().owns(model) && !Files.exists(file)) {
        BitSet own = (BitSet) kept.clone();
        subsets.get(model).stream().forEach(place -> own.set(pool[place]));
        AtomicFiles.writeString(
            file,
            LabelFile.subsetText(
                own, data.labels() == null ? null : data.labels().given(), data.dataset()));
      }
    }
  }

  private RunConfig config(int model) {
    long seed = config.optimization().seed();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("seed", Long.toString(EnsembleDraw.seed(seed, model)));
    values.put("data-seed", Long.toString(config.data().seed(seed)));
    values.put("labels", AbsolutePaths.of(folder.labels(model)));
    values.put("drop-suspects", "none"); // the label file leaves them out
    values.put("scores", "none");
    values.put("fold", "none");
    values.put("dynamics", "none");
    values.put("keep-every", "0");
    values.put("test-every", "0");
    values.put("time-limit", "none");
    return config.with(values);
  }
}
