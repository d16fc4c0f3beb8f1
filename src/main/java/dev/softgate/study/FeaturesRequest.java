package dev.softgate.study;

import dev.softgate.data.Resize;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for the features of images.
 *
 * @param network a run, a checkpoint, or {@code built-in}
 * @param out the file to write: {@code .safetensors} or {@code .npy}
 * @param stages the stages whose features a row has side by side, from 1; empty for the last
 * @param split the images of the set
 * @param limit the most images, the first of the set
 * @param resize how images of other proportions get the network's size; null for the way in which
 *     the network's training images did
 * @param mirrored whether to average over each image and its mirror image
 */
public record FeaturesRequest(
    Path network,
    Path out,
    List<Integer> stages,
    JudgedSplit split,
    int limit,
    @Nullable Resize resize,
    boolean mirrored) {

  /** Copies the list. */
  public FeaturesRequest {
    stages = List.copyOf(stages);
  }
}
