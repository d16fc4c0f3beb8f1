package dev.softgate.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.softgate.BadInputException;
import dev.softgate.data.Limits;
import dev.softgate.interop.OneLine;
import dev.softgate.model.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds a configuration tree and names every problem it has at once: unknown, missing, mistyped and
 * out-of-range keys. Where a key cannot be bound, the default stands in, so that the ranges of the
 * others are still looked at.
 */
final class ConfigReader {

  private static final int TYPO_DISTANCE = 3;

  /**
   * Keys that files of earlier versions lack. Their defaults are what those versions did, and stay
   * so: otherwise a new default would change what an old file means. But for those of {@link
   * #EARLIER}.
   */
  private static final Set<String> ADDED_LATER =
      Set.of(
          "dynamics",
          "canvas",
          "labels",
          "drop-suspects",
          "scores",
          "score",
          "fold",
          "fold-by",
          "gate-after",
          "gate-mix",
          "memory-share",
          "memory-density",
          "memory-off-epochs",
          "limit-val",
          "widths",
          "bottleneck-stride",
          "inner-widths",
          "label-smoothing",
          "keep-every",
          "target-skip",
          "anneal-epochs",
          "skip-loss",
          "distill",
          "distill-weight",
          "distill-temperature");

  /** What earlier versions did where the default is something else now. */
  private static final Map<String, JsonNode> EARLIER =
      Map.of(
          "dynamics",
          TextNode.valueOf("none"),
          "canvas",
          TextNode.valueOf("none"),
          "fold-by",
          TextNode.valueOf(DataConfig.BY_CHANCE),
          "score",
          TextNode.valueOf(DataConfig.CONSENSUS),
          "limit-val",
          TextNode.valueOf(Limits.ALL));

  private final ObjectNode tree = ConfigText.MAPPER.createObjectNode();
  private final List<String> problems = new ArrayList<>();
  private final String keyPrefix;

  /**
   * Starts without any value.
   *
   * @param keyPrefix goes before each key in messages: {@code --} for options
   */
  private ConfigReader(String keyPrefix) {
    this.keyPrefix = keyPrefix;
  }

  /**
   * Reads a whole file.
   *
   * @param source names the file in messages
   * @throws BadInputException naming every problem
   */
  static RunConfig read(String yaml, String source) {
    return read(yaml, source, EARLIER);
  }

  /** Reads a recipe of this version, where keys that it lacks have today's defaults. */
  static RunConfig readRecipe(String yaml, String source) {
    return read(yaml, source, Map.of());
  }

  private static RunConfig read(String yaml, String source, Map<String, JsonNode> earlier) {
    JsonNode root;
    try {
      root = ConfigText.MAPPER.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new BadInputException(source + where(e) + ": not valid YAML: " + OneLine.of(e), e);
    }
    ConfigReader reader = new ConfigReader("");
    if (!root.isObject()) {
      throw new BadInputException(
          source + ": expected the sections " + String.join(", ", ConfigKey.sections().keySet()));
    }
    reader.takeSections(root, earlier);
    return reader.bind(source + ": ");
  }

  /**
   * Replaces values of a configuration by texts from the command line.
   *
   * @param overrides by key name
   * @throws BadInputException naming every problem
   */
  static RunConfig override(RunConfig config, Map<String, String> overrides) {
    ConfigReader reader = new ConfigReader("--");
    reader.tree.setAll((ObjectNode) ConfigText.MAPPER.valueToTree(config));
    overrides.forEach(
        (name, text) -> {
          ConfigKey key = ConfigKey.named(name);
          if (key == null) {
            throw new IllegalArgumentException("no configuration key " + name);
          }
          reader.take(key, ConfigText.node(key, text));
        });
    return reader.bind("");
  }

