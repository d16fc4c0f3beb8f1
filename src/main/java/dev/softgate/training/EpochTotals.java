package dev.softgate.training;

import dev.softgate.Length;
import dev.softgate.Range;
import dev.softgate.scoring.PhaseMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the steps of one epoch add up to, so far. */
final class EpochTotals {

  private final float[][] gates; // a row a gate
  private int images;
  private int correct;
  private double classificationSum;
  private @Nullable Double gateSum;
  private final long[] skipped; // by hard gates, images a gate

  /** Totals of an epoch that has not begun, over at most {@code capacity} images. */
  EpochTotals(int capacity, int gates) {
    this.gates = new float[gates][capacity];
    this.skipped = new long[gates];
  }

  /** Continues from what a checkpoint kept. */
  static EpochTotals restore(int capacity, Saved saved, float[][] gates) {
    EpochTotals totals = new EpochTotals(capacity, gates.length);
    totals.images = saved.images();
    totals.correct = saved.correct();
    totals.classificationSum = saved.classificationSum();
    totals.gateSum = saved.gateSum();
    for (int i = 0; i < saved.skipped().size(); i++) {
      totals.skipped[i] = saved.skipped().get(i);
    }
    for (int i = 0; i < gates.length; i++) {
      System.arraycopy(gates[i], 0, totals.gates[i], 0, saved.images());
    }
    return totals;
  }

  /** Adds a step over {@code size} images. */
  void add(TrainingStep.Result step, int size) {
    classificationSum += step.classificationLoss() * size;
    correct += step.correct();
    Double gateLoss = step.gateLoss();
    if (gateLoss != null) {
      gateSum = (gateSum == null ? 0 : gateSum) + gateLoss * size;
    }
    for (int i = 0; i < gates.length; i++) {
      System.arraycopy(step.gates().get(i).g(), 0, gates[i], images, size);
    }
    images += size;
  }

  /** Adds how many images of a step skipped, one number per gate. */
  void addSkipped(int[] counts) {
    for (int i = 0; i < counts.length; i++) {
      skipped[i] += counts[i];
    }
  }

  /** The fraction of the images so far that skipped, for each gate. */
  List<Double> skipRates() {
    return Arrays.stream(skipped).mapToObj(count -> (double) count / images).toList();
  }

  /** The means so far. */
  PhaseMetrics metrics() {
    return new PhaseMetrics(
        images,
        (double) correct / images,
        classificationSum / images,
        gateSum == null ? null : gateSum / images,
        gates.length == 0 ? null : meanGate());
  }

  private double meanGate() {
    double sum = 0;
    for (float[] gate : gates) {
      for (int i = 0; i < images; i++) {
        sum += gate[i];
      }
    }
    return sum / gates.length / images;
  }

  /** The values of g so far, a row a gate, in the order trained. */
  float[][] gates() {
    return Arrays.stream(gates).map(gate -> Arrays.copyOf(gate, images)).toArray(float[][]::new);
  }

  /** The sums, for a checkpoint. */
  Saved saved() {
    return new Saved(
        images, correct, classificationSum, gateSum, Arrays.stream(skipped).boxed().toList());
  }

  /**
   * The sums over the images of an epoch so far; losses in nats.
   *
   * @param gateSum sum of the gates' losses or penalties; null without, and before the first step
   * @param skipped the number of images that skipped at each gate; empty in files of earlier
   *     versions
   */
  record Saved(
      @Range(from = 0) int images,
      @Range(from = 0) int correct,
      @Range double classificationSum,
      @Range @Nullable Double gateSum,
      @Range(from = 0) @Length(addedLater = true) List<Long> skipped) {

    Saved {
      skipped = Objects.requireNonNullElse(skipped, List.of());
    }
  }
}
