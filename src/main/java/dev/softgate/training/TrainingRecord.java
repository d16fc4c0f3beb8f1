package dev.softgate.training;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a training is written down.
 *
 * @param checkpoints its checkpoints
 * @param dynamics the folder for the dynamics of the training images; null for none
 * @param listeners who watches it
 */
public record TrainingRecord(
    CheckpointStore checkpoints, @Nullable Path dynamics, List<TrainingListener> listeners) {

  /** Copies the listeners. */
  public TrainingRecord {
    listeners = List.copyOf(listeners);
  }
}
