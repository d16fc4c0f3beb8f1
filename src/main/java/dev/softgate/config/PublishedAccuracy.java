package dev.softgate.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The published test accuracy of a recipe after the last epoch: mean and deviation over the runs,
 * fractions; no deviation of one run. {@code published-accuracies.csv} explains the sources.
 */
public record PublishedAccuracy(double mean, @Nullable Double deviation, int runs, String source) {

  private static final String RESOURCE = "/published-accuracies.csv";

  /** The figure for a recipe; null if there is none. */
  public static @Nullable PublishedAccuracy of(String recipe) {
    try (InputStream in = PublishedAccuracy.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("no " + RESOURCE + " in the program");
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1) // headings
          .map(line -> line.split(",", -1))
          .filter(cells -> cells[0].equals(recipe))
          .map(PublishedAccuracy::of)
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PublishedAccuracy of(String[] cells) {
    return new PublishedAccuracy(
        Double.parseDouble(cells[1]),
        cells[2].isEmpty() ? null : Double.valueOf(cells[2]),
        Integer.parseInt(cells[3]),
        cells[4]);
  }
}
