package dev.softgate.training;

import dev.softgate.scoring.PhaseMetrics;
import java.util.Arrays;

/** What the steps of one epoch add up to, so far. */
final class EpochTotals {

  private final boolean gated;
  private final float[] gates;
  private int images;
  private int correct;
  private double classificationSum;
  private double gateSum;

  /** Totals of an epoch that has not begun, over at most {@code capacity} images. */
  EpochTotals(int capacity, boolean gated) {
    this.gated = gated;
    this.gates = new float[gated ? capacity : 0];
  }

  /** Continues from what a checkpoint kept. */
  static EpochTotals restore(int capacity, boolean gated, Saved saved, float[] gates) {
    EpochTotals totals = new EpochTotals(capacity, gated);
    totals.images = saved.images();
    totals.correct = saved.correct();
    totals.classificationSum = saved.classificationSum();
    totals.gateSum = saved.gateSum();
    System.arraycopy(gates, 0, totals.gates, 0, gates.length);
    return totals;
  }

  /** Adds a step over {@code size} images. */
  void add(TrainingStep.Result step, int size) {
    classificationSum += step.classificationLoss() * size;
    correct += step.correct();
    if (gated) {
      gateSum += step.gateLoss() * size;
      System.arraycopy(step.g(), 0, gates, images, size);
    }
    images += size;
  }

  /** The means so far. */
  PhaseMetrics metrics() {
    return new PhaseMetrics(
        images,
        (double) correct / images,
        classificationSum / images,
        gated ? gateSum / images : null,
        gated ? meanGate() : null);
  }

  private double meanGate() {
    double sum = 0;
    for (int i = 0; i < images; i++) {
      sum += gates[i];
    }
    return sum / images;
  }

  /** The values of g so far, in the order trained. */
  float[] gates() {
    return Arrays.copyOf(gates, gated ? images : 0);
  }

  /** The sums, for a checkpoint. */
  Saved saved() {
    return new Saved(images, correct, classificationSum, gateSum);
  }

  /** The sums over the images of an epoch so far; losses in nats. */
  record Saved(int images, int correct, double classificationSum, double gateSum) {}
}
