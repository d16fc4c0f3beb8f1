package dev.softgate.parity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ShortcutKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recorded run of a published model: {@code NAME.safetensors} with its state, batches and
 * outputs, and {@code NAME.json} beside it with its losses and the final state's statistics.
 *
 * @param name the record's name
 * @param spec the model
 * @param recipe the hyperparameters of the recorded training
 * @param before the initial state, by published name
 * @param batches the training batches, one per step
 * @param evaluation outputs for the first batch in evaluation mode, before training
 * @param losses the losses, one record per step
 * @param normsAfter the L2 norm of each float tensor after the last step
 * @param after the state after the last step, by published name; empty if it was not recorded
 */
public record GoldenFile(
    String name,
    ModelSpec spec,
    Recipe recipe,
    Map<String, HostTensor> before,
    List<GoldenBatch> batches,
    Map<String, HostTensor> evaluation,
    List<StepLosses> losses,
    Map<String, Double> normsAfter,
    Map<String, HostTensor> after)
    implements Golden {

  @Override
  public ParityReport check(Compute compute) {
    return ParityCheck.run(this, compute);
  }

  /** The hyperparameters of the recorded steps. */
  public record Recipe(
      int gateIters,
      double lr,
      double lrGate,
      double momentum,
      double weightDecay,
      double lambdaMem) {}

  /**
   * One batch.
   *
   * @param images float32 or bfloat16, N×3×H×W
   * @param labels int64, N
   */
  public record GoldenBatch(HostTensor images, HostTensor labels) {}

  /**
   * The losses of one step, in nats, before its update.
   *
   * @param gates the loss of each gate classifier; empty if there is none
   * @param penalty the gates' penalty before weighting; null if there is none
   */
  public record StepLosses(double classification, List<Double> gates, @Nullable Double penalty) {}

  /**
   * Reads a golden file and the JSON beside it.
   *
   * @throws BadInputException if either is missing or malformed, or the model is unknown
   */
  public static GoldenFile read(Path file) {
    Safetensors.Contents contents = Safetensors.read(file);
    Metadata metadata = new Metadata(file, contents.metadata());
    int steps = metadata.integer("steps", 1, 10_000);
    ModelSpec spec = spec(metadata);
    Map<String, HostTensor> tensors = contents.tensors();
    List<GoldenBatch> batches = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      batches.add(batch(file, tensors, i, spec.classes()));
    }
    JsonNode json = json(file);
    return new GoldenFile(
        metadata.text("name"),
        spec,
        new Recipe(
            metadata.integer("gate_iters", 1, 10_000),
            metadata.number("lr"),
            metadata.number("lr_gate"),
            metadata.number("momentum"),
            metadata.number("weight_decay"),
            metadata.number("lambda_mem")),
        withPrefix(tensors, "before."),
        batches,
        withPrefix(tensors, "eval."),
        losses(file, json, steps, spec.gate()),
        norms(file, json),
        withPrefix(tensors, "after."));
  }

  private static ModelSpec spec(Metadata metadata) {
    String model = metadata.text("model");
    PublishedModel published = PublishedModel.named(model);
    if (published == null) {
      throw metadata.bad(
          "unknown model '%s', expected one of %s"
              .formatted(model, String.join(", ", PublishedModel.names())));
    }
    String block = metadata.text("block");
    BlockKind kind =
        switch (block) {
          case "BasicBlock" -> BlockKind.BASIC;
          case "Bottleneck" -> BlockKind.BOTTLENECK;
          default -> throw metadata.bad("block '" + block + "' is not BasicBlock or Bottleneck");
        };
    return new ModelSpec(
        published.arch(),
        kind,
        metadata.integer("depth", 1, 10_000),
        metadata.integer("classes", 1, 100_000),
        ShortcutKind.PROJECTION,
        published.gate());
  }

  private static GoldenBatch batch(
      Path file, Map<String, HostTensor> tensors, int step, int classes) {
    HostTensor images = tensors.get("x." + step);
    HostTensor labels = tensors.get("y." + step);
    if (images == null || labels == null) {
      throw new BadInputException(
          "%s: batch x.%d or y.%2$d is missing; the golden file must be complete"
              .formatted(file, step));
    }
    long[] shape = images.shape();
    boolean fits =
        shape.length == 4
            && shape[1] == 3
            && shape[0] > 0
            && shape[2] > 0
            && shape[3] > 0
            && labels.type() == ElementType.I64
            && labels.shape().length == 1
            && labels.shape()[0] == shape[0]
            && (images.type() == ElementType.BF16 || images.type() == ElementType.F32);
    if (!fits) {
      throw new BadInputException(
          "%s: batch %d must have float images N×3×H×W and int64 labels N; the golden file is damaged"
              .formatted(file, step));
    }
    for (long label : labels.toLongs()) {
      if (label < 0 || label >= classes) {
        throw new BadInputException(
            "%s: y.%d has label %d, but the model has %d classes"
                .formatted(file, step, label, classes));
      }
    }
    return new GoldenBatch(images, labels);
  }

  private static Map<String, HostTensor> withPrefix(
      Map<String, HostTensor> tensors, String prefix) {
    Map<String, HostTensor> selected = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            selected.put(name.substring(prefix.length()), tensor);
          }
        });
    return selected;
  }

  static JsonNode json(Path file) {
    Path beside =
        file.resolveSibling(
            file.getFileName().toString().replaceFirst("\\.safetensors$", "") + ".json");
    try {
      return new ObjectMapper().readTree(Files.readString(beside));
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          beside + ": not JSON (" + e.getOriginalMessage() + "); the golden file is damaged", e);
    } catch (IOException e) {
      throw new BadInputException(
          beside + ": cannot be read; a golden file needs this JSON file for its losses", e);
    }
  }

  private static List<StepLosses> losses(Path file, JsonNode json, int steps, GateSpec gate) {
    JsonNode records = json.path("losses");
    if (records.size() != steps) {
      throw new BadInputException(
          file + ": its JSON has losses for " + records.size() + " steps, expected " + steps);
    }
    int classifiers = gate.trainsItself() ? gate.stages().size() : 0;
    boolean penalized = gate.penalty() != GatePenalty.NONE;
    List<StepLosses> losses = new ArrayList<>();
    for (JsonNode step : records) {
      JsonNode classification = step.path("cls");
      List<Double> gates = new ArrayList<>();
      step.path("gate_ce").forEach(loss -> gates.add(loss.isNumber() ? loss.doubleValue() : null));
      JsonNode penalty = step.path("gate_reg");
      if (!classification.isNumber()
          || gates.contains(null)
          || gates.size() != classifiers
          || penalty.isNumber() != penalized) {
        throw new BadInputException(
            "%s: each step in its JSON needs cls, gate_ce for %d gate classifiers, and gate_reg %s"
                .formatted(file, classifiers, penalized ? "as a number" : "as null"));
      }
      losses.add(
          new StepLosses(
              classification.doubleValue(), gates, penalized ? penalty.doubleValue() : null));
    }
    return losses;
  }

  private static Map<String, Double> norms(Path file, JsonNode json) {
    Map<String, Double> norms = new LinkedHashMap<>();
    json.path("after_stats_sum_l1_l2")
        .properties()
        .forEach(
            entry -> {
              JsonNode norm = entry.getValue().path(2);
              if (!norm.isNumber()) {
                throw new BadInputException(
                    file + ": after_stats_sum_l1_l2 of " + entry.getKey() + " has no L2 norm");
              }
              norms.put(entry.getKey(), norm.doubleValue());
            });
    if (norms.isEmpty()) {
      throw new BadInputException(file + ": its JSON has no after_stats_sum_l1_l2");
    }
    return norms;
  }

  /** The header's strings. */
  private record Metadata(Path file, Map<String, String> values) {

    String text(String key) {
      String value = values.get(key);
      if (value == null) {
        throw bad("its header lacks '" + key + "'");
      }
      return value;
    }

    int integer(String key, int least, int greatest) {
      double value = number(key);
      if (value != Math.rint(value) || value < least || value > greatest) {
        throw bad(
            "'%s' must be from %3$d to %4$d, found %2$s"
                .formatted(key, text(key), least, greatest));
      }
      return (int) value;
    }

    double number(String key) {
      try {
        double value = Double.parseDouble(text(key));
        if (Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw new BadInputException(file + ": '" + key + "' is not a number: " + text(key), e);
      }
      throw bad("'" + key + "' is not finite");
    }

    BadInputException bad(String problem) {
      return new BadInputException(file + ": " + problem);
    }
  }
}
