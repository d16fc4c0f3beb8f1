package dev.softgate.study;

import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.Normalization;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipRule;
import dev.softgate.evaluation.SkippingNetwork;
import dev.softgate.model.Mode;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.StudentT;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long networks take for a batch, in turn, so that changes in the machine's speed
 * favor none. Each pass starts with normalized pixels and ends with logits on the heap.
 */
public final class SkipSpeed {

  private static final int WARM_UP = 2;
  private static final int CHANNELS = 3;
  private static final int LEAST_PASSES = 5;
  private static final int BLOCKS = 5;

  /** Small batches rotate through this many images, because skipping depends on the image. */
  private static final int POOL = 128;

  private SkipSpeed() {}

  /** One network, from a batch of normalized images N×3×H×W to logits. */
  public interface Contender {

    /**
     * Classifies. The caller's scope owns the logits.
     *
     * @param images on the CPU; copied to the network's device
     */
    Tensor logits(Tensor images);

    /**
     * The ordinary pass of a network.
     *
     * @param compute sets the number of threads before each pass
     */
    static Contender whole(ResNet network, Compute compute) {
      return images -> {
        compute.useThreads();
        return network.forward(images.to(network.device()), Mode.EVALUATION).logits();
      };
    }

    /**
     * A skipping pass.
     *
     * @param compute sets the number of threads before each pass
     */
    static Contender skipping(ResNet network, Compute compute, SkipBlend blend, SkipRule rule) {
      SkippingNetwork skipping = new SkippingNetwork(network, blend);
      return images -> {
        compute.useThreads();
        return skipping.forward(images.to(network.device()), rule).logits();
      };
    }
  }

  /**
   * The measurement of one contender.
   *
   * @param imagesPerSecond the throughput over all passes
   * @param medianMillis the median latency of a batch
   * @param seconds the time of each pass, in order
   */
  public record Figure(double imagesPerSecond, double medianMillis, List<Double> seconds) {

    /** Copies the list. */
    public Figure {
      seconds = List.copyOf(seconds);
    }

    /** The fraction of another's time that this one saves; negative if it is slower. */
    public double saved(Figure of) {
      return 1 - medianMillis / of.medianMillis;
    }

    /**
     * The uncertainty of {@link #saved}: half of Student's interval over {@value #BLOCKS} blocks of
     * the measurement, in each of which both took turns.
     */
    public double noise(Figure of) {
      double[] saved = new double[BLOCKS];
      for (int block = 0; block < BLOCKS; block++) {
        saved[block] = 1 - inBlock(block) / of.inBlock(block);
      }
      Estimate mean = StudentT.mean(saved);
      return (mean.high() - mean.low()) / 2;
    }

    private double inBlock(int block) {
      int from = block * seconds.size() / BLOCKS;
      int to = (block + 1) * seconds.size() / BLOCKS;
      return seconds.subList(from, to).stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /**
   * Measures.
   *
   * @param images the images, classified repeatedly
   * @param seconds the time for each contender, with at least {@value #LEAST_PASSES} passes
   * @return a figure for each contender
   */
  public static List<Figure> measure(
      List<Contender> contenders,
      EvaluationImages images,
      Normalization normalization,
      int batchSize,
      double seconds) {
    return measure(contenders, () -> batches(images, normalization, batchSize), batchSize, seconds);
  }

  /**
   * Measures on random pixels, which take as long as images if nothing is skipped.
   *
   * @param height the images' height in pixels
   * @param width the images' width in pixels
   * @param seconds the time for each contender, with at least {@value #LEAST_PASSES} passes
   * @return a figure for each contender
   */
  static List<Figure> measureOnNoise(
      List<Contender> contenders, int height, int width, int batchSize, double seconds) {
    float[] pixels = new float[Math.multiplyExact(batchSize, CHANNELS * height * width)];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return measure(
        contenders,
        () -> List.of(Tensor.ofImages(Device.CPU, pixels, batchSize, CHANNELS, height, width)),
        batchSize,
        seconds);
  }

  private static List<Figure> measure(
      List<Contender> contenders, Supplier<List<Tensor>> images, int batchSize, double seconds) {
    List<List<Double>> taken =
        contenders.stream().map(c -> (List<Double>) new ArrayList<Double>()).toList();
    try (Scope scope = Scope.open()) {
      List<Tensor> batches = images.get();
      for (Contender contender : contenders) {
        for (int i = 0; i < WARM_UP; i++) {
          pass(contender, batches.get(i % batches.size()));
        }
      }
      long end = System.nanoTime() + (long) (seconds * contenders.size() * 1e9);
      for (int i = 0; i < LEAST_PASSES || System.nanoTime() < end; i++) {
        for (int c = 0; c < contenders.size(); c++) {
          taken.get(c).add(pass(contenders.get(c), batches.get(i % batches.size())));
        }
      }
    }
    return taken.stream().map(times -> figure(times, batchSize)).toList();
  }

  private static double pass(Contender contender, Tensor images) {
    long start = System.nanoTime();
    try (Scope scope = Scope.open()) {
      contender.logits(images).toFloats();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static Figure figure(List<Double> seconds, int batchSize) {
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Figure(
        batchSize * sorted.length / Arrays.stream(sorted).sum(), 1000 * median, seconds);
  }

  private static List<Tensor> batches(
      EvaluationImages images, Normalization normalization, int batchSize) {
    int count = Math.max(1, POOL / batchSize);
    int[] ids = spread(images.ids(), count * batchSize);
    List<Tensor> batches = new ArrayList<>();
    try (BatchLoader loader =
        BatchLoader.evaluation(images.images(), ids, normalization, batchSize)) {
      for (@Nullable Batch batch = loader.next(); batch != null; batch = loader.next()) {
        batches.add(Evaluator.images(Device.CPU, batch));
      }
    }
    return batches;
  }

  /** Picks {@code count} evenly spaced ids, because a folder's images are sorted by class. */
  static int[] spread(int[] ids, int count) {
    return IntStream.range(0, count)
        .map(i -> ids[count <= ids.length ? (int) ((long) i * ids.length / count) : i % ids.length])
        .toArray();
  }

  /**
   * The skip rate from which skipping is no slower than the whole network.
   *
   * @param rates ascending
   * @param seconds the time of a batch at each rate, in any unit
   * @param whole the time of the whole network
   * @return linearly interpolated between the rates; null if skipping is slower even at the highest
   */
  public static @Nullable Double breakEven(double[] rates, double[] seconds, double whole) {
    int pays = rates.length; // from this index on
    while (pays > 0 && seconds[pays - 1] <= whole) {
      pays--;
    }
    if (pays == rates.length) {
      return null;
    }
    if (pays == 0) {
      return rates[0];
    }
    double share = (seconds[pays - 1] - whole) / (seconds[pays - 1] - seconds[pays]);
    return rates[pays - 1] + share * (rates[pays] - rates[pays - 1]);
  }
}
