package dev.softgate.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.softgate.BadInputException;
import dev.softgate.interop.NearestName;
import dev.softgate.interop.OneLine;
import dev.softgate.model.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binds a configuration tree and names every problem it has at once. */
final class ConfigReader {

  private static final String BASE = "base";

  private final ObjectNode tree = ConfigText.MAPPER.createObjectNode();
  private final List<String> problems = new ArrayList<>(); // with keys as {key}

  /** Reads a file: a complete one, or the differences from its {@code base}. */
  static RunConfig read(String yaml, String source) {
    JsonNode root = tree(yaml, source);
    ConfigReader reader = new ConfigReader();
    if (!root.isObject()) {
      throw new BadInputException(
          source + ": expected the sections " + String.join(", ", Settings.sections().keySet()));
    }
    Map<ConfigKey, JsonNode> found = reader.found(root);
    JsonNode base = root.get(BASE);
    if (base == null) {
      reader.takeAll(found);
    } else {
      reader.takeDifferences(found, Presets.base(base.asText(), source));
    }
    return reader.bind(source);
  }

  /** The tree of a file. */
  static JsonNode tree(String yaml, String source) {
    try {
      requireNoAliases(yaml, source);
      return ConfigText.MAPPER.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new BadInputException(source + where(e) + ": not valid YAML: " + OneLine.of(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Jackson would take an alias for the text of its name. */
  private static void requireNoAliases(String yaml, String source) throws IOException {
    try (JsonParser parser = ConfigText.MAPPER.createParser(yaml)) {
      while (parser.nextToken() != null) {
        if (parser instanceof YAMLParser reader && reader.isCurrentAlias()) {
          throw new BadInputException(
              "%s line %d: YAML's aliases, here *%s, are not supported; write what it stands for",
              source, parser.currentTokenLocation().getLineNr(), OneLine.of(parser.getText()));
        }
      }
    }
  }

  /** What a run does of which nothing is said: the value that each setting declares. */
  static RunConfig defaults() {
    ConfigReader reader = new ConfigReader();
    Settings.all().forEach(key -> reader.take(key, defaultNode(key)));
    return reader.bind("defaults");
  }

  /** Replaces values of a configuration by texts from the command line, by key name. */
  static RunConfig override(RunConfig config, Map<String, String> overrides) {
    ConfigReader reader = new ConfigReader();
    reader.tree.setAll((ObjectNode) ConfigText.MAPPER.valueToTree(config));
    overrides.forEach((name, text) -> reader.take(Settings.of(name), text));
    return reader.bind(null);
  }

  /** The keys of a file that there are, with their values. */
  private Map<ConfigKey, JsonNode> found(JsonNode root) {
    Map<ConfigKey, JsonNode> found = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> section : root.properties()) {
      if (section.getKey().equals(BASE)) {
        continue;
      }
      if (!Settings.sections().containsKey(section.getKey())) {
        problems.add(describeUnknownSection(section.getKey()));
        continue;
      }
      if (!section.getValue().isObject() && !section.getValue().asText("").isEmpty()) {
        problems.add(section.getKey() + ": expected keys, found " + show(section.getValue()));
      }
      for (Map.Entry<String, JsonNode> entry : section.getValue().properties()) {
        ConfigKey key = Settings.named(entry.getKey());
        if (key != null && key.section().equals(section.getKey())) {
          found.put(key, entry.getValue());
        } else {
          problems.add(describeUnknownKey(section.getKey(), entry.getKey(), key));
        }
      }
    }
    return found;
  }

  private void takeAll(Map<ConfigKey, JsonNode> found) {
    for (ConfigKey key : Settings.all()) {
      JsonNode value = found.get(key);
      if (value != null) {
        take(key, value);
      } else if (!key.setting().earlier().isEmpty()) {
        section(key).set(key.name(), earlier(key, found));
      } else {
        problems.add("missing key " + key.section() + "." + key.name());
        section(key).set(key.name(), defaultNode(key));
      }
    }
  }

  /** As if the keys of the file were options. */
  private void takeDifferences(Map<ConfigKey, JsonNode> found, RunConfig base) {
    tree.setAll((ObjectNode) ConfigText.MAPPER.valueToTree(base));
    Map<String, String> texts = new LinkedHashMap<>();
    found.forEach((key, value) -> texts.put(key.name(), ConfigText.text(value)));
    base.implied(texts).forEach((name, text) -> take(Settings.of(name), text));
    found.forEach(this::take);
  }

  private static JsonNode earlier(ConfigKey key, Map<ConfigKey, JsonNode> found) {
    if (key.name().equals("inner-widths") && found.containsKey(Settings.named("widths"))) {
      return earlierInnerWidths(found);
    }
    return ConfigText.node(key, key.setting().earlier());
  }

  /** Widths were the output alone: the stem and what is inside kept the architecture's. */
  private static JsonNode earlierInnerWidths(Map<ConfigKey, JsonNode> found) {
    JsonNode arch = found.get(Settings.named("arch"));
    JsonNode widths = found.get(Settings.named("widths"));
    String name = arch == null || widths == null || widths.isNull() ? "" : arch.asText();
    return Arrays.stream(Architecture.values())
        .filter(known -> known.text().equals(name))
        .findFirst()
        .<JsonNode>map(known -> ConfigText.MAPPER.valueToTree(known.innerWidths()))
        .orElse(NullNode.getInstance());
  }

  private void take(ConfigKey key, String text) {
    take(key, ConfigText.node(key, text));
  }

  private void take(ConfigKey key, JsonNode value) {
    boolean fits = value.isNull() ? key.nullable() : binds(key, value);
    if (!fits) {
      String must = key.choices().isEmpty() ? "expected " : "must be ";
      problems.add("{" + key + "}: " + must + key.expectation() + ", found " + show(value));
    }
    section(key).set(key.name(), fits ? value : defaultNode(key));
  }

  /** Makes the configuration of the keys that were taken, from a file or else from options. */
  private RunConfig bind(@Nullable String file) {
    DataConfig data = bindSection("data", DataConfig.class);
    ModelConfig model = bindSection("model", ModelConfig.class);
    OptimizationConfig optimization = bindSection("optimization", OptimizationConfig.class);
    SkippingConfig skipping = bindSection("skipping", SkippingConfig.class);
    ExecutionConfig execution = bindSection("execution", ExecutionConfig.class);
    problems.addAll(ConfigRules.problems(data, model, optimization, skipping, execution));
    if (!problems.isEmpty()) {
      String all = String.join("; ", problems);
      throw new BadInputException(file == null ? all : file + ": " + BadInputException.plain(all));
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
    String text = key.setting().value();
    return key.nullable() && text.equals("none")
        ? NullNode.getInstance()
        : ConfigText.node(key, text);
  }

  private static String describeUnknownSection(String name) {
    String nearest = nearest(name, Settings.sections().keySet());
    return "unknown section " + name + (nearest == null ? "" : " (meant " + nearest + "?)");
  }

  private static String describeUnknownKey(
      String section, String name, @Nullable ConfigKey elsewhere) {
    String unknown = "unknown key " + section + "." + name;
    if (elsewhere != null) {
      return unknown + " (it belongs in " + elsewhere.section() + ")";
    }
    String nearest = nearest(name, Settings.all().stream().map(ConfigKey::name).toList());
    return nearest == null ? unknown : unknown + " (meant " + nearest + "?)";
  }

  private static @Nullable String nearest(String name, Iterable<String> candidates) {
    return NearestName.of(name.replace('_', '-'), candidates);
  }

  private static String show(JsonNode value) {
    return value.isTextual() ? "'" + value.textValue() + "'" : value.toString();
  }

  private static String where(JacksonException e) {
    JsonLocation location = e.getLocation();
    return location == null ? "" : " line " + location.getLineNr();
  }
}
