package dev.softgate.onednn;

/** A piece of the backbone in training, made of whole layers: the stem, or a residual unit. */
interface TrainingPiece {

  /** Its output. */
  FeatureMap output();

  /** The gradient of {@link #output}. */
  FeatureMap outputGradient();

  /** All but the last step of the forward pass, on this thread's share. */
  void forward(Worker worker);

  /** The last step for one chunk: the output itself. */
  void produce(Worker worker, int chunk);

  /** The first step of the backward pass for one chunk, once its gradient is complete. */
  void enterBackward(Worker worker, int chunk);

  /**
   * The rest of the backward pass on this thread's share, up to where {@link #enterBackward} of the
   * piece before has run.
   *
   * @param ownWork what the piece behind has left to do on this thread, done while it would wait
   * @return what this piece leaves to do
   */
  Runnable backward(Worker worker, Runnable ownWork);
}
