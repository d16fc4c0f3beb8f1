package dev.softgate.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.BadInputException;
import dev.softgate.interop.InputFiles;
import dev.softgate.interop.OneLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The names of a network's classes, in a file: one a line in the order of the class ids; or a JSON
 * list; or a JSON object from id to name, as Hugging Face writes it, from id to a list that ends
 * with the name, as Keras does, or from name to id, as torchvision's folders do.
 */
final class ClassNamesFile {

  private static final int MOST_BYTES = 16 << 20;

  private final Path file;

  private ClassNamesFile(Path file) {
    this.file = file;
  }

  /**
   * Reads the names. A name that occurs twice gets its class id, as in {@code crane (134)}.
   *
   * @param classes how many there must be
   * @throws BadInputException if the file is not readable, or has another number of names
   */
  static List<String> read(Path file, int classes) {
    ClassNamesFile reader = new ClassNamesFile(file);
    String text = InputFiles.text(file, "a file of class names", MOST_BYTES);
    String start = text.stripLeading();
    List<String> names =
        start.startsWith("[") || start.startsWith("{")
            ? reader.json(text)
            : text.stripTrailing().lines().map(String::strip).toList();
    if (names.size() != classes) {
      throw reader.bad(
          "%,d names for a network of %,d classes; give one for each"
              .formatted(names.size(), classes));
    }
    return reader.distinct(names);
  }

  private List<String> json(String text) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          "{class-names} %s: not JSON (%s)"
              .formatted(OneLine.of(file), OneLine.of(e.getOriginalMessage())),
          e);
    }
    JsonNode names = root.path("id2label").isObject() ? root.path("id2label") : root;
    if (names.isArray()) {
      List<String> listed = new ArrayList<>();
      names.forEach(name -> listed.add(name(name)));
      return listed;
    }
    Map<Integer, String> byId = new TreeMap<>();
    names
        .properties()
        .forEach(
            entry -> {
              boolean reversed = entry.getValue().isInt();
              int id = reversed ? entry.getValue().intValue() : id(entry.getKey());
              String name = reversed ? entry.getKey() : name(entry.getValue());
              if (byId.put(id, name) != null) {
                throw bad("two names for class %d".formatted(id));
              }
            });
    int expected = 0;
    for (int id : byId.keySet()) {
      if (id != expected++) {
        throw bad("no name for class %d".formatted(expected - 1));
      }
    }
    return List.copyOf(byId.values());
  }

  private int id(String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      throw new BadInputException(
          "{class-names} %s: '%s' is no class id; give {\"0\": \"name\", …} or a list"
              .formatted(OneLine.of(file), OneLine.of(key)),
          e);
    }
  }

  private String name(JsonNode value) {
    JsonNode name = value.isArray() ? value.path(value.size() - 1) : value;
    if (!name.isTextual()) {
      throw bad("%s is no name; give texts".formatted(OneLine.of(value)));
    }
    return name.textValue().strip();
  }

  private List<String> distinct(List<String> names) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    names.forEach(name -> counts.merge(name, 1, Integer::sum));
    List<String> distinct = new ArrayList<>();
    for (int id = 0; id < names.size(); id++) {
      String name = names.get(id);
      if (name.isEmpty()) {
        throw bad("class %d has an empty name".formatted(id));
      }
      distinct.add(counts.getOrDefault(name, 0) > 1 ? "%s (%d)".formatted(name, id) : name);
    }
    return distinct;
  }

  private BadInputException bad(String problem) {
    return new BadInputException("{class-names} %s: %s".formatted(OneLine.of(file), problem));
  }
}
