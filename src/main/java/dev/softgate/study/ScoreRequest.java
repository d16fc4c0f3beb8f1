package dev.softgate.study;

import dev.softgate.config.RunConfig;
import dev.softgate.run.RunFolder;
import dev.softgate.scoring.labels.LabelFilter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A request for {@code score}.
 *
 * @param run a run's folder, or its name
 * @param filter the rule that flags labels
 * @param human a file of human votes or labels; null for none
 * @param folds trains networks that have not seen each image; null to use the run's own network
 * @param resamples the number of bootstrap resamples
 * @param rewindImages the number of images to classify with units put back to earlier epochs; 0 for
 *     none
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
     * Trains the missing networks.
     *
     * @param images the images that the run was trained on
     * @param config the run's configuration
     * @return null if it was asked to stop before the end
     */
    @Nullable Folds train(RunFolder run, EvaluationImages images, RunConfig config);
  }
}
