package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Decoding;
import dev.softgate.data.Normalization;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.model.BaselineInitialization;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.model.ShortcutKind;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingData;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The weights that a run starts from, {@code --init}: drawn from its seed, or trained before. */
final class InitialWeights {

  /** Takes the weights of a trained network, at the path that follows. */
  static final String BASELINE = "baseline:";

  private static final String FEATURES = "features:"; // all but the classification

  private static final Logger LOG = LoggerFactory.getLogger(InitialWeights.class);

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
    String init = config.optimization().init();
    boolean trained = init.contains(":");
    return new InitialWeights(
        trained ? TrainedNetwork.open(Path.of(init.substring(init.indexOf(':') + 1))) : null,
        init.startsWith(FEATURES));
  }

  /**
   * The configuration with the size of the baseline's images where it leaves the size open.
   *
   * @param config before any image is read
   */
  RunConfig sized(RunConfig config) {
    if (baseline == null) {
      return config;
    }
    RunConfig trained = baseline.checkpoint().config();
    if (config.data().resize() != trained.data().resize()) {
      LOG.info(
          "resize {}: the training images of {} had resize {}",
          config.data().resize().text(),
          baseline.file(),
          trained.data().resize().text());
    }
    return config.data().imageSize().equals(Decoding.AUTO)
        ? config.with(
            Map.of("image-size", baseline.checkpoint().decoding(trained.data()).imageSize()))
        : config;
  }

  /** The configuration with the baseline's normalization, which its weights require. */
  RunConfig normalized(RunConfig config, TrainingData data) {
    if (baseline == null) {
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
   * @return where they are from, for the log
   * @throws BadInputException if the baseline's do not fit, or the network then predicts NaN
   */
  String load(ResNet network, TrainingData data) {
    if (baseline == null) {
      return "weights drawn from the seed";
    }
    Checkpoint checkpoint = baseline.checkpoint();
    requireFit(baseline, network.spec());
    int classes = checkpoint.data().classNames().size();
    if (featuresOnly) {
      BaselineInitialization.initializeFeatures(network, checkpoint.network());
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
    return (featuresOnly ? "weights below the classification from " : "weights from ")
        + baseline.file()
        + caveat(checkpoint.data(), data);
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
