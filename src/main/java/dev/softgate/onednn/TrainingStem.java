package dev.softgate.onednn;

/** The first layer in training: relu(norm(conv(images))). */
final class TrainingStem implements Stage {

  private final TrainingLayer layer;
  private final FeatureMap images;
  private final Chunks chunks;
  private final Stream output;
  private final FeatureMap streamGradient;

  TrainingStem(
      TrainingLayer layer,
      FeatureMap images,
      Chunks chunks,
      Stream output,
      FeatureMap streamGradient) {
    this.layer = layer;
    this.images = images;
    this.chunks = chunks;
    this.output = output;
    this.streamGradient = streamGradient;
  }

  @Override
  public Stream output() {
    return output;
  }

  @Override
  public FeatureMap streamGradient() {
    return streamGradient;
  }

  @Override
  public void forward(Worker worker) {
    for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
      layer.convolve(worker, images, c);
    }
    worker.meet();
    layer.combineStatistics(worker);
  }

  @Override
  public void produce(Worker worker, int chunk) {
    layer.normalizeRelu(worker, chunk, output.compute().chunk(chunk));
    if (output.stream() != output.compute()) {
      worker
          .primitives()
          .convert(output.compute().maps().of(chunks.size(chunk)), output.type())
          .run(output.compute().chunk(chunk), output.stream().chunk(chunk));
    }
  }

  @Override
  public void enterBackward(Worker worker, int chunk) {
    Maps maps = streamGradient.maps().of(chunks.size(chunk));
    long gradient = streamGradient.chunk(chunk);
    if (output.stream() != output.compute()) {
      Maps converted = maps.as(output.compute().maps().type());
      long to = worker.scratch("stream gradient", converted).handle();
      worker.primitives().convert(maps, converted.type()).run(gradient, to);
      gradient = to;
    }
    layer.normalizeBackward(worker, chunk, gradient);
  }

  @Override
  public void backward(Worker worker) {
    worker.meet();
    layer.combineGradients(worker);
    for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
      layer.correctGradient(worker, c);
    }
    layer.backwardWeights(worker, images);
  }
}
