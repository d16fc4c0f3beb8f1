package dev.softgate.study;

import dev.softgate.scoring.labels.LabelFilter;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for scores of a set's labels without a training.
 *
 * @param out the folder for the results; made if absent
 * @param features a run or checkpoint whose features describe the images; null for the built-in
 *     network
 * @param split the images to judge
 * @param folds the parts of the cross-validation, at least 2
 * @param filter the rule that flags labels
 * @param collect whether the features are those of shards in {@code out}
 * @param given the settings that the user named, which a file of features may leave without effect
 */
public record FeatureScoreRequest(
    Path out,
    @Nullable Path features,
    JudgedSplit split,
    int folds,
    LabelFilter filter,
    boolean collect,
    Set<String> given) {

  /** Copies the set. */
  public FeatureScoreRequest {
    given = Set.copyOf(given);
  }
}
