package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.Decoding;
import dev.softgate.data.Normalization;
import dev.softgate.data.Resize;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.model.BaselineInitialization;
import dev.softgate.model.Freezing;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.model.ShortcutKind;
import dev.softgate.model.StemInit;
import dev.softgate.model.UnitsInit;
import dev.softgate.model.WhitenedStem;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The weights that a run starts from, {@code --init}: drawn from its seed, or trained before. */
final class InitialWeights {

  /** The normalization of a run that names none. */
  private static final String PUBLISHED = "published";

  /**
   * As many images give the patches of a whitened stem as in the source of {@link WhitenedStem}.
   */
  private static final int WHITENED_IMAGES = 5000;

  private final @Nullable TrainedNetwork baseline;
  private final boolean featuresOnly;

  private InitialWeights(@Nullable TrainedNetwork baseline, boolean featuresOnly) {
    this.baseline = baseline;
    this.featuresOnly = featuresOnly;
  }

  /**
   * Opens the network that a configuration starts from, if any.
   *
   * @throws BadInputException if it is missing or damaged
   */
  static InitialWeights of(RunConfig config) {
    Path path = config.optimization().trainedNetwork();
    return new InitialWeights(
        path == null ? null : TrainedNetwork.open(path), config.optimization().takesFeatures());
  }

  /**
   * The configuration with the size of the baseline's images where it leaves the size open.
   *
   * @param config before any image is read
   */
  RunConfig sized(RunConfig config) {
    if (baseline == null || !config.data().imageSize().equals(Decoding.AUTO)) {
      return config;
    }
    Checkpoint trained = baseline.checkpoint();
    return config.with(Map.of("image-size", trained.decoding(trained.config().data()).imageSize()));
  }

  /**
   * The configuration with the baseline's normalization, which its weights expect, unless it names
   * another one than the published.
   */
  RunConfig normalized(RunConfig config, TrainingData data) {
    if (baseline == null || !config.data().normalization().equals(PUBLISHED)) {
      return config;
    }
    Normalization expected = baseline.checkpoint().data().normalization();
    return expected.sameAs(data.normalization())
        ? config
        : config.with(Map.of("normalization", expected.text()));
  }

  /**
   * Gives an untrained network these weights.
   *
   * @param config the run's; its images are {@code data}
   * @return where they are from, what was taken, what of the images is unlike the images of that
   *     training, and what is frozen, for the log
   * @throws BadInputException if the baseline's do not fit, or the network then predicts NaN
   */
  List<String> load(ResNet network, RunConfig config, TrainingData data) {
    List<String> lines = new ArrayList<>();
    if (baseline == null) {
      lines.add("weights drawn from the seed");
      begin(network, config, data, lines);
    } else {
      load(network, config, data, baseline, lines);
    }
    if (!config.optimization().takesClassification() && config.optimization().logitScale() != 1) {
      network.scaleClassification(config.optimization().logitScale());
    }
    Freezing freezing = config.optimization().freezing();
    if (freezing.exists()) {
      lines.add(freezing.describe(network));
    }
    return lines;
  }

