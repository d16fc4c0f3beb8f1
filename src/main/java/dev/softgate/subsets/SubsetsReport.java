package dev.softgate.subsets;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an ensemble tells, in figures.
 *
 * @param folder the ensemble's
 * @param models how many networks have predicted
 * @param images how many images subsets were drawn from
 * @param testImages how many test images were predicted
 * @param fraction the share of the images that each network was trained on
 * @param trainedAccuracy the accuracy on the images that a network was trained on, mean over
 *     networks and images, against given labels
 * @param heldOutAccuracy the same on the images that it was not trained on
 * @param testAccuracy the networks' mean accuracy on test images; null without test images
 * @param memorized how many images have a memorization of at least 0.25
 * @param meanMemorization over the images; null where it is not known
 * @param meanError the mean standard error of memorization; null where it is not known
 * @param greatestError the greatest one
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
    @Nullable Double greatestError) {}
