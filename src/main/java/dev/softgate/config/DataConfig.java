package dev.softgate.config;

import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Limits;
import dev.softgate.data.SplitKind;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which images a run trains on and how they are prepared.
 *
 * @param dataset {@code cifar10}, {@code cifar100}, {@code synthetic} or {@code folder:DIR}
 * @param dataDir the folder with the data set or its archive; downloads go there
 * @param dataUrl where to download the archive from; null for the data set's own address
 * @param labels a {@link dev.softgate.data.LabelFile} with the labels to train and validate on;
 *     null for the data set's own
 * @param dropSuspects the share of the training images to leave out, those whose labels score
 *     lowest, in [0, 1); null to look at no scores
 * @param scores the file with the scores, as {@code softgate score} writes it; null exactly where
 *     {@code dropSuspects} is
 * @param score which column of it
 * @param split where the validation images come from
 * @param valFraction the part of the training images held out for validation, in [0, 1)
 * @param limitTrain train on so many images at most; null for all
 * @param limitVal validate on so many images at most, {@code auto} for as large a part as {@code
 *     limitTrain} leaves, {@code all}; see {@link Limits}
 * @param limitTest test on so many images at most; null for all
 * @param fold the part of the images to train on that is left out, {@code k/K}; null for none; see
 *     {@link dev.softgate.data.Fold}
 * @param foldBy how the parts are drawn: "label", with as many images of each class; "chance", as
 *     they come, which runs of earlier versions did
 * @param augment {@code crop-flip}, {@code flip} or {@code none}
 * @param normalization {@code published}: the mean and deviation of the published code; {@code
 *     measured}: those of the training pixels; or the numbers themselves, as {@link
 *     dev.softgate.data.Normalization#text} writes them
 */
public record DataConfig(
    String dataset,
    Path dataDir,
    @Nullable URI dataUrl,
    @Nullable Path labels,
    @Nullable Double dropSuspects,
    @Nullable Path scores,
    String score,
    SplitKind split,
    double valFraction,
    @Nullable Integer limitTrain,
    String limitVal,
    @Nullable Integer limitTest,
    @Nullable String fold,
    String foldBy,
    String augment,
    String normalization) {

  /**
   * The score that ranks labels where nobody says otherwise: the area under the margin, which wins
   * over networks and kinds of wrong labels (decision 0032).
   */
  public static final String AUM = "aum";

  /** The score that is made of others. */
  public static final String CONSENSUS = "consensus";

  /** Parts that have as many images of each class. */
  public static final String BY_LABEL = "label";

  /** Parts that are drawn whatever the labels. */
  public static final String BY_CHANCE = "chance";

  /** Whether the part that is left out has as many images of each class as the others. */
  public boolean stratified() {
    return fold != null && foldBy.equals(BY_LABEL);
  }

  /** How the images are divided, and how much of them is looked at. */
  public Limits limits(long seed) {
    return new Limits(split, valFraction, limitTrain, limitVal, limitTest, seed);
  }

  /** What to load: of a folder only the images that a run of this configuration looks at. */
  public DatasetRequest request(long seed) {
    return new DatasetRequest(dataset, dataDir, dataUrl, seed, limits(seed).forReading(dataset));
  }
}
