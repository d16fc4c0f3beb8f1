package dev.softgate.study;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for predictions of image files.
 *
 * @param network a run or checkpoint
 * @param files image files, and folders of them
 * @param thresholds layers are skipped where g, in [0, 1], is below: one threshold, or one for each
 *     gated stage; null for the checkpoint's thresholds, if any
 * @param top the number of classes to rank, at least 1
 */
public record PredictRequest(
    Path network, List<Path> files, @Nullable List<Double> thresholds, int top) {

  /** Copies the lists. */
  public PredictRequest {
    files = List.copyOf(files);
    thresholds = thresholds == null ? null : List.copyOf(thresholds);
  }
}
