package dev.softgate.onednn;

/** The first layer in training: relu(norm(conv(images))). */
final class TrainingStem implements TrainingPiece {

  private final TrainingLayer layer;
  private final FeatureMap images;
  private final Chunks chunks;
  private final FeatureMap output;
  private final FeatureMap outputGradient;

  TrainingStem(
      TrainingLayer layer,
      FeatureMap images,
      Chunks chunks,
      FeatureMap output,
      FeatureMap outputGradient) {
    this.layer = layer;
    this.images = images;
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