  private void takeSections(JsonNode root, Map<String, JsonNode> earlier) {
    List<String> unknown = new ArrayList<>();
    Map<ConfigKey, JsonNode> found = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> section : root.properties()) {
      if (!ConfigKey.sections().containsKey(section.getKey())) {
        unknown.add(describeUnknownSection(section.getKey()));
        continue;
      }
      for (Map.Entry<String, JsonNode> entry : section.getValue().properties()) {
        ConfigKey key = ConfigKey.named(entry.getKey());
        if (key != null && key.section().equals(section.getKey())) {
          found.put(key, entry.getValue());
        } else {
          unknown.add(describeUnknownKey(section.getKey(), entry.getKey(), key));
        }
      }
    }
    problems.addAll(unknown);
    for (ConfigKey key : ConfigKey.all()) {
      JsonNode value = found.get(key);
      if (value == null && ADDED_LATER.contains(key.name())) {
        section(key).set(key.name(), earlier(key, found, earlier));
      } else if (value == null) {
        problems.add("missing key " + key.section() + "." + key.name());
        section(key).set(key.name(), defaultNode(key));
      } else {
        take(key, value);
      }
    }
  }

  private static JsonNode earlier(
      ConfigKey key, Map<ConfigKey, JsonNode> found, Map<String, JsonNode> earlier) {
    if (key.name().equals("inner-widths") && found.containsKey(ConfigKey.named("widths"))) {
      return earlierInnerWidths(found);
    }
    return earlier.getOrDefault(key.name(), defaultNode(key));
  }

  /** Widths were the output alone: the stem and what is inside kept the architecture's. */
  private static JsonNode earlierInnerWidths(Map<ConfigKey, JsonNode> found) {
    JsonNode arch = found.get(ConfigKey.named("arch"));
    JsonNode widths = found.get(ConfigKey.named("widths"));
    String name = arch == null || widths == null || widths.isNull() ? "" : arch.asText();
    return Arrays.stream(Architecture.values())
        .filter(known -> known.text().equals(name))
        .findFirst()
        .<JsonNode>map(known -> ConfigText.MAPPER.valueToTree(known.innerWidths()))
        .orElse(NullNode.getInstance());
  }

  private void take(ConfigKey key, JsonNode value) {
    boolean fits = value.isNull() ? key.nullable() : binds(key, value);
    if (!fits) {
      String expected = key.expectation() + (key.nullable() ? " or none" : "");
      problems.add(keyPrefix + key.name() + ": expected " + expected + ", found " + show(value));
    }
    section(key).set(key.name(), fits ? value : defaultNode(key));
  }

  private RunConfig bind(String prefix) {
    DataConfig data = bindSection("data", DataConfig.class);
    ModelConfig model = bindSection("model", ModelConfig.class);
    OptimizationConfig optimization = bindSection("optimization", OptimizationConfig.class);
    SkippingConfig skipping = bindSection("skipping", SkippingConfig.class);
    ExecutionConfig execution = bindSection("execution", ExecutionConfig.class);
    ConfigRules.problems(data, model, optimization, skipping, execution)
        .forEach(problem -> problems.add(keyPrefix + problem));
    if (!problems.isEmpty()) {
      throw new BadInputException(prefix + String.join("; ", problems));
    }
    return new RunConfig(data, model, optimization, skipping, execution);
  }

  private <T> T bindSection(String name, Class<T> type) {
    try {
      return ConfigText.MAPPER.treeToValue(tree.get(name), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("keys bind one by one, but not section " + name, e);
    }
  }

  private ObjectNode section(ConfigKey key) {
    return tree.withObjectProperty(key.section());
  }

  private static boolean binds(ConfigKey key, JsonNode value) {
    for (JsonNode element : value) {
      if (element.isNull()) {
        return false;
      }
    }
    try {
      ConfigText.MAPPER.treeToValue(
          value, ConfigText.MAPPER.getTypeFactory().constructType(key.type()));
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static JsonNode defaultNode(ConfigKey key) {
    return ConfigText.MAPPER
        .valueToTree(RunConfig.defaults())
        .at("/" + key.section())
        .get(key.name());
  }

  private static String describeUnknownSection(String name) {
    String nearest = nearest(name, ConfigKey.sections().keySet());
    return "unknown section " + name + (nearest == null ? "" : " (meant " + nearest + "?)");
  }

  private static String describeUnknownKey(
      String section, String name, @Nullable ConfigKey elsewhere) {
    String unknown = "unknown key " + section + "." + name;
    if (elsewhere != null) {
      return unknown + " (it belongs in " + elsewhere.section() + ")";
    }
    String nearest = nearest(name, ConfigKey.all().stream().map(ConfigKey::name).toList());
    return nearest == null ? unknown : unknown + " (meant " + nearest + "?)";
  }

  private static @Nullable String nearest(String name, Iterable<String> candidates) {
    String nearest = null;
    int least = Math.min(TYPO_DISTANCE, Math.max(1, name.length() / 2)) + 1;
    for (String candidate : candidates) {
      int distance = editDistance(name.toLowerCase(Locale.ROOT).replace('_', '-'), candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  private static String show(JsonNode value) {
    return value.isTextual() ? "'" + value.textValue() + "'" : value.toString();
  }

  private static String where(JacksonException e) {
    JsonLocation location = e.getLocation();
    return location == null ? "" : " line " + location.getLineNr();
  }
}
