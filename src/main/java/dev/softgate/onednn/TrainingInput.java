package dev.softgate.onednn;

/** What a leg without stem begins with: maps that are there already. */
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
