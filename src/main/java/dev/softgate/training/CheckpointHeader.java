package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.RecordJson;
import dev.softgate.interop.Safetensors.Described;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ModelSpec;
import dev.softgate.training.Checkpoint.DataFacts;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's header, checked as a whole before a tensor is read: the range of each field, the
 * relations between fields, and the type and size of every tensor. The seal proves that a file is
 * undamaged, not that it makes sense.
 *
 * @param file for messages
 * @param skipping null if no thresholds were chosen
 * @param processes how many processes trained together
 */
record CheckpointHeader(
    Path file,
    RunConfig config,
    DataFacts data,
    Progress progress,
    @Nullable SkipSetting skipping,
    int processes) {

  /** Reads the header alone, so that a network too large is refused before it is built. */
  static CheckpointHeader read(
      Path file, Map<String, String> metadata, Map<String, Described> tensors) {
    if (!Checkpoint.FORMAT.equals(metadata.get("format"))) {
      throw new BadInputException(
          file + " is not a checkpoint of this version of Softgate; give a run or its checkpoint");
    }
    String skipping = metadata.get("skipping");
    CheckpointHeader header =
        new CheckpointHeader(
            file,
            RunConfig.parse(text(file, metadata, "config"), file + " (config)"),
            RecordJson.read(text(file, metadata, "data"), DataFacts.class, file + " (data)"),
            RecordJson.read(text(file, metadata, "progress"), Progress.class, file + " (progress)"),
            skipping == null
                ? null
                : RecordJson.read(skipping, SkipSetting.class, file + " (skipping)"),
            processes(file, metadata.getOrDefault(Checkpoint.PROCESSES, "1")));
    header.checkData();
    ModelSpec spec = header.spec();
    header.checkProgress(spec.gates());
    header.checkTensors(spec, tensors);
    return header;
  }

  private static int processes(Path file, String text) {
    if (!text.matches("[1-9]\\d{0,5}")) {
      throw new BadInputException(
          "%s: processes must be a number from 1, found %s; take another checkpoint", file, text);
    }
    return Integer.parseInt(text);
  }

  private static String text(Path file, Map<String, String> metadata, String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new BadInputException(file + ": the checkpoint has no '" + key + "'");
    }
    return value;
  }

  private void checkData() {
    List<String> names = data.classNames();
    Set<String> distinct = new HashSet<>();
    for (String name : names) {
      require(distinct.add(name), "data", "classNames has '%s' twice".formatted(name));
    }
    try {
      DataFacts.requireSize(data.height(), data.width());
    } catch (BadInputException e) {
      throw refused("data", String.valueOf(e.getMessage()));
    }
  }

  private ModelSpec spec() {
    try {
      ModelSpec spec = config.model().spec(data.classNames().size());
      if (skipping != null) {
        skipping.requireFor(spec.gate(), spec.classes());
      }
      return spec;
    } catch (BadInputException e) {
      throw e.in(file);
    }
  }

  private void checkProgress(int gates) {
    int epochs = config.optimization().epochs();
    int epoch = progress.epoch();
    require(
        epoch <= epochs,
        "progress",
        "epoch %d is beyond the configuration's %d".formatted(epoch, epochs));
    require(
        progress.history().size() == epoch,
        "progress",
        "history has %d epochs, %d are over".formatted(progress.history().size(), epoch));
    for (int i = 0; i < epoch; i++) {
      require(
          progress.history().get(i).epoch() == i,
          "progress",
          "history[%d] is of epoch %d".formatted(i, progress.history().get(i).epoch()));
    }
    Progress.Best best = progress.best();
    require(
        best == null || best.epoch() < epoch, "progress", "best is of an epoch that is not over");
    EpochTotals.Saved totals = progress.totals();
    require(
        progress.batch() > 0 || totals.images() == 0,
        "progress",
        "totals has %d images before the first batch".formatted(totals.images()));
    require(
        totals.correct() <= totals.images()
            && totals.skipped().stream().allMatch(count -> count <= totals.images()),
        "progress",
        "totals counts more than its %d images".formatted(totals.images()));
    require(
        totals.skipped().isEmpty() || totals.skipped().size() == gates,
        "progress",
        "totals.skipped has %d counts for %d gates".formatted(totals.skipped().size(), gates));
  }

  private void checkTensors(ModelSpec spec, Map<String, Described> tensors) {
    Predicate<String> isFrozen = config.optimization().freezing().names(spec);
    long parameters = 0;
    long frozen = 0;
    long trained = 0;
    long images = -1;
    for (Map.Entry<String, Described> entry : tensors.entrySet()) {
      String name = entry.getKey();
      Described tensor = entry.getValue();
      if (name.startsWith(Checkpoint.MODEL)) {
        requireStateType(name, tensor);
        boolean buffer = name.contains(".running_") || name.endsWith(COUNT);
        long values = buffer ? 0 : tensor.elements();
        parameters += values;
        frozen += isFrozen.test(name.substring(Checkpoint.MODEL.length())) ? values : 0;
      } else if (name.startsWith(Checkpoint.TRAINED)) {
        String model = Checkpoint.MODEL + name.substring(Checkpoint.TRAINED.length());
        require(
            tensor.equals(tensors.get(model))
                && tensor.type() != ElementType.F16
                && config.optimization().ema() != null,
            name,
            "is no weight of the network before it is averaged");
        trained++;
      } else if (name.startsWith(Checkpoint.CHANNELS_OFF)) {
        Described of =
            tensors.get(Checkpoint.MODEL + name.substring(Checkpoint.CHANNELS_OFF.length()));
        require(
            tensor.equals(of) && spec.gate().ownsChannels(),
            name,
            "is no statistic of the network with its owned channels off");
      } else if (name.startsWith(Checkpoint.EPOCH_DYNAMICS)) {
        TrainingDynamics.requireType(
            file + ": " + name, name.substring(Checkpoint.EPOCH_DYNAMICS.length()), tensor, images);
        images = tensor.elements();
      } else {
        require(
            name.equals(Checkpoint.EPOCH_GATES) || name.startsWith(OptimizerTensors.PREFIX),
            name,
            "is no tensor that a checkpoint has");
      }
    }
    long expected = ModelCost.of(spec, 1, 1).parameters();
    require(
        parameters == expected,
        "its weights",
        "do not fit its configuration: %d parameters, the network has %d"
            .formatted(parameters, expected));
    Map<String, Described> optimizers = new LinkedHashMap<>(tensors);
    optimizers.keySet().removeIf(name -> !name.startsWith(OptimizerTensors.PREFIX));
    boolean whole =
        OptimizerTensors.requireFitting(
            file,
            optimizers,
            config.optimization().optimizer(),
            spec.gate().trainsItself(),
            expected - frozen);
    long averaged = tensors.keySet().stream().filter(n -> n.startsWith(Checkpoint.MODEL)).count();
    require(
        trained == (whole && config.optimization().ema() != null ? averaged : 0),
        "its weights",
        "are an average of %d tensors, of which it has %d".formatted(averaged, trained));
    Described epochGates = tensor(tensors, Checkpoint.EPOCH_GATES);
    requireType(Checkpoint.EPOCH_GATES, epochGates, ElementType.F32);
    int gates = spec.gates();
    List<Long> wanted = List.of((long) gates, gates == 0 ? 0L : progress.totals().images());
    require(
        epochGates.shape().equals(wanted),
        Checkpoint.EPOCH_GATES,
        "must be %s, gates×images of this epoch, found %s".formatted(wanted, epochGates.shape()));
  }

  private static final String COUNT = ".num_batches_tracked";

  /** Weights are F32, or F16 in a network that is kept small and not trained further. */
  private void requireStateType(String name, Described tensor) {
    boolean half = tensor.type() == ElementType.F16 && !name.contains(".running_");
    if (name.endsWith(COUNT) || !half) {
      requireType(name, tensor, name.endsWith(COUNT) ? ElementType.I64 : ElementType.F32);
    }
  }

  private Described tensor(Map<String, Described> tensors, String name) {
    Described tensor = tensors.get(name);
    if (tensor == null) {
      throw refused(name, "is missing");
    }
    return tensor;
  }

  private void requireType(String name, Described tensor, ElementType type) {
    require(tensor.type() == type, name, "must be %s, found %s".formatted(type, tensor));
  }

  private void require(boolean holds, String what, String problem) {
    if (!holds) {
      throw refused(what, problem);
    }
  }

  private BadInputException refused(String what, String problem) {
    return new BadInputException(
        "%s: %s %s; take another checkpoint".formatted(file, what, problem));
  }
}
