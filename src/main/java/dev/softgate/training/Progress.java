package dev.softgate.training;

import dev.softgate.Range;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a training has come. All randomness is a function of the seed, the epoch and the image,
 * so the position is the whole random state.
 *
 * @param epoch zero-based, the epoch of the next batch
 * @param batch zero-based, the next batch in it
 * @param totals sums over this epoch's batches so far
 * @param history metrics of the finished epochs
 * @param best the epoch of the best validation accuracy so far; null before there is one
 * @param effort spent so far
 */
public record Progress(
    @Range(from = 0, to = 1_000_000) int epoch,
    @Range(from = 0) int batch,
    EpochTotals.Saved totals,
    List<EpochMetrics> history,
    @Nullable Best best,
    Effort effort) {

  /** Copies the history. */
  public Progress {
    history = List.copyOf(history);
  }

  /**
   * The best epoch.
   *
   * @param epoch zero-based
   * @param validationAccuracy a fraction
   */
  public record Best(
      @Range(from = 0) int epoch, @Range(from = 0, to = 1) double validationAccuracy) {}

  /**
   * Work done, over all sessions of a run.
   *
   * @param images trained on
   * @param trainSeconds in training steps
   * @param totalSeconds with evaluations
   */
  public record Effort(
      @Range(from = 0) long images,
      @Range(from = 0) double trainSeconds,
      @Range(from = 0) double totalSeconds) {

    /** Nothing yet. */
    static final Effort NONE = new Effort(0, 0, 0);

    Effort plus(long moreImages, double moreTrainSeconds, double moreTotalSeconds) {
      return new Effort(
          images + moreImages, trainSeconds + moreTrainSeconds, totalSeconds + moreTotalSeconds);
    }
  }
}
