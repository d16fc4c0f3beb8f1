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
import java.util.List;
import java.util.Objects;
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
    Collected collected = new Collected(network, ids.length);
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
    Collected collected = new Collected(network, batch.size());
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
    private final float[] logits;
    private final List<CollectedGate> gates;
    private @Nullable Double penaltySum;
    private int count;

    Collected(ResNet network, int images) {
      this.ids = new int[images];
      this.labels = new int[images];
      this.classes = network.spec().classes();
      this.logits = new float[Math.multiplyExact(images, classes)];
      boolean classifiers = network.spec().gate().kind().trainsItself();
      this.gates =
          network.gateNames().stream()
              .map(name -> new CollectedGate(name, images, classifiers ? classes : 0))
              .toList();
    }

    void add(Batch batch, ResNet.Forward forward) {
      int size = batch.size();
      System.arraycopy(batch.ids(), 0, ids, count, size);
      System.arraycopy(batch.labels(), 0, labels, count, size);
      append(forward.logits(), logits, count * classes);
      for (int i = 0; i < gates.size(); i++) {
        gates.get(i).add(forward.gates().get(i), count);
      }
      Tensor penalty = forward.penalty();
      if (penalty != null) {
        penaltySum = (penaltySum == null ? 0 : penaltySum) + penalty.item() * size;
      }
      count += size;
    }

    Predictions predictions() {
      return new Predictions(
          ids,
          labels,
          classes,
          logits,
          gates.stream().map(CollectedGate::values).toList(),
          penaltySum == null ? null : penaltySum / count);
    }
  }

  /** The arrays of {@link GateValues}, filled batch by batch. */
  private static final class CollectedGate {
    private final String name;
    private final float[] g;
    private final int classes;
    private final float[] logits;
    private float @Nullable [] entropyNats;

    /** Of a gate whose logits are kept for so many classes. */
    CollectedGate(String name, int images, int classes) {
      this.name = name;
      this.g = new float[images];
      this.classes = classes;
      this.logits = new float[Math.multiplyExact(images, classes)];
    }

    void add(GateSignal signal, int at) {
      append(signal.g(), g, at);
      if (signal.entropyNats() != null) {
        if (entropyNats == null) {
          entropyNats = new float[g.length];
        }
        append(signal.entropyNats(), entropyNats, at);
      }
      if (classes > 0) {
        append(Objects.requireNonNull(signal.logits()), logits, at * classes);
      }
    }

    GateValues values() {
      return new GateValues(name, g, entropyNats, classes > 0 ? logits : null);
    }
  }

  private static void append(Tensor source, float[] target, int at) {
    float[] values = source.toFloats();
    System.arraycopy(values, 0, target, at, values.length);
  }
}
