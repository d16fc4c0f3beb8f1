package dev.softgate.onednn;

import org.jspecify.annotations.Nullable;

/**
 * The first layer in training: relu(norm(conv(images))), then max pooling if the network pools.
 *
 * @param pooling null if the network does not pool
 */
record TrainingStem(
    TrainingLayer layer,
    FeatureMap images,
    Chunks chunks,
    @Nullable Pooling pooling,
    FeatureMap output,
    FeatureMap outputGradient)
    implements TrainingPiece {

  /**
   * Max pooling of a batch.
   *
   * @param workspaces where each maximum is, by chunk
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Pooling(MaxPooling maps, MemoryBlock[] workspaces) {

    Pooling(MaxPooling maps, Planning planning) {
      this(maps, new MemoryBlock[planning.chunks().count()]);
      for (int c = 0; c < workspaces.length; c++) {
        workspaces[c] = planning.arena().take(maps.of(planning.chunks().size(c)).workspace());
      }
    }
  }

  @Override
  public void forward(Worker worker) {
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      layer.convolve(worker, images, c);
    }
    worker.meet();
    layer.combineStatistics(worker);
  }

  @Override
  public void produce(Worker worker, int chunk) {
    if (pooling == null) {
      layer.normalize(worker, chunk, output.chunk(chunk));
      return;
    }
    MaxPooling part = pooling.maps.of(chunks.size(chunk));
    long n = worker.scratch("stem", part.input()).handle();
    layer.normalize(worker, chunk, n);
    worker
        .primitives()
        .maxPool(part, true)
        .run(n, output.chunk(chunk), pooling.workspaces[chunk].handle());
  }

  @Override
  public void enterBackward(Worker worker, int chunk) {
    if (pooling == null) {
      layer.normalizeBackward(worker, chunk, outputGradient.chunk(chunk));
      return;
    }
    MaxPooling part = pooling.maps.of(chunks.size(chunk));
    long dn = worker.scratch("stem", part.input()).handle();
    worker
        .primitives()
        .maxPoolBackward(part)
        .run(outputGradient.chunk(chunk), dn, pooling.workspaces[chunk].handle());
    layer.normalizeBackward(worker, chunk, dn);
  }

  @Override
  public Runnable backward(Worker worker, Runnable ownWork) {
    worker.meetAfter(ownWork);
    layer.combineGradients(worker);
    for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
      layer.correctGradient(worker, c);
    }
    return () -> layer.backwardWeights(worker, images);
  }
}
