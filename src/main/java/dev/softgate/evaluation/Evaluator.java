package dev.softgate.evaluation;

import static java.util.Objects.requireNonNull;

import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.gate.GateSignal;
import dev.softgate.model.Pass;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a network over images in evaluation mode: running statistics, no augmentation, no gradients.
 * What it says of an image does not depend on which others are in the batch, but for rounding.
 */
public final class Evaluator {

  /** Images at once: large enough to fill the cores, small enough to stay near the caches. */
  private static final int BATCH = 128;

  private final ResNet network;
  private final Normalization normalization;

  /** An evaluator of {@code network} as it is at each call. */
  public Evaluator(ResNet network, Normalization normalization) {
    this.network = network;
    this.normalization = normalization;
  }

  /**
   * Classifies images of a set.
   *
   * @param ids which, in the order wanted; at least one
   */
  public Predictions evaluate(ImageSet images, int[] ids) {
    return requireNonNull(evaluate(images, ids, () -> false));
  }

  /**
   * Classifies images of a set, or gives up where asked to.
   *
   * @param ids which, in the order wanted; at least one
   * @param stop asked between two batches
   * @return null if {@code stop} said so before the end
   */
  public @Nullable Predictions evaluate(ImageSet images, int[] ids, BooleanSupplier stop) {
    Collected collected =
        new Collected(ids.length, network.spec().classes(), network.spec().gated());
    try (BatchLoader loader = BatchLoader.evaluation(images, ids, normalization, BATCH)) {
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        if (collected.count > 0 && stop.getAsBoolean()) {
          return null;
        }
        try (Scope scope = Scope.open()) {
          collected.add(batch, forward(batch));
        }
      }
    }
    return collected.predictions();
  }

  /** Classifies one batch. */
  public Predictions evaluate(Batch batch) {
    Collected collected =
        new Collected(batch.size(), network.spec().classes(), network.spec().gated());
    try (Scope scope = Scope.open()) {
      collected.add(batch, forward(batch));
    }
    return collected.predictions();
  }

  private ResNet.Forward forward(Batch batch) {
    Tensor images =
        Tensor.ofImages(
            batch.pixels(), batch.size(), batch.channels(), batch.height(), batch.width());
    return network.forward(images, Pass.EVALUATION);
  }

  /** The arrays of {@link Predictions}, filled batch by batch. */
  private static final class Collected {
    private final int[] ids;
    private final int[] labels;
    private final int classes;
    private final boolean gated;
    private final float[] logits;
    private final float[] gateLogits;
    private final float[] entropyNats;
    private final float[] g;
    private int count;

    Collected(int images, int classes, boolean gated) {
      this.ids = new int[images];
      this.labels = new int[images];
      this.classes = classes;
      this.gated = gated;
      this.logits = new float[Math.multiplyExact(images, classes)];
      this.gateLogits = new float[gated ? logits.length : 0];
      this.entropyNats = new float[gated ? images : 0];
      this.g = new float[gated ? images : 0];
    }

    void add(Batch batch, ResNet.Forward forward) {
      int size = batch.size();
      System.arraycopy(batch.ids(), 0, ids, count, size);
      System.arraycopy(batch.labels(), 0, labels, count, size);
      append(forward.logits(), logits, classes);
      GateSignal gate = forward.gate();
      if (gate != null) {
        append(gate.logits(), gateLogits, classes);
        append(gate.entropyNats(), entropyNats, 1);
        append(gate.g(), g, 1);
      }
      count += size;
    }

    private void append(Tensor source, float[] target, int width) {
      float[] values = source.toFloats();
      System.arraycopy(values, 0, target, count * width, values.length);
    }

    Predictions predictions() {
      return new Predictions(
          ids,
          labels,
          classes,
          logits,
          gated ? gateLogits : null,
          gated ? entropyNats : null,
          gated ? g : null);
    }
  }
}
