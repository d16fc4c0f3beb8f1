package dev.softgate.study;

import dev.softgate.config.RunConfig;
import dev.softgate.run.RunFolder;
import dev.softgate.scoring.labels.LabelFilter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code softgate score} is to do.
 *
 * @param run a run's folder, or its name
 * @param filter the rule that flags labels
 * @param human a file of human votes or labels; null for none
 * @param folds trains the networks of cross-validation, so that each image is judged by a network
 *     that was not trained on it; null to use the run's own network
 * @param resamples the number of bootstrap resamples
 * @param rewindImages how many images to classify after single units are rewound to their weights
 *     of earlier epochs (see {@link Rewind}); 0 to leave that out
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
     * Trains the networks that do not exist yet.
     *
     * @param images the images that the run was trained on
     * @param config the run's configuration
     * @return null if the user stopped it before the end
     */
    @Nullable Folds train(RunFolder run, EvaluationImages images, RunConfig config);
  }
}
