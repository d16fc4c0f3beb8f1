package dev.softgate.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.BadInputException;
import dev.softgate.interop.NearestName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Settings within YAML files that are not configurations: a map of names to values, without
 * sections.
 */
public final class SettingsYaml {

  private SettingsYaml() {}

  /**
   * Reads a file's text.
   *
   * @param source the file, for messages
   * @throws BadInputException if it is not YAML, or a key occurs twice
   */
  public static JsonNode parse(String yaml, String source) {
    return ConfigReader.tree(yaml, source);
  }

  /**
   * Values as on the command line, by setting.
   *
   * @param map an object whose keys are settings
   * @param where the place in the file, for messages
   * @throws BadInputException if a key is not a setting or a value is a map
   */
  public static Map<String, String> texts(JsonNode map, String where) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      requireSetting(entry.getKey(), where);
      texts.put(entry.getKey(), text(entry.getKey(), entry.getValue(), where));
    }
    return texts;
  }

  /**
   * Checks a setting's name.
   *
   * @throws BadInputException if there is no such setting, with the nearest one
   */
  public static void requireSetting(String name, String where) {
    if (Settings.named(name) != null) {
      return;
    }
    if (Settings.sections().containsKey(name)) {
      throw problem(where, name, "is a section; write its settings without it");
    }
    String nearest =
        NearestName.of(
            name.replace('_', '-'), Settings.all().stream().map(ConfigKey::name).toList());
    throw problem(
        where, name, "no such setting" + (nearest == null ? "" : "; meant " + nearest + "?"));
  }

  /**
   * A value as on the command line.
   *
   * @throws BadInputException if it is a map, or a list of other than plain values
   */
  public static String text(String name, JsonNode value, String where) {
    Stream<JsonNode> parts =
        value.isArray() ? StreamSupport.stream(value.spliterator(), false) : Stream.of(value);
    if (parts.anyMatch(JsonNode::isContainerNode)) {
      throw problem(where, name, "expected a value, found " + value);
    }
    return ConfigText.text(value);
  }

  private static BadInputException problem(String where, String name, String what) {
    return new BadInputException("%s: %s: %s", where, name, what);
  }
}
