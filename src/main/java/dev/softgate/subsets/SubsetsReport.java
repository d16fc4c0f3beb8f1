package dev.softgate.subsets;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an ensemble tells, in figures.
 *
 * @param folder the ensemble's
 * @param models how many networks have predicted
 * @param images how many images subsets were drawn from
 * @param testImages how many test images were predicted
 * @param fraction the share of the images that each network was trained on
 * @param trainedAccuracy the accuracy on the images that a network was trained on, over networks
 *     and images, against given labels; null without such
 * @param heldOutAccuracy the same on the images that it was not trained on
 * @param testAccuracy the networks' mean accuracy on test images; null without test images
 * @param memorized how many images have a memorization of at least 0.25
 * @param meanMemorization over the images; null where it is not known
 * @param meanError the mean standard error of memorization; null where it is not known
 * @param greatestError the greatest one
 * @param reliability how well the ensemble ranks images by memorization: the rank correlation
 *     between its two halves, corrected for their size (Spearman and Brown); null where it is not
 *     known
 * @param reliabilityProbability the same of {@code memorization_probability}
 * @param influencePairs how many pairs are above the bound
 * @param influenceBound the least influence at which exchanged subsets give a tenth of the pairs or
 *     fewer; null if there is none
 * @param wrongLabels how labels that are known to be wrong are treated; null without a label file
 *     that knows
 * @param membership how well images of a target are recognized; null without one
 * @param enoughFor what this number of networks is enough for
 */
public record SubsetsReport(
    Path folder,
    int models,
    int images,
    int testImages,
    double fraction,
    @Nullable Double trainedAccuracy,
    @Nullable Double heldOutAccuracy,
    @Nullable Double testAccuracy,
    int memorized,
    @Nullable Double meanMemorization,
    @Nullable Double meanError,
    @Nullable Double greatestError,
    @Nullable Double reliability,
    @Nullable Double reliabilityProbability,
    int influencePairs,
    @Nullable Double influenceBound,
    @Nullable KnownWrongLabels wrongLabels,
    @Nullable Membership membership,
    List<String> enoughFor) {

  /** Copies the list. */
  public SubsetsReport {
    enoughFor = List.copyOf(enoughFor);
  }
}
