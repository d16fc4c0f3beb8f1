package dev.softgate.study;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code score --dataset}: scores of a set's labels without a training; {@code
 * scores.json} has the same contents.
 *
 * @param labels how good the labels are
 * @param neighbors the table of each suspect's neighbors
 * @param provenance what they come from
 */
public record FeatureScoreReport(
    Path out,
    @JsonUnwrapped ScoreReport.Labels labels,
    Path neighbors,
    @JsonUnwrapped Provenance provenance) {

  /**
   * What the scores depend on: the same values give the same scores.
   *
   * @param dataset the name of the set
   * @param datasetSha256 the hash of its content at the network's size
   * @param split the part that was judged
   * @param features the network
   * @param penalty the penalty of the logistic regression, chosen by held-out loss
   * @param heldOutLoss the mean −ln p of the given labels in the first round, in nats
   * @param contradicted the number of images that the second round did not learn from
   */
  public record Provenance(
      String dataset,
      String datasetSha256,
      String split,
      Network features,
      int folds,
      long seed,
      double penalty,
      double heldOutLoss,
      int contradicted) {}

  /**
   * The network whose features describe the images.
   *
   * @param network its file, {@code built-in}, or a file of features
   * @param sha256 the hash of that file
   * @param dimensions the number of features of a view
   * @param views the number of views of each image that are distinct
   * @param sawImages whether it was trained on this set, and so may have memorized wrong labels;
   *     null if unknown
   * @param engine what computed it; null if unknown, and so are precision and threads
   * @param precision the precision of that
   */
  public record Network(
      String network,
      String sha256,
      int dimensions,
      int views,
      @Nullable Boolean sawImages,
      @Nullable String engine,
      @Nullable String precision,
      @Nullable Integer threads) {}
}
