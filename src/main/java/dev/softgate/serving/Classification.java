package dev.softgate.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a network says of one image.
 *
 * @param label name of the most probable class
 * @param classId its id, in [0, K)
 * @param probability the network's, in [0, 1]
 * @param hardness H / ln K, in [0, 1], the mean over the gates; null without a gate that is a
 *     classifier
 * @param depthUsed how many layers with weights the image went through, the network's depth where
 *     it skipped none
 * @param skippedStages whose additional layers it skipped, from 1
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
