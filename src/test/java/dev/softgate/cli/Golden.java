package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Texts under {@code src/test/resources/contract} that hold what users rely on: options, files and
 * JSON. {@code ./mvnw test -Dtest='*ContractTest' -Dcontract.write=true} rewrites them; the
 * difference that Git then shows is what a user will notice.
 */
final class Golden {

  private static final Path FOLDER = Path.of("src", "test", "resources", "contract");

  private static final String HINT = "%s; if the change is meant, run with -Dcontract.write=true";

  private static final boolean WRITE = Boolean.getBoolean("contract.write");

  /** Keys whose values depend on the machine, the day or the version. */
  private static final Pattern VARIES =
      Pattern.compile(
          ".*(weights_sha256|peak_rss_bytes|live_pointers_grown|instruction_set|engine|precision"
              + "|threads|version|started|finished|commit|date|time|cpu|java|os|hostname|canvas"
              + "|gates\\[]|gate_family\\[]\\.\\w+(\\[])?)");

  /** A number that stands alone. */
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\w.-])-?\\d[\\d,]*(\\.\\d+)?([eE][+-]?\\d+)?(?![\\w-])|within noise");

  private Golden() {}

  /** Compares a text with a golden file, or writes the file. */
  static void assertMatches(String name, String actual) throws IOException {
    write(name, actual);
    assertThat(actual).as(HINT, name).isEqualTo(read(name));
  }

  /**
   * Like {@link #assertMatches}, but the text may have lines that the file lacks: what is new is no
   * break.
   */
  static void assertKeeps(String name, String actual) throws IOException {
    write(name, actual);
    assertThat(actual.lines()).as(HINT, name).containsSubsequence(read(name).lines().toList());
  }

  private static void write(String name, String actual) throws IOException {
    if (WRITE) {
      Path file = FOLDER.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
  }

  /** The text of a golden file. */
  static String read(String name) throws IOException {
    return Files.readString(FOLDER.resolve(name));
  }

  /** Compares printed text, ignoring numbers and column widths. */
  static void assertText(String name, String text) throws IOException {
    assertMatches(
        "text/" + name + ".txt",
        NUMBER.matcher(text).replaceAll("#").replaceAll(" {2,}", "  ").replaceAll(" +\n", "\n"));
  }

  /** Compares the keys of a JSON object, their order and their types. */
  static void assertTypes(String name, JsonNode json) throws IOException {
    assertJson(name, json, false);
  }

  /** The same, and the values that no weight and no machine has a say in. */
  static void assertValues(String name, JsonNode json) throws IOException {
    assertJson(name, json, true);
  }

  private static void assertJson(String name, JsonNode json, boolean values) throws IOException {
    Map<String, Set<String>> paths = new LinkedHashMap<>();
    collect(json, "", values, paths);
    StringBuilder text = new StringBuilder();
    paths.forEach(
        (path, types) ->
            text.append(path).append(": ").append(String.join(" | ", types)).append('\n'));
    assertMatches("json/" + name + ".txt", text.toString());
  }

  private static void collect(
      JsonNode node, String path, boolean values, Map<String, Set<String>> paths) {
    if (node.isObject() && !node.isEmpty()) {
      node.properties()
          .forEach(
              field ->
                  collect(
                      field.getValue(),
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      values,
                      paths));
    } else if (node.isArray() && !node.isEmpty()) {
      boolean few = node.size() <= 10;
      node.forEach(element -> collect(element, path + "[]", values && few, paths));
    } else {
      boolean shown = values && !VARIES.matcher(path).matches();
      paths.computeIfAbsent(path, key -> new LinkedHashSet<>()).add(scalar(node, shown));
    }
  }

  private static String scalar(JsonNode node, boolean shown) {
    return node.isFloatingPointNumber()
        ? "number"
        : shown || node.isNull() || node.isContainerNode()
            ? node.toString()
            : node.isIntegralNumber() ? "integer" : node.isBoolean() ? "boolean" : "text";
  }
}
