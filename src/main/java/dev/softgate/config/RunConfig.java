package dev.softgate.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.softgate.BadInputException;
import dev.softgate.data.Limits;
import dev.softgate.data.SplitKind;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.MemorySpec;
import dev.softgate.interop.InputFiles;
import dev.softgate.model.Architecture;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that decides what a run does: the content of its {@code config.yaml}. The five
 * sections of the file are the components; its keys, in kebab-case, are the names of the options.
 * Every value stands in the file, so that a later change of a default changes no earlier run.
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

  /** Checks every range. */
  public RunConfig {
    List<String> problems = ConfigRules.problems(data, model, optimization, skipping, execution);
    if (!problems.isEmpty()) {
      throw new BadInputException(String.join("; ", problems));
    }
  }

  /**
   * The method on CIFAR-10 with ResNet-110: hyperparameters as in the published code, the gate at
   * the entry of the additional layers.
   */
  public static RunConfig defaults() {
    return new RunConfig(
        new DataConfig(
            "cifar10",
            Path.of("data"),
            null,
            null,
            null,
            null,
            DataConfig.AUM,
            SplitKind.AUTO,
            0.1,
            null,
            Limits.AUTO,
            null,
            null,
            DataConfig.BY_LABEL,
            "crop-flip",
            "published"),
        new ModelConfig(
            "resnet",
            110,
            "basic",
            "3x3",
            "projection",
            "classifier",
            null,
            null,
            "entry",
            "normalised",
            "none",
            "1x1-element",
            GateSpec.PUBLISHED_BIAS,
            "soft",
            MemorySpec.DEFAULT.share(),
            MemorySpec.DEFAULT.density(),
            null,
            null),
        new OptimizationConfig(
            333,
            128,
            0.1,
            0.9,
            1e-4,
            List.of(133, 200),
            0.1,
            0,
            0.01,
            0.01,
            GateSchedule.CONSTANT,
            1,
            0.5,
            0,
            0.0,
            "scratch",
            1),
        new SkippingConfig(null, 0, 0, null, 0.9, 4),
        new ExecutionConfig(
            "auto", "auto", 0, "auto", "cpu", Path.of("runs"), null, 1, 0.5, 0, "augmented", null));
  }

  /** Reads a file that {@link #toYaml} or a person wrote. */
  public static RunConfig read(Path file) {
    return parse(
        InputFiles.text(file, "a configuration file in YAML", MOST_BYTES), file.toString());
  }

  /**
   * Reads the text of a file.
   *
   * @param source names it in messages
   */
  public static RunConfig parse(String yaml, String source) {
    return ConfigReader.read(yaml, source);
  }

  /**
   * This configuration with some values replaced; a resnet34 gets its depth unless one is given, a
   * memory gate its own place, other widths their own inside, and a target of skipping hard gates.
   *
   * @param overrides texts as on the command line ({@code 133,200}; {@code none} for null) by key
   * @throws IllegalArgumentException if there is no such key
   */
  public RunConfig with(Map<String, String> overrides) {
    Map<String, String> complete = new LinkedHashMap<>(overrides);
    if (Architecture.RESNET34.text().equals(overrides.get("arch"))
        && !overrides.containsKey("depth")) {
      complete.put("depth", Integer.toString(Architecture.RESNET34_DEPTH)); // there is no other
    }
    String gate = overrides.getOrDefault("gate", model.gate());
    if (gate.equals(ModelConfig.MEMORY) != model.gate().equals(ModelConfig.MEMORY)) {
      complete.putIfAbsent("gate-at", "none"); // where the other gate is says nothing of this one
      complete.putIfAbsent("gate-after", "none");
    }
    String widths = overrides.get("widths");
    if (widths != null && !widths.equals(texts().get("widths"))) {
      complete.putIfAbsent("inner-widths", "none"); // those of other widths say nothing of these
    }
    if (!overrides.getOrDefault("target-skip", "none").equals("none")) {
      complete.putIfAbsent("gate-mix", "hard"); // soft gates skip nothing
    }
    return ConfigReader.override(this, complete);
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
