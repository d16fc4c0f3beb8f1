package dev.softgate.onednn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A residual unit in training: relu(F(x) + shortcut(x)).
 *
 * <p>A chunk runs as far as it can before the threads must meet for a norm's statistics. The loop
 * that computes a unit's output also starts the next unit, and the loop that ends a unit's backward
 * pass starts that of the previous unit.
 *
 * <p>All units of one shape share the memory of the output gradient; each adds to it in place.
 *
 * @param before the piece that computes this unit's input
 * @param branch the layers of F
 * @param hidden relu(n) of all layers in the branch but the last
 * @param projection the shortcut's layer; null if it has none
 * @param padding the shortcut without parameters that changes the shape; null if it has none
 * @param masks the masks that multiply the output; null for none
 * @param tapGradient what is added to the output gradient from the units behind; null for nothing
 */
record TrainingUnit(
    TrainingPiece before,
    List<TrainingLayer> branch,
    List<FeatureMap> hidden,
    @Nullable TrainingLayer projection,
    @Nullable Padding padding,
    Chunks chunks,
    FeatureMap output,
    FeatureMap outputGradient,
    @Nullable ChannelMasks masks,
    @Nullable FeatureMap tapGradient)
    implements TrainingPiece {

  /** Copies the channel masks of the pass that begins. */
  void takeMasks() {
    if (masks != null) {
      masks.take();
    }
  }

  private TrainingLayer last() {
    return branch.get(branch.size() - 1);
  }

  /** Returns the first or last layer of the branch and, if there is one, the shortcut's. */
  private List<TrainingLayer> withProjection(TrainingLayer layer) {
    return projection == null ? List.of(layer) : List.of(layer, projection);
  }

  // ---- forward

  @Override
  public void forward(Worker worker) {
    List<TrainingLayer> readers = withProjection(branch.get(0));
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      before.produce(worker, c);
      for (TrainingLayer reader : readers) {
        reader.convolve(worker, before.output(), c);
      }
    }
    worker.meet();
    readers.forEach(reader -> reader.combineStatistics(worker));
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
    FeatureMaps maps = output.maps().of(chunks.size(chunk));
    long n = worker.scratch("branch", maps).handle();
    last().normalize(worker, chunk, n);
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
      masks.apply(worker, maps, chunks.first(chunk), output.chunk(chunk));
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
    // A masked output is zero, so ReLU's backward pass stops its gradient too.
    worker.primitives().reluBackward(maps).run(output.chunk(chunk), gradient, gradient);
    for (TrainingLayer summand : withProjection(last())) {
      summand.normalizeBackward(worker, chunk, gradient);
    }
  }

  @Override
  public Runnable backward(Worker worker, Runnable ownWork) {
    worker.meetAfter(ownWork);
    withProjection(last()).forEach(summand -> summand.combineGradients(worker));
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
    FeatureMap inputGradient = before.outputGradient();
    for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
      for (TrainingLayer reader : withProjection(first)) {
        reader.correctGradient(worker, c);
      }
      if (inputGradient != null) {
        backwardData(worker, c, inputGradient);
        before.enterBackward(worker, c);
      }
    }
    return () ->
        withProjection(first).forEach(reader -> reader.backwardWeights(worker, before.output()));
  }

  /** Computes the input's gradient of one chunk, of the shortcut and then of the branch. */
  private void backwardData(Worker worker, int chunk, FeatureMap to) {
    long dx = to.chunk(chunk);
    if (projection != null) {
      projection.backwardData(worker, chunk, dx);
    } else if (padding != null) {
      padding.backward(worker, inputMaps(chunk), outputGradient.chunk(chunk), to.block(chunk));
    }
    branch.get(0).backwardData(worker, chunk, dx);
  }
}