  /** What starts otherwise than drawn in a network from scratch. */
  private static void begin(
      ResNet network, RunConfig config, TrainingData data, List<String> lines) {
    OptimizationConfig optimization = config.optimization();
    optimization.unitsInit().applyTo(network);
    if (optimization.unitsInit() != UnitsInit.DRAWN) {
      lines.add("units start as " + optimization.unitsInit().text());
    }
    if (optimization.stemInit() == StemInit.WHITENED) {
      WhitenedStem stem = new WhitenedStem(network.spec());
      int[] all = data.train();
      int count = Math.min(WHITENED_IMAGES, all.length);
      int[] ids = // spread over the set, which may be ordered by class
          IntStream.range(0, count).map(i -> all[(int) ((long) i * all.length / count)]).toArray();
      try (BatchLoader loader =
          BatchLoader.evaluation(data.dataset().train(), ids, data.normalization(), 100)) {
        for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
          int pixels = batch.pixels().length / batch.size();
          for (int i = 0; i < batch.size(); i++) {
            stem.add(batch.pixels(), i * pixels, batch.height(), batch.width());
          }
        }
      }
      if (stem.patches() == 0) {
        throw new BadInputException(
            "{stem-init} whitened: images of %d×%d pixels have no patch of the first convolution; use drawn"
                .formatted(data.dataset().height(), data.dataset().width()));
      }
      lines.add(
          "%d filters of the first convolution whiten %d patches of %d training images"
              .formatted(stem.applyTo(network), stem.patches(), ids.length));
    }
  }

  private void load(
      ResNet network,
      RunConfig config,
      TrainingData data,
      TrainedNetwork baseline,
      List<String> lines) {
    Checkpoint checkpoint = baseline.checkpoint();
    requireFit(baseline, network.spec());
    int classes = checkpoint.data().classNames().size();
    lines.add(
        (featuresOnly ? "weights below the classification from " : "weights from ")
            + baseline.file()
            + caveat(checkpoint.data(), data));
    if (featuresOnly) {
      lines.add(taken(takeFeatures(network, config), classes));
    } else if (classes != data.dataset().classes()) {
      throw new BadInputException(
          "{init}: %s tells %d classes apart, these images have %d; {init} features:%1$s takes the rest"
              .formatted(baseline.file(), classes, data.dataset().classes()));
    } else if (checkpoint.spec().gate() instanceof StageGateSpec
        && checkpoint.spec().sameLayersAs(network.spec())) {
      checkpoint.loadInto(network); // such as hard gates from soft ones
    } else {
      BaselineInitialization.initialize(network, checkpoint.network());
    }
    String name = network.name();
    OpenNetwork.requireFinite(
        network.named("{init}: the network of " + baseline.file()), Checkpoint.DataFacts.of(data));
    network.named(name);
    lines.addAll(differences(config, data));
  }

  private BaselineInitialization.Taken takeFeatures(ResNet network, RunConfig config) {
    Checkpoint checkpoint = Objects.requireNonNull(baseline).checkpoint();
    try {
      return BaselineInitialization.initializeFeatures(
          network, checkpoint.spec(), checkpoint.network());
    } catch (BadInputException e) {
      throw new BadInputException(
          "{init}: %s is another network: ".formatted(BadInputException.verbatim(baseline.file()))
              + e.marked()
              + otherSettings(checkpoint.config(), config),
          e);
    }
  }

  /** What to write for the network of {@code trained}, as far as {@code wanted} differs. */
  private static String otherSettings(RunConfig trained, RunConfig wanted) {
    Map<String, String> own = trained.texts();
    Map<String, String> other = wanted.texts();
    String options =
        Settings.section("model").stream()
            .filter(key -> !key.setting().ofGate())
            .filter(key -> !Objects.equals(own.get(key.name()), other.get(key.name())))
            .map(key -> "{" + key.name() + "} " + own.get(key.name()))
            .collect(Collectors.joining(" "));
    return options.isEmpty() ? "" : "; give " + options;
  }

  private static String taken(BaselineInitialization.Taken taken, int classes) {
    return "taken: the stem and %d units; not taken: %s (%d classes); drawn from the seed: %s"
        .formatted(
            taken.units(),
            String.join(", ", taken.passedOver()),
            classes,
            String.join(", ", taken.drawn()));
  }

  /** What of a run's images is unlike the images of that training. */
  private List<String> differences(RunConfig config, TrainingData data) {
    TrainedNetwork trained = Objects.requireNonNull(baseline);
    Checkpoint.DataFacts facts = trained.checkpoint().data();
    List<String> lines = new ArrayList<>();
    Normalization expected = facts.normalization();
    lines.add(
        expected.sameAs(data.normalization())
            ? "pixels are normalized as %s expects: %s".formatted(trained.file(), expected.text())
            : "normalization %s: %s expects %s; leave out --normalization to use that"
                .formatted(data.normalization().text(), trained.file(), expected.text()));
    if (facts.height() != data.dataset().height() || facts.width() != data.dataset().width()) {
      lines.add(
          "images of %dx%d: the training images of %s had %dx%d"
              .formatted(
                  data.dataset().width(),
                  data.dataset().height(),
                  trained.file(),
                  facts.width(),
                  facts.height()));
    }
    Resize resize = trained.checkpoint().config().data().resize();
    if (config.data().resize() != resize) {
      lines.add(
          "resize %s: the training images of %s had resize %s"
              .formatted(config.data().resize().text(), trained.file(), resize.text()));
    }
    return lines;
  }

  /** Weights of one kind of unit fit another that computes something else. */
  private static void requireFit(TrainedNetwork baseline, ModelSpec wanted) {
    ModelSpec own = baseline.checkpoint().spec();
    if (own.gate().ownsChannels() && !wanted.gate().ownsChannels()) {
      throw new BadInputException(
          "{init}: %s has owned channels ({gate} memory), which this network does not have; remove them with softgate extract"
              .formatted(baseline.file()));
    }
    boolean otherBlock = own.block() != wanted.block();
    if (otherBlock && own.block().text().equals(wanted.block().text())) {
      throw new BadInputException(
          "{init}: %s has {bottleneck-stride} %s; give it here too"
              .formatted(baseline.file(), own.block().stride()));
    }
    ShortcutKind projection = ShortcutKind.PROJECTION;
    if (own.shortcut() != wanted.shortcut()
        && own.shortcut() != projection
        && wanted.shortcut() != projection) {
      throw new BadInputException(
          "{init}: %s has {shortcut} %s; give it here too"
              .formatted(baseline.file(), own.shortcut().text()));
    }
  }

  /** Warns of a baseline that may have trained on the run's validation images. */
  private static String caveat(Checkpoint.DataFacts baseline, TrainingData data) {
    if (baseline.dataSha256() == null) {
      return ", imported: it may have trained on this run's validation images";
    }
    if (!baseline.dataSha256().equals(data.dataset().sha256())) {
      return ", trained on other images";
    }
    return data.validation().length == 0 || data.split().sha256().equals(baseline.splitSha256())
        ? ""
        : ", which held out others: it may have trained on this run's validation images";
  }
}
