package dev.softgate.onednn;

import dev.softgate.torch.DType;

/**
 * What a plan is made with, on one thread of the team.
 *
 * @param team the threads that run the plan
 * @param chunks how the batch is divided
 * @param type the compute type
 * @param arena the memory of the feature maps
 * @param primitives the primitives of the thread that plans
 */
record Planning(Team team, Chunks chunks, DType type, Arena arena, Primitives primitives) {

  FeatureMap map(FeatureMaps maps) {
    return new FeatureMap(arena, maps, chunks);
  }

  /** Returns the shape of a convolution's output for the whole batch. */
  FeatureMaps output(ConvolutionShape shape) {
    return FeatureMaps.output(shape, chunks.images(), type);
  }
}
