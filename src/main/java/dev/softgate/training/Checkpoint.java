package dev.softgate.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.softgate.BadInputException;
import dev.softgate.data.Normalization;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.model.StateRules;
import dev.softgate.torch.Module;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a training continues from, and everything an evaluation needs, in one sealed
 * safetensors file.
 *
 * <p>Tensors: {@code model.<published name>}; {@code optimizer.main.velocity} and {@code
 * optimizer.gate.velocity}, each over the parameters in the order of construction; {@code
 * epoch.gates}, the values of g of the epoch begun, and {@code epoch.dynamics.<quantity>}, what
 * else it has written down of each image; {@code memory-off.<published name>}, batch norm's
 * statistics with the memory off. Metadata: {@code format}, {@code config} (the YAML of the run),
 * {@code data} and {@code progress} (JSON), and {@code skipping} (JSON) where the thresholds have
 * been chosen.
 *
 * @param config of the run
 * @param data what was trained on
 * @param progress where to go on
 * @param network parameters and buffers by published name
 * @param mainVelocity of the main optimiser; without elements where the network alone was kept
 * @param gateVelocity of the gate's optimiser; null without a gate
 * @param epochGates g of the images of this epoch so far, a row a gate, in the order trained
 * @param epochDynamics what {@link DynamicsRecorder} holds of this epoch so far, by quantity
 * @param memoryOff batch norm's running statistics with the memory off, by published name; empty
 *     without a memory, and before the first epoch's end
 * @param skipping how it leaves layers out when it predicts; null where nobody has chosen that
 * @param file where it was read from; null where it was not
 */
