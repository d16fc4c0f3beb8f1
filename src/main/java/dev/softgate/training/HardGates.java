package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.data.SplitMix64;
import dev.softgate.gate.MixRule;
import dev.softgate.scoring.SkipGoal;
import dev.softgate.scoring.SkipPaths;
import dev.softgate.torch.GradientHook;
import dev.softgate.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of hard gates in training. A network that is trained with them can skip later.
 *
 * <pre>
 *   t = threshold of the batch            s = share of the images to skip
 *   d = 0 where g &lt; t, else 1             skip, or use the additional layers
 *   w = d                                 forward
 *   w = g − mean(g)                       backward, where it goes straight through
 * </pre>
 *
 * <p>The gradient goes straight through to a gate that is trained with the network. It is taken
 * less its mean over the batch: raising all g alike raises the threshold and changes no decision.
 * It does not go into the features of a gate that trains itself, where it would teach the backbone
 * to look hard to the gate's classifier.
 *
 * <p>With a target, s is the target, and t a running mean of the batches' quantiles, which a
 * checkpoint keeps for predictions. Without a target, s is drawn for each batch: 0 at all gates in
 * half of the batches, else uniform in [0, 3/2] at each gate, cut at 1; t is the batch's quantile.
 * The network then works at any threshold, and best with all layers or the fewest. Over the epochs
 * of annealing s rises from 0 to its full size.
 *
 * <p>Source: Bengio, Léonard and Courville 2013 for straight through; the draw of thresholds is our
 * own (docs/decisions/0019).
 */
public final class HardGates implements MixRule {

  private static final double MOMENTUM = 0.95;
  private static final double GREATEST_DRAW = 1.5; // so a third of them let all images skip

  private final double @Nullable [] targets; // one per gate
  private final int annealEpochs;
  private final boolean straightThrough;
  private final long seed;
  private final double[] shares; // of this batch
  private final double[] thresholds; // running, NaN before the first batch
  private final int[] skipped; // images of this batch, of all processes
  private final @Nullable Replicas replicas; // null for a single process
  private final @Nullable GradientHook lessMean;

  /**
   * Decisions before the first batch.
   *
   * @param gates the number of gates
   * @param targets one for all gates or one for each; null for none
   * @param straightThrough whether decisions teach the gates
   * @param seed seeds the shares drawn
   * @throws BadInputException if there are other gates than targets
   */
  public HardGates(
      int gates,
      @Nullable List<Double> targets,
      int annealEpochs,
      boolean straightThrough,
      long seed) {
    this(gates, targets, annealEpochs, straightThrough, seed, null);
  }

  /** Decisions on the batches of all replicas. */
  HardGates(
      int gates,
      @Nullable List<Double> targets,
      int annealEpochs,
      boolean straightThrough,
      long seed,
      @Nullable Replicas replicas) {
    this.replicas = replicas == null || replicas.isAlone() ? null : replicas;
    this.lessMean =
        this.replicas == null
            ? null
            : new GradientHook(gradient -> lessMean(gradient, this.replicas));
    this.targets = targets == null ? null : new SkipGoal.Rates(targets).each(gates);
    this.annealEpochs = annealEpochs;
    this.straightThrough = straightThrough;
    this.seed = seed;
    this.shares = new double[gates];
    this.thresholds = new double[gates];
    this.skipped = new int[gates];
    Arrays.fill(thresholds, Double.NaN);
  }

  /**
   * A batch begins.
   *
   * @param epoch zero-based
   * @param batch zero-based, in the epoch
   * @param batches batches in an epoch
   */
  public void begin(int epoch, int batch, int batches) {
    double at = epoch + (double) batch / batches;
    double size = at < annealEpochs ? at / annealEpochs : 1;
    for (int gate = 0; gate < shares.length; gate++) {
      shares[gate] = size * (targets == null ? drawn(epoch, batch, gate) : targets[gate]);
    }
    Arrays.fill(skipped, 0);
  }

  private double drawn(int epoch, int batch, int gate) {
    boolean whole = unit(epoch, batch, shares.length) < 0.5; // one coin for all gates
    return whole ? 0 : Math.min(1, GREATEST_DRAW * unit(epoch, batch, gate));
  }

  private double unit(int epoch, int batch, int draw) {
    long position = ((long) epoch << Integer.SIZE) + batch;
    return new SplitMix64(SplitMix64.Purpose.SKIP_SHARE, seed, position, draw).unit();
  }

  @Override
  public Tensor weight(int gate, Tensor g) {
    float[] values = g.toFloats();
    float[] all = replicas == null ? values : replicas.gather(values);
    double threshold = threshold(gate, all);
    for (float each : all) {
      skipped[gate] += each < threshold ? 1 : 0;
    }
    float[] decisions = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      decisions[i] = values[i] < threshold ? 0 : 1;
    }
    Tensor hard = Tensor.ofFloats(g.device(), decisions, decisions.length);
    if (!straightThrough) {
      return hard;
    }
    Tensor taught = lessMean == null ? g.subtract(g.mean()) : lessMean.on(g);
    return hard.add(taught.subtract(taught.detach())); // adds nothing but its slope
  }

  /** The gradient of g less its mean over the images of all replicas. */
  private static Tensor lessMean(Tensor gradient, Replicas all) {
    double[] sum = {gradient.mean().item() * gradient.elements()};
    return gradient.add(-all.sum(sum)[0] / all.allImages());
  }

  private double threshold(int gate, float[] values) {
    double quantile = SkipPaths.thresholdAt(shares[gate], values);
    if (targets == null) {
      return quantile;
    }
    double before = Double.isNaN(thresholds[gate]) ? quantile : thresholds[gate];
    thresholds[gate] = MOMENTUM * before + (1 - MOMENTUM) * quantile;
    return thresholds[gate];
  }

  /** The number of images of the batch that skipped, for each gate. */
  public int[] skipped() {
    return skipped.clone();
  }

  /** Thresholds of g, one per gate; null without a target, and before the first batch. */
  public @Nullable List<Double> thresholds() {
    return targets == null || Arrays.stream(thresholds).anyMatch(Double::isNaN)
        ? null
        : Arrays.stream(thresholds).boxed().toList();
  }

  /** Restores the thresholds of an earlier session, for a training with a target. */
  void restore(List<Double> earlier) {
    for (int gate = 0; gate < thresholds.length; gate++) {
      thresholds[gate] = earlier.get(gate);
    }
  }
}
