package dev.softgate.training;

import dev.softgate.config.SkippingConfig;
import dev.softgate.evaluation.NonFiniteException;
import dev.softgate.model.Mode;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Tensor;

/**
 * Learns from the predictions of another network as well as from labels.
 *
 * <pre>
 *   L = (1 − w)·cross-entropy(z, y) + w·T²·KL(softmax(t/T) ‖ softmax(z/T))
 * </pre>
 *
 * <p>z are the logits of the network that learns. t are the teacher's on the same images, in
 * evaluation mode with nothing skipped. T² keeps the size of the gradient.
 *
 * <p>Source: Hinton, Vinyals and Dean 2015.
 */
public final class Distillation implements Objective {

  private final ResNet teacher;
  private final double weight;
  private final double temperature;

  /**
   * Learns from {@code teacher}, on its own engine; the teacher does not change.
   *
   * @param weight w, in [0, 1]
   * @param temperature T, above 0
   */
  public Distillation(ResNet teacher, double weight, double temperature) {
    this.teacher = teacher;
    this.weight = weight;
    this.temperature = temperature;
  }

  /** Learns from {@code teacher} by the weight and temperature of a configuration. */
  public static Distillation of(SkippingConfig config, ResNet teacher) {
    return new Distillation(teacher, config.distillWeight(), config.distillTemperature());
  }

  @Override
  public Loss on(Tensor images) {
    Tensor answers = answers(images);
    return (logits, labelLoss) -> loss(answers, logits, labelLoss);
  }

  /**
   * Computes t.
   *
   * @param images float32, N×3×H×W, normalized as the teacher expects
   * @return float32, N×K
   * @throws NonFiniteException if a logit is NaN or infinite
   */
  Tensor answers(Tensor images) {
    Tensor logits = teacher.forward(images, Mode.EVALUATION).logits();
    NonFiniteException.require(
        teacher, "logits", logits.toFloats(), Math.toIntExact(logits.size(0)));
    return logits;
  }

  /**
   * Computes L.
   *
   * @param answers t, float32, N×K
   * @param logits z, float32, N×K
   * @param labelLoss cross-entropy(z, y), a scalar
   * @return a scalar
   */
  Tensor loss(Tensor answers, Tensor logits, Tensor labelLoss) {
    Tensor target = answers.multiply(1 / temperature).logSoftmax(); // N×K
    Tensor predicted = logits.multiply(1 / temperature).logSoftmax(); // N×K
    Tensor divergence = target.exp().multiply(target.subtract(predicted)).sumLast().mean();
    return labelLoss
        .multiply(1 - weight)
        .add(divergence.multiply(weight * temperature * temperature));
  }
}
