package dev.softgate.run;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a training ended.
 *
 * @param run the run's folder
 * @param interrupted whether it stopped because it was asked to, with its state saved
 * @param summary the content of {@code summary.json}, printed by {@code --json}; numbers, texts,
 *     nulls and {@code resumed}, a list of maps, in the file's order
 */
public record TrainOutcome(
    Path run, boolean interrupted, Map<String, ? extends @Nullable Object> summary) {

  /** Copies the summary, keeping its order. */
  public TrainOutcome {
    summary = Collections.unmodifiableMap(new LinkedHashMap<>(summary));
  }
}
