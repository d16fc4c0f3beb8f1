package dev.softgate.training;

import dev.softgate.torch.Tensor;

/** What a network learns to predict: the labels, or something in their place. */
public interface Objective {

  /** The labels alone. */
  Objective LABELS = images -> (logits, labelLoss) -> labelLoss;

  /**
   * The loss on a batch.
   *
   * @param images float32, N×3×H×W, normalized; owned by the caller
   * @return valid until the end of the caller's scope
   */
  Loss on(Tensor images);

  /** The loss on one batch. */
  interface Loss {

    /**
     * Computes the loss of predictions.
     *
     * @param logits float32, N×K
     * @param labelLoss their mean cross-entropy on the labels, a scalar, nats
     * @return what takes its place, a scalar
     */
    Tensor of(Tensor logits, Tensor labelLoss);
  }
}
