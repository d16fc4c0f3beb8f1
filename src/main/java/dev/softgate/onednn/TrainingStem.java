package dev.softgate.onednn;

/** The first layer in training: relu(norm(conv(images))). */
record TrainingStem(
    TrainingLayer layer,
    FeatureMap images,
    Chunks chunks,
    FeatureMap output,
    FeatureMap outputGradient)
    implements TrainingPiece {

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
    layer.normalize(worker, chunk, output.chunk(chunk));
  }

  @Override
  public void enterBackward(Worker worker, int chunk) {
    layer.normalizeBackward(worker, chunk, outputGradient.chunk(chunk));
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
