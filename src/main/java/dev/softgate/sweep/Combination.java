package dev.softgate.sweep;

import dev.softgate.config.PublishedAccuracy;
import dev.softgate.config.RunConfig;
import dev.softgate.interop.OneLine;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs of a sweep that differ only in their seed.
 *
 * @param label what distinguishes it from others of the sweep: {@code gate=none lr=0.1}
 * @param settings its own, as on the command line
 * @param config without scale and seed
 * @param seeds in the order of training
 */
public record Combination(
    String label, Map<String, String> settings, RunConfig config, List<Long> seeds) {

  /** The label of the base as it is. */
  private static final String BASE = "base";

  /** Copies the seeds. */
  public Combination {
    seeds = List.copyOf(seeds);
  }

  /** The published figure of these settings; null if there is none. */
  public @Nullable PublishedAccuracy published() {
    return PublishedAccuracy.of(config);
  }

  /**
   * A base of its own and settings, on one line.
   *
   * @param base null for that of the sweep
   */
  static String label(@Nullable String base, Map<String, String> settings) {
    String label =
        Stream.concat(
                Stream.ofNullable(base),
                settings.entrySet().stream().map(own -> own.getKey() + "=" + own.getValue()))
            .collect(Collectors.joining(" "));
    return label.isEmpty() ? BASE : OneLine.of(label);
  }
}
