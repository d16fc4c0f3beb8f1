package dev.softgate.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network's prediction for one image.
 *
 * @param label the name of the most probable class
 * @param classId the id of that class, in [0, K)
 * @param probability the predicted probability, in [0, 1]
 * @param hardness H / ln K, in [0, 1], the mean over the gates; null without a gate classifier
 * @param depthUsed the number of layers with weights that the image used; the network's depth if it
 *     skipped none
 * @param skippedStages the stages whose additional layers it skipped, from 1
 */
public record Classification(
    String label,
    int classId,
    double probability,
    @Nullable Double hardness,
    int depthUsed,
    List<Integer> skippedStages) {

  /** Copies the list. */
  public Classification {
    skippedStages = List.copyOf(skippedStages);
  }
}
