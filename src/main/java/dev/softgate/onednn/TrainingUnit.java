package dev.softgate.onednn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A residual unit in training: relu(F(x) + shortcut(x)).
 *
 * <p>Chunks flow through as far as they can before the threads must meet for a norm's statistics:
 * the loop that makes a unit's output is the one that begins the next unit, and the loop that ends
 * a unit's backward pass begins that of the unit before it.
 *
 * <p>The gradient of what units add to is kept in one memory for all units of a shape, each of
 * which adds to it in place.
 */
final class TrainingUnit implements TrainingPiece {

  private final TrainingPiece before;
  private final List<TrainingLayer> branch;
  private final List<FeatureMap> hidden; // relu(n) of every layer of the branch but the last
  private final @Nullable TrainingLayer projection;
  private final @Nullable Padding padding;
  private final Chunks chunks;
  private final FeatureMap output;
  private final FeatureMap outputGradient;
  private final @Nullable ChannelMasks masks;
  private @Nullable FeatureMap tapGradient;

  /**
   * Plans a unit.
   *
   * @param before gives this unit's input
   * @param outputGradient of this unit's output
   * @param masks by which the output is multiplied; null for none
   */
  TrainingUnit(
      TrainingPiece before,
      List<TrainingLayer> branch,
      List<FeatureMap> hidden,
      @Nullable TrainingLayer projection,
      @Nullable Padding padding,
      Chunks chunks,
      FeatureMap output,
      FeatureMap outputGradient,
      @Nullable ChannelMasks masks) {
    this.masks = masks;
    this.before = before;
    this.branch = List.copyOf(branch);
    this.hidden = List.copyOf(hidden);
    this.projection = projection;
    this.padding = padding;
    this.chunks = chunks;
    this.output = output;
    this.outputGradient = outputGradient;
  }

  @Override
  public FeatureMap output() {
    return output;
  }

  @Override
  public FeatureMap outputGradient() {
    return outputGradient;
  }

  /** Adds {@code gradient}, of the output, to what comes from the units behind. */
  void addTapGradient(FeatureMap gradient) {
    this.tapGradient = gradient;
  }

  /** Takes over whose channels are on. */
  void takeMasks() {
    if (masks != null) {
      masks.take();
    }
  }

  // ---- forward

  @Override
  public void forward(Worker worker) {
    TrainingLayer first = branch.get(0);
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      before.produce(worker, c);
      FeatureMap x = before.output();
      first.convolve(worker, x, c);
      if (projection != null) {
        projection.convolve(worker, x, c);
      }
    }
    worker.meet();
    first.combineStatistics(worker);
    if (projection != null) {
      projection.combineStatistics(worker);
    }
    for (int i = 1; i < branch.size(); i++) {
      FeatureMap h = hidden.get(i - 1);
      for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
        branch.get(i - 1).normalize(worker, c, h.chunk(c));
        branch.get(i).convolve(worker, h, c);
      }
      worker.meet();
      branch.get(i).combineStatistics(worker);
    }
  }

  @Override
  public void produce(Worker worker, int chunk) {
    TrainingLayer last = branch.get(branch.size() - 1);
    FeatureMaps maps = output.maps().of(chunks.size(chunk));
    long n = worker.scratch("branch", maps).handle();
    last.normalize(worker, chunk, n);
    long shortcut = before.output().chunk(chunk);
    if (projection != null) {
      shortcut = worker.scratch("shortcut", maps).handle();
      projection.normalize(worker, chunk, shortcut);
    } else if (padding != null) {
      MemoryBlock padded = worker.scratch("shortcut", maps);
      padding.forward(worker, inputMaps(chunk), shortcut, padded);
      shortcut = padded.handle();
    }
    worker.primitives().addRelu(maps).run(n, shortcut, output.chunk(chunk));
    if (masks != null) {
      masks.apply(worker, maps, chunk, output.chunk(chunk));
    }
  }

  private FeatureMaps inputMaps(int chunk) {
    return before.output().maps().of(chunks.size(chunk));
  }

  // ---- backward

  @Override
  public void enterBackward(Worker worker, int chunk) {
    FeatureMaps maps = outputGradient.maps().of(chunks.size(chunk));
    long gradient = outputGradient.chunk(chunk);
    if (tapGradient != null) {
      worker.primitives().add(maps).run(gradient, tapGradient.chunk(chunk), gradient);
    }
    // A masked element of the output is zero, and its gradient ends here as under a closed ReLU.
    worker.primitives().reluBackward(maps).run(output.chunk(chunk), gradient, gradient);
    branch.get(branch.size() - 1).normalizeBackward(worker, chunk, gradient);
    if (projection != null) {
      projection.normalizeBackward(worker, chunk, gradient);
    }
  }

  @Override
  public Runnable backward(Worker worker, Runnable ownWork) {
    worker.meetAfter(ownWork);
    branch.get(branch.size() - 1).combineGradients(worker);
    if (projection != null) {
      projection.combineGradients(worker);
    }
    for (int i = branch.size() - 1; i > 0; i--) {
      TrainingLayer layer = branch.get(i);
      FeatureMap h = hidden.get(i - 1);
      for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
        layer.correctGradient(worker, c);
        FeatureMaps maps = h.maps().of(chunks.size(c));
        long dh = worker.scratch("hidden gradient", maps).handle();
        layer.backwardData(worker, c, dh);
        branch.get(i - 1).normalizeBackward(worker, c, dh);
      }
      worker.meetAfter(() -> layer.backwardWeights(worker, h));
      branch.get(i - 1).combineGradients(worker);
    }
    TrainingLayer first = branch.get(0);
    for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
      long dx = before.outputGradient().chunk(c);
      if (projection != null) {
        projection.correctGradient(worker, c);
        projection.backwardData(worker, c, dx);
      } else if (padding != null) {
        padding.backward(
            worker, inputMaps(c), outputGradient.chunk(c), before.outputGradient().block(c));
      }
      first.correctGradient(worker, c);
      first.backwardData(worker, c, dx);
      before.enterBackward(worker, c);
    }
    return () -> backwardInputWeights(worker);
  }

  /** The gradients of the weights that see the unit's input. */
  private void backwardInputWeights(Worker worker) {
    FeatureMap x = before.output();
    branch.get(0).backwardWeights(worker, x);
    if (projection != null) {
      projection.backwardWeights(worker, x);
    }
  }
}
