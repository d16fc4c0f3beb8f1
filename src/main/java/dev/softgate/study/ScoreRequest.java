package dev.softgate.study;

import dev.softgate.config.RunConfig;
import dev.softgate.run.RunFolder;
import dev.softgate.scoring.labels.LabelFilter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code score} is asked to do.
 *
 * @param run a run's folder, or its name
 * @param filter which labels are flagged
 * @param human a file of what people found hard; null for none
 * @param folds trains networks that have not seen each image; null to take the run's own network
 * @param resamples of the bootstrap
 * @param rewindImages how many images to classify with units put back to earlier epochs; 0 to put
 *     none back
 */
public record ScoreRequest(
    Path run,
    LabelFilter filter,
    @Nullable Path human,
    @Nullable FoldTraining folds,
    int resamples,
    int rewindImages) {

  /** Trains the networks of cross-validation. */
  @FunctionalInterface
  public interface FoldTraining {

    /**
     * Trains what is not trained yet.
     *
     * @param images that the run was trained on
     * @param config of the run
     * @return null if it was asked to stop before the end
     */
    @Nullable Folds train(RunFolder run, EvaluationImages images, RunConfig config);
  }
}
