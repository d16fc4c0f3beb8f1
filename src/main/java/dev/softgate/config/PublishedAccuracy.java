package dev.softgate.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The published test accuracy of a recipe after the last epoch: mean and deviation over the runs,
 * fractions; no deviation of one run. {@code published-accuracies.csv} explains the sources.
 */
public record PublishedAccuracy(double mean, @Nullable Double deviation, int runs, String source) {

  private static final String RESOURCE = "/published-accuracies.csv";

  /** Settings that the published runs do not have: the seed, the arithmetic, what is recorded. */
  private static final Set<String> OWN = Set.of("seed", "precision", "dynamics");

  private static final class Table {
    static final Map<String, PublishedAccuracy> BY_RECIPE = read();
    static final Map<Map<String, String>, PublishedAccuracy> BY_SETTINGS = new LinkedHashMap<>();

    static {
      BY_RECIPE.forEach(
          (recipe, figure) -> BY_SETTINGS.put(settings(Presets.load(recipe)), figure));
    }
  }

  /** The figure for a recipe; null if there is none. */
  public static @Nullable PublishedAccuracy of(String recipe) {
    return Table.BY_RECIPE.get(recipe);
  }

  /** The figure for the recipe that trains as this configuration does; null if there is none. */
  public static @Nullable PublishedAccuracy of(RunConfig config) {
    return Table.BY_SETTINGS.get(settings(config));
  }

  private static Map<String, String> settings(RunConfig config) {
    Map<String, String> settings = new LinkedHashMap<>(config.texts());
    settings
        .keySet()
        .removeIf(key -> !Settings.of(key).affects(Affects.RESULT) || OWN.contains(key));
    settings.put("labels", String.valueOf(config.data().labels()));
    return settings;
  }

  private static Map<String, PublishedAccuracy> read() {
    Map<String, PublishedAccuracy> figures = new LinkedHashMap<>();
    try (InputStream in = PublishedAccuracy.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("no " + RESOURCE + " in the program");
      }
      new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1) // headings
          .map(line -> line.split(",", -1))
          .forEach(cells -> figures.put(cells[0], of(cells)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return figures;
  }

  private static PublishedAccuracy of(String[] cells) {
    return new PublishedAccuracy(
        Double.parseDouble(cells[1]),
        cells[2].isEmpty() ? null : Double.valueOf(cells[2]),
        Integer.parseInt(cells[3]),
        cells[4]);
  }
}
