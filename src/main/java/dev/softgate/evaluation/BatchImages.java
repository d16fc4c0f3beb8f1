package dev.softgate.evaluation;

import dev.softgate.data.Batch;
import dev.softgate.torch.Tensor;

/** Converts the loader's arrays to tensors. */
public final class BatchImages {

  private BatchImages() {}

  /** The pixels of a batch, float32, N×C×H×W, channels-last. Owner: the caller's scope. */
  public static Tensor of(Batch batch) {
    return Tensor.ofImages(
        batch.pixels(), batch.size(), batch.channels(), batch.height(), batch.width());
  }
}
