package dev.softgate.onednn;

/** The input of a leg without stem: maps that already exist. */
record TrainingInput(FeatureMap output, FeatureMap outputGradient) implements TrainingPiece {

  @Override
  public void forward(Worker worker) {}

  @Override
  public void produce(Worker worker, int chunk) {}

  @Override
  public void enterBackward(Worker worker, int chunk) {}

  @Override
  public Runnable backward(Worker worker, Runnable ownWork) {
    return ownWork;
  }
}
