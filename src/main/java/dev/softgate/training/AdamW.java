package dev.softgate.training;

import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay, as PyTorch's AdamW with its betas and ε. In step t, from 1:
 *
 * <pre>
 *   w ← w − η·λ·w
 *   m ← β₁·m + (1 − β₁)·∇
 *   s ← β₂·s + (1 − β₂)·∇²
 *   w ← w − η·m/(1 − β₁ᵗ) / (√s/√(1 − β₂ᵗ) + ε)
 * </pre>
 *
 * <p>Source: Loshchilov and Hutter, <i>Decoupled weight decay regularization</i>, ICLR 2019.
 */
final class AdamW extends Optimizer {

  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Tensor mean;
  private final Tensor squares;
  private long steps;

  /** An optimizer of {@code parameters} before its first step. */
  AdamW(List<ParameterGroup> groups) {
    super(groups);
    this.mean = parameters.newBuffer();
    this.squares = parameters.newBuffer();
  }

  @Override
  void update(double learningRate) {
    steps++;
    double wholeMean = 1 - Math.pow(BETA_1, (double) steps);
    double wholeRoot = Math.sqrt(1 - Math.pow(BETA_2, (double) steps));
    Tensor gradients = parameters.gradients();
    mean.multiplyInPlace(BETA_1).addInPlace(gradients, 1 - BETA_1);
    squares.multiplyInPlace(BETA_2).addInPlace(gradients.multiply(gradients), 1 - BETA_2);
    Tensor scale = squares.squareRoot().multiply(1 / wholeRoot).add(EPSILON);
    forEachGroup(
        (from, length, group) -> {
          double rate = learningRate * group.rateFactor();
          parameters
              .values()
              .narrow(0, from, length)
              .multiplyInPlace(1 - rate * group.weightDecay())
              .addRatioInPlace(
                  mean.narrow(0, from, length), scale.narrow(0, from, length), -rate / wholeMean);
        });
  }

  @Override
  Map<String, HostTensor> state() {
    return Map.of(
        OptimizerTensors.MEAN,
        mean.toHost(),
        OptimizerTensors.SQUARES,
        squares.toHost(),
        OptimizerTensors.STEPS,
        HostTensor.ofLongs(new long[] {steps}, 1));
  }

  @Override
  void restore(Map<String, HostTensor> saved) {
    replace(mean, saved(saved, OptimizerTensors.MEAN));
    replace(squares, saved(saved, OptimizerTensors.SQUARES));
    steps = saved(saved, OptimizerTensors.STEPS).toLongs()[0];
  }
}