@SuppressWarnings("ArrayRecordComponent")
public record Checkpoint(
    RunConfig config,
    DataFacts data,
    Progress progress,
    Map<String, HostTensor> network,
    HostTensor mainVelocity,
    @Nullable HostTensor gateVelocity,
    float[][] epochGates,
    Map<String, HostTensor> epochDynamics,
    Map<String, HostTensor> memoryOff,
    @Nullable SkipSetting skipping,
    @Nullable Path file) {

  private static final String FORMAT = "softgate-checkpoint-2";
  private static final String MODEL = "model.";
  private static final String MAIN_VELOCITY = "optimizer.main.velocity";
  private static final String GATE_VELOCITY = "optimizer.gate.velocity";
  private static final String EPOCH_GATES = "epoch.gates";
  private static final String EPOCH_DYNAMICS = "epoch.dynamics.";
  private static final String MEMORY_OFF = "memory-off.";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(
              // A missing number is refused; another value that is missing is null, which is how
              // files of earlier versions lack what was added since.
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A checkpoint that was not read from a file. */
  public Checkpoint(
      RunConfig config,
      DataFacts data,
      Progress progress,
      Map<String, HostTensor> network,
      HostTensor mainVelocity,
      @Nullable HostTensor gateVelocity,
      float[][] epochGates,
      Map<String, HostTensor> epochDynamics,
      Map<String, HostTensor> memoryOff,
      @Nullable SkipSetting skipping) {
    this(
        config,
        data,
        progress,
        network,
        mainVelocity,
        gateVelocity,
        epochGates,
        epochDynamics,
        memoryOff,
        skipping,
        null);
  }

  /**
   * What a run was trained on.
   *
   * @param classNames in the order of the class ids
   * @param dataSha256 of all images and labels; null of an imported network
   * @param splitSha256 of the validation ids; null likewise
   * @param labelsSha256 of the label file; null without one, and in files of earlier versions
   * @param scoresSha256 of the file with the scores of the labels; null likewise
   * @param height of the images, in pixels
   * @param width of the images, in pixels
   * @param mean of the pixels by channel, in units of 255
   * @param std their deviation likewise
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record DataFacts(
      List<String> classNames,
      @Nullable String dataSha256,
      @Nullable String splitSha256,
      @Nullable String labelsSha256,
      @Nullable String scoresSha256,
      int height,
      int width,
      float[] mean,
      float[] std) {

    static DataFacts of(TrainingData data) {
      return new DataFacts(
          data.dataset().classNames(),
          data.dataset().sha256(),
          data.split().sha256(),
          data.labelsSha256(),
          data.scoresSha256(),
          data.dataset().train().height(),
          data.dataset().train().width(),
          data.normalization().mean(),
          data.normalization().std());
    }

    /** How pixels were normalised. */
    public Normalization normalization() {
      return new Normalization(mean, std);
    }
  }

  /** The state of a network that this program has not trained. */
  public static Checkpoint untrained(RunConfig config, DataFacts data, ResNet network) {
    TrainingStep step = new TrainingStep(network, 0, 0, 0);
    Sgd gateOptimizer = step.gateOptimizer();
    return new Checkpoint(
        config,
        data,
        new Progress(0, 0, new EpochTotals(0, 0).saved(), List.of(), null, Progress.Effort.NONE),
        network.state(),
        step.mainOptimizer().velocity().toHost(),
        gateOptimizer == null ? null : gateOptimizer.velocity().toHost(),
        new float[network.gateNames().size()][0],
        Map.of(),
        Map.of(),
        null);
  }

  /** The same network with thresholds, or others, or none. */
  public Checkpoint withSkipping(@Nullable SkipSetting chosen) {
    return new Checkpoint(
        config,
        data,
        progress,
        network,
        mainVelocity,
        gateVelocity,
        epochGates,
        epochDynamics,
        memoryOff,
        chosen,
        file);
  }

  /** The same network without what a training goes on from. */
  Checkpoint networkOnly() {
    return new Checkpoint(
        config,
        data,
        progress,
        network,
        HostTensor.ofFloats(new float[0], 0),
        null,
        new float[epochGates.length][0],
        Map.of(),
        memoryOff,
        skipping);
  }

  /** Whether a training can go on from here. */
  boolean isWhole() {
    return mainVelocity.elements() > 0;
  }

  /** Writes the file, atomically and to the disk. */
  public void write(Path file) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    network.forEach((name, tensor) -> tensors.put(MODEL + name, tensor));
    tensors.put(MAIN_VELOCITY, mainVelocity);
    if (gateVelocity != null) {
      tensors.put(GATE_VELOCITY, gateVelocity);
    }
    tensors.put(EPOCH_GATES, gateTensor());
    epochDynamics.forEach((name, tensor) -> tensors.put(EPOCH_DYNAMICS + name, tensor));
    memoryOff.forEach((name, tensor) -> tensors.put(MEMORY_OFF + name, tensor));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT);
    metadata.put("config", config.toYaml());
    metadata.put("data", json(data));
    metadata.put("progress", json(progress));
    if (skipping != null) {
      metadata.put("skipping", json(skipping));
    }
    Safetensors.writeSealed(file, tensors, metadata);
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws BadInputException if it is missing, truncated, changed, or not a checkpoint
   */
  public static Checkpoint read(Path file) {
    Safetensors.Contents contents = Safetensors.readSealed(file);
    Map<String, String> metadata = contents.metadata();
    if (!FORMAT.equals(metadata.get("format"))) {
      throw new BadInputException(
          file + " is not a checkpoint of this version of Softgate; give a run or its checkpoint");
    }
    Checkpoint checkpoint =
        new Checkpoint(
            RunConfig.parse(text(file, metadata, "config"), file + " (config)"),
            parse(file, text(file, metadata, "data"), DataFacts.class),
            parse(file, text(file, metadata, "progress"), Progress.class),
            named(contents, MODEL),
            contents.tensor(MAIN_VELOCITY),
            contents.tensors().get(GATE_VELOCITY),
            gateRows(file, contents.tensor(EPOCH_GATES)),
            named(contents, EPOCH_DYNAMICS),
            named(contents, MEMORY_OFF),
            skipping(file, metadata.get("skipping")),
            file);
    requireSound(file, MODEL, checkpoint.network());
    requireSound(file, MEMORY_OFF, checkpoint.memoryOff());
    SkipSetting stored = checkpoint.skipping();
    if (stored != null) {
      try {
        stored.requireFor(checkpoint.spec().gate(), checkpoint.data().classNames().size());
      } catch (BadInputException e) {
        throw new BadInputException(file + " (skipping): " + e.getMessage(), e);
      }
    }
    return checkpoint;
  }

  private static void requireSound(Path file, String prefix, Map<String, HostTensor> state) {
    String problem = StateRules.problem(state);
    if (problem != null) {
      throw new BadInputException(
          "%s: %s%s; take another checkpoint".formatted(file, prefix, problem));
    }
  }

  /** The tensors whose names begin so, by the rest of their names. */
  private static Map<String, HostTensor> named(Safetensors.Contents contents, String prefix) {
    Map<String, HostTensor> named = new LinkedHashMap<>();
    contents
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                named.put(name.substring(prefix.length()), tensor);
              }
            });
    return named;
  }

  private static @Nullable SkipSetting skipping(Path file, @Nullable String json) {
    return json == null ? null : parse(file, json, SkipSetting.class);
  }

  /** The rows of {@link #epochGates} one after the other: gates×images. */
  private HostTensor gateTensor() {
    int images = epochGates.length == 0 ? 0 : epochGates[0].length;
    float[] values = new float[epochGates.length * images];
    for (int i = 0; i < epochGates.length; i++) {
      System.arraycopy(epochGates[i], 0, values, i * images, images);
    }
    return HostTensor.ofFloats(values, epochGates.length, images);
  }

  private static float[][] gateRows(Path file, HostTensor tensor) {
    long[] shape = tensor.shape();
    if (shape.length != 2) {
      throw new BadInputException(file + ": " + EPOCH_GATES + " is not gates×images");
    }
    float[] values = tensor.toFloats();
    int images = Math.toIntExact(shape[1]);
    return IntStream.range(0, Math.toIntExact(shape[0]))
        .mapToObj(i -> Arrays.copyOfRange(values, i * images, (i + 1) * images))
        .toArray(float[][]::new);
  }

  private static String text(Path file, Map<String, String> metadata, String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new BadInputException(file + ": the checkpoint has no '" + key + "'");
    }
    return value;
  }

  /** Which network it is. */
  public ModelSpec spec() {
    return config.model().spec(data.classNames().size());
  }

  /**
   * The network of this checkpoint, ready to evaluate; of one with a memory gate, with its memory
   * off.
   *
   * @throws BadInputException if the weights do not fit the configuration
   */
  public ResNet restoreNetwork() {
    return restoreNetwork(deployed());
  }

  /**
   * The network of this checkpoint with batch norm's statistics of the training, ready to evaluate
   * images that it was trained on with their memory on.
   *
   * @throws BadInputException if the weights do not fit the configuration
   */
  public ResNet restoreWithMemory() {
    return restoreNetwork(network);
  }

  /**
   * Parameters and buffers of the network as it is deployed: with its memory, if any, off.
   *
   * @throws BadInputException if it has a memory and this is from within an epoch
   */
  public Map<String, HostTensor> deployed() {
    if (spec().gate().kind().onChannels() && memoryOff.isEmpty()) {
      throw new BadInputException(
          "the checkpoint is from within epoch %d, when there are no statistics of the network with its memory off; resume the training, or name another, such as checkpoints/best.safetensors"
              .formatted(progress.epoch() + 1));
    }
    Map<String, HostTensor> state = new LinkedHashMap<>(network);
    state.putAll(memoryOff);
    return state;
  }

  private ResNet restoreNetwork(Map<String, HostTensor> state) {
    try {
      ResNet restored = ResNet.restore(spec(), state);
      return file == null ? restored : restored.named("the network of " + file);
    } catch (Module.StateMismatchException e) {
      throw unfit(e);
    }
  }

  /** Puts this checkpoint's weights into a network of the same kind. */
  void loadInto(ResNet target) {
    try {
      target.load(network);
    } catch (Module.StateMismatchException e) {
      throw unfit(e);
    }
  }

  private static BadInputException unfit(Module.StateMismatchException e) {
    return new BadInputException(
        "the checkpoint's weights do not fit its configuration: " + e.getMessage(), e);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a checkpoint's state cannot be written as JSON", e);
    }
  }

  private static <T> T parse(Path file, String json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file + ": unreadable state in the checkpoint: " + e.getOriginalMessage(), e);
    }
  }
}
