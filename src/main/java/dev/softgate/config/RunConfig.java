package dev.softgate.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.softgate.BadInputException;
import dev.softgate.gate.GateKind;
import dev.softgate.interop.InputFiles;
import dev.softgate.model.Architecture;
import dev.softgate.model.BlockKind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Everything that decides what a run does: the content of its {@code config.yaml}. The components
 * of its five sections, in kebab-case, are the keys of the file and the names of the options. A
 * run's own file has every value, so a later change of a default changes no earlier run.
 *
 * <p>An instance is valid: the constructor and all factories throw {@link BadInputException} with
 * one line that names every problem.
 */
public record RunConfig(
    DataConfig data,
    ModelConfig model,
    OptimizationConfig optimization,
    SkippingConfig skipping,
    ExecutionConfig execution) {

  private static final int MOST_BYTES = 1 << 20;

  private static final class Defaults {
    static final RunConfig CONFIG = ConfigReader.defaults();
  }

  public RunConfig {
    List<String> problems = ConfigRules.problems(data, model, optimization, skipping, execution);
    if (!problems.isEmpty()) {
      throw new BadInputException(String.join("; ", problems));
    }
  }

  /** The method on CIFAR-10 with ResNet-110, with the gate at the entry. */
  public static RunConfig defaults() {
    return Defaults.CONFIG;
  }

  /** Reads a configuration file, written by hand or by {@link #toYaml}. */
  public static RunConfig read(Path file) {
    return parse(
        InputFiles.text(file, "a configuration file in YAML", MOST_BYTES), file.toString());
  }

  /** Reads the text of a file that messages call {@code source}. */
  public static RunConfig parse(String yaml, String source) {
    return ConfigReader.read(yaml, source);
  }

  /**
   * This configuration with values replaced by texts as on the command line. Unless overrides name
   * them, a network known by name gets its layers, units of stages their depth, owned channels
   * their own place, other widths their own inside, a target of skipping hard gates, and mixed
   * images plain dynamics.
   *
   * @throws IllegalArgumentException if there is no such key
   */
  public RunConfig with(Map<String, String> overrides) {
    Map<String, String> complete = implied(overrides);
    complete.putAll(overrides);
    return ConfigReader.override(this, complete);
  }

  /** The values that overrides imply and do not give. */
  Map<String, String> implied(Map<String, String> overrides) {
    Map<String, String> implied = new LinkedHashMap<>();
    implied.putAll(impliedLayers(overrides));
    String memory = GateKind.OWNED_CHANNELS.text();
    String own = model.gate().text();
    if (overrides.getOrDefault("gate", own).equals(memory) != own.equals(memory)) {
      implied.put("gate-at", "none"); // the place of another gate
      implied.put("gate-after", "none");
    }
    String widths = overrides.get("widths");
    if (widths != null && !widths.equals(texts().get("widths"))) {
      implied.put("inner-widths", "none"); // those of other widths
    }
    if (!overrides.getOrDefault("target-skip", "none").equals("none")) {
      implied.put("gate-mix", "hard"); // soft gates skip nothing
    }
    boolean mixes = !overrides.getOrDefault("mixup", "0").matches("0(\\.0*)?");
    if (mixes && execution.dynamics() == Dynamics.AUGMENTED) {
      implied.put("dynamics", Dynamics.PLAIN.text()); // no image is trained on alone
    }
    implied.keySet().removeAll(overrides.keySet());
    return implied;
  }

  /** What a network's name or its units imply of its layers: there are no others. */
  private Map<String, String> impliedLayers(Map<String, String> overrides) {
    Map<String, String> implied = new LinkedHashMap<>();
    String block = overrides.getOrDefault("block", model.block());
    List<Integer> units = List.of();
    for (Architecture named : Architecture.values()) {
      if (named.isFixed() && named.text().equals(overrides.get("arch"))) {
        block = Objects.requireNonNull(named.block()).text();
        units = named.units();
        implied.put("block", block);
        implied.put("stem", named.stem().text());
        implied.put("units", "none");
      }
    }
    String given = overrides.get("units");
    if (units.isEmpty() && given != null) {
      units = ConfigText.numbers(Settings.of("units"), given);
    }
    for (BlockKind kind : BlockKind.values()) {
      if (!units.isEmpty() && kind.text().equals(block)) {
        implied.put("depth", Integer.toString(kind.depth(units)));
      }
    }
    return implied;
  }

  /** Every value as on the command line, by key, so that {@link #with} takes them back. */
  public Map<String, String> texts() {
    return ConfigText.texts(this);
  }

  /** The file's text: every value, in the order of the components. */
  public String toYaml() {
    try {
      return ConfigText.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a configuration cannot be written", e);
    }
  }
}
