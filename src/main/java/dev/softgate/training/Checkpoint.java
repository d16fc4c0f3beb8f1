package dev.softgate.training;

import static java.util.Objects.requireNonNull;

import dev.softgate.BadInputException;
import dev.softgate.Length;
import dev.softgate.Range;
import dev.softgate.config.DataConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Decoding;
import dev.softgate.data.Normalization;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.RecordJson;
import dev.softgate.interop.Safetensors;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.model.StateRules;
import dev.softgate.torch.Module;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything a training continues from, and everything an evaluation needs, in one sealed
 * safetensors file.
 *
 * <p>Tensors: {@code model.<published name>}, F32, or F16 in files that are kept small; what the
 * optimizers continue from, as {@link OptimizerTensors} names it; {@code epoch.gates}, the values
 * of g in the unfinished epoch; {@code epoch.dynamics.<quantity>}, its dynamics so far; {@code
 * memory-off.<published name>}, batch norm's statistics with owned channels off; {@code
 * trained.<published name>}, what the training continues from where the network is an average.
 * Metadata: {@code format}, {@code config} (the YAML of the run), {@code data} and {@code progress}
 * (JSON), {@code skipping} (JSON) where the thresholds have been chosen, and {@code processes}
 * where several trained together.
 *
 * @param config the run's configuration
 * @param data what was trained on
 * @param progress where the training continues
 * @param network parameters and buffers by published name
 * @param optimizers what the optimizers continue from, such as {@code main.velocity}; no elements
 *     if only the network was kept
 * @param epochGates g of this epoch's images so far, gates×images, in training order
 * @param extras what only some trainings have
 * @param file the file that it was read from; null if none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Checkpoint(
    RunConfig config,
    DataFacts data,
    Progress progress,
    Map<String, HostTensor> network,
    Map<String, HostTensor> optimizers,
    float[][] epochGates,
    Extras extras,
    @Nullable Path file) {

  static final String FORMAT = "softgate-checkpoint-2";
  static final String MODEL = "model.";
  static final String EPOCH_GATES = "epoch.gates";
  static final String EPOCH_DYNAMICS = "epoch.dynamics.";
  static final String CHANNELS_OFF = "memory-off.";
  static final String TRAINED = "trained.";
  static final String PROCESSES = "processes";

  /**
   * Parts of a checkpoint that only some trainings have.
   *
   * @param epochDynamics what {@link DynamicsRecorder} has recorded of the current epoch, by
   *     quantity; empty between epochs
   * @param channelsOff batch norm's running statistics with owned channels off, by published name;
   *     empty without owned channels and until the first epoch ends
   * @param trained parameters and buffers after the last step, by published name, where the network
   *     is their average; else empty
   * @param skipping the thresholds of g below which an image skips layers in prediction; null if
   *     none were chosen
   * @param processes how many processes trained together
   */
  public record Extras(
      Map<String, HostTensor> epochDynamics,
      Map<String, HostTensor> channelsOff,
      Map<String, HostTensor> trained,
      @Nullable SkipSetting skipping,
      int processes) {

    /** No such parts. */
    public static final Extras NONE = new Extras(Map.of(), Map.of(), Map.of(), null, 1);

    Extras withDynamics(Map<String, HostTensor> other) {
      return new Extras(other, channelsOff, trained, skipping, processes);
    }

    Extras withChannelsOff(Map<String, HostTensor> other) {
      return new Extras(epochDynamics, other, trained, skipping, processes);
    }

    Extras withTrained(Map<String, HostTensor> other) {
      return new Extras(epochDynamics, channelsOff, other, skipping, processes);
    }

    Extras with(@Nullable SkipSetting other) {
      return new Extras(epochDynamics, channelsOff, trained, other, processes);
    }

    Extras with(int otherProcesses) {
      return new Extras(epochDynamics, channelsOff, trained, skipping, otherProcesses);
    }
  }

  /**
   * What a run was trained on.
   *
   * @param classNames in the order of the class ids
   * @param dataSha256 hash of all images and labels; null for an imported network
   * @param splitSha256 hash of the validation ids; null for an imported network
   * @param labelsSha256 hash of the label file; null without one, and in files of earlier versions
   * @param scoresSha256 hash of the score file; null without one, and in files of earlier versions
   * @param height image height in pixels
   * @param width image width in pixels
   * @param mean mean of the pixels by channel, in units of 255
   * @param std standard deviation of the pixels by channel, in units of 255
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record DataFacts(
      @Length(from = 1, to = 100_000) List<String> classNames,
      @Nullable String dataSha256,
      @Nullable String splitSha256,
      @Nullable String labelsSha256,
      @Nullable String scoresSha256,
      @Range(from = 1, to = MOST_SIDE) int height,
      @Range(from = 1, to = MOST_SIDE) int width,
      @Range @Length(from = 3, to = 3) float[] mean,
      @Range(from = 0, above = true) @Length(from = 3, to = 3) float[] std) {

    /** The most pixels of an image; the maps of a larger one do not fit into memory. */
    private static final int MOST_PIXELS = 1 << 24;

    private static final int MOST_SIDE = 1 << 14;

    /**
     * Refuses images that no checkpoint could name.
     *
     * @throws BadInputException if they are too large
     */
    static void requireSize(int height, int width) {
      if (Math.max(height, width) > MOST_SIDE || (long) height * width > MOST_PIXELS) {
        throw new BadInputException(
            "images of %d×%d pixels: at most %d a side and %d in all are possible; shrink them"
                .formatted(width, height, MOST_SIDE, MOST_PIXELS));
      }
    }

    /** The facts of a training's data. */
    public static DataFacts of(TrainingData data) {
      return new DataFacts(
          data.dataset().classNames(),
          data.dataset().sha256(),
          data.split().sha256(),
          data.labelsSha256(),
          data.scoresSha256(),
          data.dataset().height(),
          data.dataset().width(),
          data.normalization().mean(),
          data.normalization().std());
    }

    /** How pixels were normalized. */
    public Normalization normalization() {
      return new Normalization(mean, std);
    }
  }

  /** The state of a network that this program has not trained. */
  public static Checkpoint untrained(RunConfig config, DataFacts data, ResNet network) {
    network.freeze(config.optimization().freezing());
    TrainingStep step = new TrainingStep(network, 0, 0, 0);
    return new Checkpoint(
        config,
        data,
        new Progress(0, 0, new EpochTotals(0, 0).saved(), List.of(), null, Progress.Effort.NONE),
        network.state(),
        step.optimizers(),
        new float[network.gateNames().size()][0],
        Extras.NONE,
        null);
  }

  /**
   * How files of another place become images for this network: of its size, and cropped, padded or
   * stretched as its training images were.
   *
   * @param wanted the place
   */
  public Decoding decoding(DataConfig wanted) {
    return wanted.decoding().sized(data.height(), data.width(), config.data().resize());
  }

  /** The thresholds below which predictions skip layers; null if none were chosen. */
  public @Nullable SkipSetting skipping() {
    return extras.skipping();
  }

  /** The same network with other thresholds; null for none. */
  public Checkpoint withSkipping(@Nullable SkipSetting chosen) {
    return new Checkpoint(
        config, data, progress, network, optimizers, epochGates, extras.with(chosen), file);
  }

  /** The same network without what only a training needs. */
  Checkpoint networkOnly() {
    return new Checkpoint(
        config,
        data,
        progress,
        network,
        OptimizerTensors.NONE,
        new float[epochGates.length][0],
        extras.withDynamics(Map.of()).withTrained(Map.of()),
        null);
  }

  /** Whether a training can continue from here. */
  boolean isWhole() {
    return optimizers.values().stream().anyMatch(tensor -> tensor.elements() > 0);
  }

  /** Writes the file, atomically and to the disk. */
  public void write(Path file) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    network.forEach((name, tensor) -> tensors.put(MODEL + name, tensor));
    optimizers.forEach((name, tensor) -> tensors.put(OptimizerTensors.PREFIX + name, tensor));
    tensors.put(EPOCH_GATES, CheckpointTensors.ofGates(epochGates));
    extras.epochDynamics().forEach((name, tensor) -> tensors.put(EPOCH_DYNAMICS + name, tensor));
    extras.channelsOff().forEach((name, tensor) -> tensors.put(CHANNELS_OFF + name, tensor));
    extras.trained().forEach((name, tensor) -> tensors.put(TRAINED + name, tensor));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT);
    metadata.put("config", config.toYaml());
    metadata.put("data", RecordJson.write(data));
    metadata.put("progress", RecordJson.write(progress));
    if (extras.skipping() != null) {
      metadata.put("skipping", RecordJson.write(extras.skipping()));
    }
    if (extras.processes() > 1) {
      metadata.put(PROCESSES, Integer.toString(extras.processes()));
    }
    Safetensors.writeSealed(file, tensors, metadata);
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws BadInputException if it is missing, truncated, changed, or not a checkpoint, or holds
   *     what no checkpoint can
   */
  public static Checkpoint read(Path file) {
    try (Safetensors.Sealed sealed = Safetensors.openSealed(file)) {
      CheckpointHeader header = CheckpointHeader.read(file, sealed.metadata(), sealed.tensors());
      Safetensors.Contents contents = sealed.contents();
      Map<String, HostTensor> network = CheckpointTensors.named(contents, MODEL);
      network.replaceAll((name, tensor) -> tensor.widened());
      Checkpoint checkpoint =
          new Checkpoint(
              header.config(),
              header.data(),
              header.progress(),
              network,
              CheckpointTensors.named(contents, OptimizerTensors.PREFIX),
              CheckpointTensors.gateRows(contents.tensor(EPOCH_GATES)),
              new Extras(
                  CheckpointTensors.named(contents, EPOCH_DYNAMICS),
                  CheckpointTensors.named(contents, CHANNELS_OFF),
                  CheckpointTensors.named(contents, TRAINED),
                  header.skipping(),
                  header.processes()),
              file);
      checkpoint.checkValues(contents);
      return checkpoint;
    }
  }

  private void checkValues(Safetensors.Contents contents) {
    Path from = requireNonNull(file);
    requireSound(from, MODEL, network);
    requireSound(from, CHANNELS_OFF, extras.channelsOff());
    requireSound(from, TRAINED, extras.trained());
    requireSound(from, OptimizerTensors.PREFIX, optimizers);
    requireSound(from, "", Map.of(EPOCH_GATES, contents.tensor(EPOCH_GATES)));
    String problem = OptimizerTensors.problem(optimizers);
    if (problem != null) {
      throw unsound(from, OptimizerTensors.PREFIX, problem);
    }
    extras
        .epochDynamics()
        .forEach(
            (name, tensor) ->
                TrainingDynamics.requireValues(
                    from + ": " + EPOCH_DYNAMICS + name, name, tensor, data.classNames().size()));
  }

  private static void requireSound(Path file, String prefix, Map<String, HostTensor> state) {
    String problem = StateRules.problem(state);
    if (problem != null) {
      throw unsound(file, prefix, problem);
    }
  }

  private static BadInputException unsound(Path file, String prefix, String problem) {
    return new BadInputException(
        "%s: %s%s; take another checkpoint".formatted(file, prefix, problem));
  }

  /** Which network it is. */
  public ModelSpec spec() {
    return config.model().spec(data.classNames().size());
  }

  /**
   * The network of this checkpoint, ready to evaluate, with its owned channels off.
   *
   * @throws BadInputException if the weights do not fit the configuration
   */
  public ResNet restoreNetwork() {
    return restoreNetwork(deployed());
  }

  /**
   * The network of this checkpoint with batch norm's statistics of the training, ready to evaluate
   * training images with their owned channels on.
   *
   * @throws BadInputException if the weights do not fit the configuration
   */
  public ResNet restoreWithOwnedChannels() {
    return restoreNetwork(network);
  }

  /**
   * Parameters and buffers of the network as it is deployed: with its owned channels off.
   *
   * @throws BadInputException if it has owned channels and this is from within an epoch
   */
  public Map<String, HostTensor> deployed() {
    if (spec().gate().ownsChannels() && extras.channelsOff().isEmpty()) {
      throw new BadInputException(
          "the checkpoint is from within epoch %d, when there are no statistics of the network with its owned channels off; resume the training, or name another, such as checkpoints/best.safetensors"
              .formatted(progress.epoch() + 1));
    }
    Map<String, HostTensor> state = new LinkedHashMap<>(network);
    state.putAll(extras.channelsOff());
    return state;
  }

  /**
   * The network as {@link #restoreNetwork}, which hands out features of each stage.
   *
   * @throws BadInputException as {@link #restoreNetwork}
   */
  public ResNet restoreInStages() {
    return restored(() -> ResNet.restoreInStages(spec(), deployed()));
  }

  private ResNet restoreNetwork(Map<String, HostTensor> state) {
    return restored(() -> ResNet.restore(spec(), state));
  }

  private ResNet restored(Supplier<ResNet> restoring) {
    try {
      ResNet restored = restoring.get();
      return file == null ? restored : restored.named("the network of " + file);
    } catch (Module.StateMismatchException e) {
      throw unfit(e);
    }
  }

  /**
   * Puts this checkpoint's weights into a network of the same kind.
   *
   * @throws BadInputException if they do not fit it
   */
  public void loadInto(ResNet target) {
    try {
      target.load(network);
    } catch (Module.StateMismatchException e) {
      throw unfit(e);
    }
  }

  private BadInputException unfit(Module.StateMismatchException e) {
    return new BadInputException(
        "%s: the checkpoint's weights do not fit its configuration: %s"
            .formatted(file == null ? "in memory" : file, e.getMessage()),
        e);
  }
}
