package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/** How hard an image is to the gate classifier: the entropy of its softmax. */
public final class Hardness {

  private Hardness() {}

  /** H = −Σ p·ln p, p = softmax(logits): float32, N×K → N, nats, in [0, ln K]. */
  public static Tensor entropyNats(Tensor logits) {
    Tensor logProbabilities = logits.logSoftmax();
    return logProbabilities.exp().multiply(logProbabilities).sumLast().negate();
  }
}
