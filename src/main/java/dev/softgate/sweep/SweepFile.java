package dev.softgate.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.BadInputException;
import dev.softgate.config.SettingsYaml;
import dev.softgate.interop.InputFiles;
import dev.softgate.interop.NearestName;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A file that describes a sweep:
 *
 * <pre>
 * base: {dataset: synthetic, depth: 20, epochs: 4}  # all runs; or a recipe's name
 * grid: {lr: [0.1, 0.05], gate: [classifier, none]} # each value with each
 * list: [{base: mislabeled}, {lr: 0.2, schedule: [2]}] # single combinations
 * seeds: 3                                          # 1, 2, 3; or a list
 * </pre>
 *
 * <p>Combinations are those of {@code grid} and those of {@code list}, in the order of the file.
 * Where neither is given, the base is the only one. A map may name a {@code base} of its own, and a
 * combination of the list its own {@code seeds}.
 *
 * @param name the sweep's name: the file's, without its ending
 * @param source the file, for messages
 * @param text what is in the file
 * @param folder where bases that are files are looked for
 * @param base what all combinations start from
 * @param entries at least one
 * @param seeds at least one; null for that of the base
 */
record SweepFile(
    String name,
    String source,
    String text,
    Path folder,
    Entry base,
    List<Entry> entries,
    @Nullable List<Long> seeds) {

  private static final int MOST_BYTES = 1 << 20;

  /** More would take years, and minutes to check. */
  static final int MOST_RUNS = 10_000;

  private static final String BASE = "base";
  private static final String GRID = "grid";
  private static final String LIST = "list";
  private static final String SEEDS = "seeds";
  private static final List<String> KEYS = List.of(BASE, GRID, LIST, SEEDS);
  private static final String ENDING = "\\.ya?ml$";

  /** The sweeps that come with the program. */
  private static final List<String> PRESETS = List.of("published");

  /**
   * A combination of settings.
   *
   * @param place in the file, for messages
   * @param base a recipe or a configuration file; null for the one above
   * @param settings as on the command line
   * @param seeds its own; null for those of the file
   */
  record Entry(
      String place,
      @Nullable String base,
      Map<String, String> settings,
      @Nullable List<Long> seeds) {

    Entry {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
  }

  SweepFile {
    entries = List.copyOf(entries);
    seeds = seeds == null ? null : List.copyOf(seeds);
  }

  /**
   * Reads a file.
   *
   * @throws BadInputException if it is missing or not such a file; the message names the place
   */
  static SweepFile read(Path file) {
    Path name = file.getFileName();
    if (name == null) {
      throw new BadInputException("%s is not a file; specify a sweep in YAML", file);
    }
    return parse(
        InputFiles.text(file, "a sweep in YAML", MOST_BYTES),
        name.toString().replaceFirst(ENDING, ""),
        file.toString(),
        file.toAbsolutePath().resolveSibling(""));
  }

  /** A sweep of this program; throws BadInputException, listing the names, for others. */
  static SweepFile preset(String name) {
    if (!PRESETS.contains(name)) {
      throw new BadInputException(
          "{preset} %s: no such sweep; there is %s", OneLine.of(name), String.join(", ", PRESETS));
    }
    try (InputStream in = SweepFile.class.getResourceAsStream("/sweeps/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("no sweep " + name + " in the program");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return parse(text, name, "sweep " + name, Path.of(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SweepFile parse(String text, String name, String source, Path folder) {
    JsonNode root = SettingsYaml.parse(text, source);
    if (!root.isObject()) {
      throw problem(source, "expected the keys " + String.join(", ", KEYS));
    }
    Entry base = new Entry(source + ": base", null, Map.of(), null);
    List<Entry> entries = new ArrayList<>();
    List<Long> seeds = null;
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      JsonNode value = entry.getValue();
      String where = source + ": " + entry.getKey();
      switch (entry.getKey()) {
        case BASE ->
            base =
                value.isTextual()
                    ? new Entry(where, value.textValue(), Map.of(), null)
                    : entry(value, where, false);
        case GRID -> entries.addAll(grid(value, where));
        case LIST -> entries.addAll(list(value, where));
        case SEEDS -> seeds = seeds(value, where);
        default -> throw unknown(source, entry.getKey());
      }
    }
    if (entries.isEmpty()) {
      entries.add(new Entry(base.place, null, Map.of(), null));
    }
    return new SweepFile(name, source, text, folder, base, entries, seeds);
  }

  private static BadInputException unknown(String source, String key) {
    String nearest = NearestName.of(key, KEYS);
    return problem(
        source,
        "unknown key "
            + OneLine.of(key)
            + (nearest == null
                ? "; the keys are " + String.join(", ", KEYS)
                : " (meant " + nearest + "?)"));
  }

  /** A map of settings, with {@code base} and, where allowed, {@code seeds}. */
  private static Entry entry(JsonNode map, String where, boolean mayHaveSeeds) {
    if (!map.isObject()) {
      throw problem(where, "expected a map of settings, found " + OneLine.of(map));
    }
    String base = null;
    List<Long> seeds = null;
    Map<String, String> settings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String key = entry.getKey();
      if (key.equals(BASE)) {
        base = SettingsYaml.text(key, entry.getValue(), where);
      } else if (key.equals(SEEDS) && mayHaveSeeds) {
        seeds = seeds(entry.getValue(), where + ": " + key);
      } else {
        requireSwept(key, where);
        settings.put(key, SettingsYaml.text(key, entry.getValue(), where));
      }
    }
    return new Entry(where, base, settings, seeds);
  }

  /** Every value of the first key with every value of the second, and so on. */
  private static List<Entry> grid(JsonNode grid, String where) {
    if (!grid.isObject() || grid.isEmpty()) {
      throw problem(where, "expected a map of settings to lists of values");
    }
    List<Map<String, String>> combinations = List.of(Map.of());
    for (Map.Entry<String, JsonNode> axis : grid.properties()) {
      String key = axis.getKey();
      if (!key.equals(BASE)) {
        requireSwept(key, where);
      }
      JsonNode values = axis.getValue();
      if (!values.isArray() || values.isEmpty()) {
        throw problem(where, key + ": expected a list of values, found " + OneLine.of(values));
      }
      if ((long) combinations.size() * values.size() > MOST_RUNS) {
        throw problem(where, "more than %,d combinations; use fewer values".formatted(MOST_RUNS));
      }
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> combination : combinations) {
        for (JsonNode value : values) {
          Map<String, String> next = new LinkedHashMap<>(combination);
          next.put(key, SettingsYaml.text(key, value, where));
          longer.add(next);
        }
      }
      combinations = longer;
    }
    return combinations.stream().map(combination -> gridEntry(combination, where)).toList();
  }

  private static Entry gridEntry(Map<String, String> combination, String where) {
    Map<String, String> settings = new LinkedHashMap<>(combination);
    String base = settings.remove(BASE);
    return new Entry(where + " " + Combination.label(base, settings), base, settings, null);
  }

  private static List<Entry> list(JsonNode list, String where) {
    if (!list.isArray() || list.isEmpty()) {
      throw problem(where, "expected a list of maps of settings, found " + OneLine.of(list));
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonNode map : list) {
      entries.add(entry(map, where + " entry " + (entries.size() + 1), true));
    }
    return entries;
  }

  private static List<Long> seeds(JsonNode value, String where) {
    if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 1) {
      if (value.longValue() > MOST_RUNS) {
        throw problem(
            where,
            "%,d seeds; a sweep has at most %,d runs".formatted(value.longValue(), MOST_RUNS));
      }
      return LongStream.rangeClosed(1, value.longValue()).boxed().toList();
    }
    List<Long> seeds = new ArrayList<>();
    for (JsonNode seed : value) {
      if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
        throw problem(where, "expected whole numbers, found " + OneLine.of(seed));
      }
      if (seeds.contains(seed.longValue())) {
        throw problem(where, seed + " is listed twice");
      }
      seeds.add(seed.longValue());
    }
    if (!value.isArray() || seeds.isEmpty()) {
      throw problem(
          where, "expected how many, at least 1, or a list of seeds, found " + OneLine.of(value));
    }
    return seeds;
  }

  /** Rejects unknown settings, and settings that the sweep itself decides. */
  private static void requireSwept(String key, String where) {
    SettingsYaml.requireSetting(key, where);
    switch (key) {
      case "seed" -> throw problem(where, "seed: use the key seeds, beside base and grid");
      case "name" -> throw problem(where, "name: runs are named after their settings");
      case "runs-dir" -> throw problem(where, "runs-dir: give it as an option, --runs-dir");
      default -> {}
    }
  }

  private static BadInputException problem(String where, String what) {
    return new BadInputException("%s: %s", where, what);
  }
}
