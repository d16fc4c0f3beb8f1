package dev.softgate.evaluation;

import static dev.softgate.evaluation.NonFiniteException.requireFinite;

import dev.softgate.data.Batch;
import dev.softgate.gate.GateSignal;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The arrays of {@link Predictions}, filled batch by batch. */
final class Collected {
  private final ResNet network;
  private final int[] ids;
  private final int[] labels;
  private final int classes;
  private final float[] logits;
  private final List<CollectedGate> gates;
  private @Nullable Double penaltySum;
  private int count;

  /** Allocates arrays for a number of images. */
  Collected(ResNet network, int images) {
    this.network = network;
    this.ids = new int[images];
    this.labels = new int[images];
    this.classes = network.spec().classes();
    this.logits = new float[Math.multiplyExact(images, classes)];
    boolean classifiers = network.spec().gate().trainsItself();
    this.gates =
        network.gateNames().stream()
            .map(name -> new CollectedGate(network, name, images, classifiers ? classes : 0))
            .toList();
  }

  /** The number of images added so far. */
  int count() {
    return count;
  }

  /**
   * Adds a batch.
   *
   * @param batchLogits float32, N×K
   * @param signals the gates' signals, in the network's order
   * @param penalty the mean over the batch; null if there is none
   * @throws NonFiniteException if a value is NaN or infinite
   */
  void add(Batch batch, Tensor batchLogits, List<GateSignal> signals, @Nullable Tensor penalty) {
    int size = batch.size();
    System.arraycopy(batch.ids(), 0, ids, count, size);
    System.arraycopy(batch.labels(), 0, labels, count, size);
    for (int i = 0; i < gates.size(); i++) {
      gates.get(i).add(signals.get(i), size, count); // first, because a gate may be the cause
    }
    append(requireFinite(network, "logits", batchLogits, size), logits, count * classes);
    if (penalty != null) {
      float[] mean = {(float) penalty.item()};
      NonFiniteException.require(network, "penalties", mean, 1);
      penaltySum = (penaltySum == null ? 0 : penaltySum) + penalty.item() * size;
    }
    count += size;
  }

  /** The arrays of all images. */
  Predictions predictions() {
    return new Predictions(
        ids,
        labels,
        classes,
        logits,
        gates.stream().map(CollectedGate::values).toList(),
        penaltySum == null ? null : penaltySum / count);
  }

  /** The arrays of {@link GateValues}, filled batch by batch. */
  private static final class CollectedGate {
    private final ResNet network;
    private final String name;
    private final float[] g;
    private final int classes;
    private final float[] logits;
    private float @Nullable [] entropyNats;

    /** Creates arrays for a gate; {@code classes} is 0 if its logits are not kept. */
    CollectedGate(ResNet network, String name, int images, int classes) {
      this.network = network;
      this.name = name;
      this.g = new float[images];
      this.classes = classes;
      this.logits = new float[Math.multiplyExact(images, classes)];
    }

    void add(GateSignal signal, int size, int at) {
      append(finite("g", signal.g(), size), g, at);
      if (signal.entropyNats() != null) {
        if (entropyNats == null) {
          entropyNats = new float[g.length];
        }
        append(finite("entropies", signal.entropyNats(), size), entropyNats, at);
      }
      if (classes > 0) {
        Tensor own = Objects.requireNonNull(signal.logits());
        append(finite("logits", own, size), logits, at * classes);
      }
    }

    private float[] finite(String quantity, Tensor source, int size) {
      return requireFinite(network, "gate %s's %s".formatted(name, quantity), source, size);
    }

    GateValues values() {
      return new GateValues(name, g, entropyNats, classes > 0 ? logits : null);
    }
  }

  private static void append(float[] values, float[] target, int at) {
    System.arraycopy(values, 0, target, at, values.length);
  }
}
