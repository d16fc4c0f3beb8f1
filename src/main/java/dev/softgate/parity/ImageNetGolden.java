package dev.softgate.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.gate.GateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Safetensors;
import dev.softgate.model.Architecture;
import dev.softgate.model.ModelSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What torchvision's network of that name computes, with weights and images made by a formula
 * ({@link FormulaNetwork}): outputs in evaluation mode, and loss, gradients and running means of
 * one training pass.
 *
 * @param arch the network, with 1,000 classes
 * @param evaluation outputs by name, such as {@code 224.logits}: N×C
 * @param loss mean cross-entropy of the training batch, nats
 * @param gradients L2 norm of each parameter's gradient
 * @param runningMeans L2 norm of each running mean after the pass
 */
record ImageNetGolden(
    Architecture arch,
    Map<String, Output> evaluation,
    double loss,
    Map<String, Double> gradients,
    Map<String, Double> runningMeans)
    implements Golden {

  private static final Pattern OUTPUT =
      Pattern.compile(
          "eval\\.(\\d{2,3})\\.(logits|layer3\\.pooled|layer4\\.0\\.pooled|layer4\\.pooled)");

  /**
   * An output in evaluation mode.
   *
   * @param size the images' height and width, in pixels
   * @param kind what it is: {@code logits} or {@code layer4.pooled}
   * @param values float32, N×C
   */
  record Output(int size, String kind, HostTensor values) {}

  /** Whether a file has no training steps, as the goldens of published models have. */
  static boolean isOne(Path file) {
    return !Safetensors.readMetadata(file).containsKey("steps")
        && GoldenFile.json(file).has("train_gradient_l2");
  }

  /**
   * Reads the file and the JSON beside it.
   *
   * @throws BadInputException if they are malformed, or the network is unknown
   */
  static ImageNetGolden read(Path file) {
    JsonNode json = GoldenFile.json(file);
    Architecture arch = architecture(file, json.path("name").asText());
    ModelSpec spec = FormulaNetwork.spec(arch, GateSpec.none());
    Map<String, Output> outputs = new LinkedHashMap<>();
    Safetensors.read(file)
        .tensors()
        .forEach(
            (name, tensor) -> {
              Matcher matcher = OUTPUT.matcher(name);
              if (!matcher.matches()) {
                throw bad(file, "%s is no output of a network".formatted(OneLine.of(name)));
              }
              String kind = matcher.group(2);
              int channels =
                  kind.equals("logits")
                      ? spec.classes()
                      : spec.channels(kind.startsWith("layer3") ? 3 : 4);
              long[] shape = tensor.shape();
              if (shape.length != 2 || shape[0] < 1 || shape[0] > 64 || shape[1] != channels) {
                throw bad(
                    file,
                    "%s has shape %s, not N×%d".formatted(name, Arrays.toString(shape), channels));
              }
              outputs.put(name, new Output(Integer.parseInt(matcher.group(1)), kind, tensor));
            });
    JsonNode loss = json.path("train_loss");
    if (!loss.isNumber() || !(loss.doubleValue() > 0)) {
      throw bad(file, "its JSON has no train_loss above 0");
    }
    return new ImageNetGolden(
        arch,
        outputs,
        loss.doubleValue(),
        norms(file, json, "train_gradient_l2"),
        norms(file, json, "train_running_mean_l2"));
  }

  private static Architecture architecture(Path file, String name) {
    List<String> known =
        Arrays.stream(Architecture.values())
            .filter(Architecture::isFixed)
            .map(Architecture::text)
            .toList();
    return Arrays.stream(Architecture.values())
        .filter(arch -> arch.isFixed() && arch.text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                bad(
                    file,
                    "its JSON names the network '%s', expected one of %s"
                        .formatted(OneLine.of(name), String.join(", ", known))));
  }

  private static Map<String, Double> norms(Path file, JsonNode json, String key) {
    Map<String, Double> norms = new LinkedHashMap<>();
    json.path(key)
        .properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isNumber()) {
                throw bad(file, key + " of " + OneLine.of(entry.getKey()) + " is no number");
              }
              norms.put(entry.getKey(), entry.getValue().doubleValue());
            });
    if (norms.isEmpty()) {
      throw bad(file, "its JSON has no " + key);
    }
    return norms;
  }

  private static BadInputException bad(Path file, String problem) {
    return new BadInputException(
        OneLine.of(file) + ": " + problem + "; take the whole golden file");
  }

  @Override
  public ModelSpec spec() {
    return FormulaNetwork.spec(arch, GateSpec.none());
  }

  @Override
  public ParityReport check(Compute compute) {
    return new ImageNetCheck(this, compute).run();
  }
}
