package dev.softgate.benchmark;

import dev.softgate.data.Augmentation;
import dev.softgate.data.Augmenter;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.BatchShare;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.engine.Compute;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.Mode;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.onednn.ConvolutionCeiling;
import dev.softgate.onednn.OneDnnEngine;
import dev.softgate.onednn.OperationCost;
import dev.softgate.onednn.OperationKind;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.Optimizer;
import dev.softgate.training.TrainingStep;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Times the parts of Softgate on images of random pixels.
 *
 * @param spec the network
 * @param batchSize the number of images in a step
 * @param side the images' height and width in pixels
 * @param steps the number of measured steps, after {@value #WARM_UP} warm-up steps
 */
public record Benchmark(ModelSpec spec, int batchSize, int side, int steps) {

  /** The channels of an image, of one byte each. */
  public static final int CHANNELS = 3;

  /** The number of steps before the measurement starts. */
  public static final int WARM_UP = 3;

  private static final long SEED = 1;

  /**
   * The published momentum and weight decay, and learning rates that do not diverge on random
   * labels.
   */
  private static final double MOMENTUM = 0.9;

  private static final double WEIGHT_DECAY = 1e-4;
  private static final double PENALTY_WEIGHT = 0.5;
  private static final TrainingStep.Rates RATES = new TrainingStep.Rates(1e-3, 1e-3);

  /** The part of a network's work that is timed. */
  public enum Subject {
    /** Whole training steps: forward, backward and both updates. */
    TRAINING,
    /** Evaluation, until the logits are on the heap. */
    INFERENCE
  }

  /**
   * A way of computing.
   *
   * @param channelsLast whether images and convolutions use the layout N×H×W×C, as in Softgate, or
   *     N×C×H×W, libtorch's default
   */
  public record Way(Compute compute, boolean channelsLast) {}

  /** Times one way of computing. */
  public Measurement measure(Subject subject, Compute compute) {
    return compare(subject, List.of(new Way(compute, true))).get(0);
  }

  /**
   * Times several ways of computing in turn, one step each, so that changes in the machine's speed
   * favor none of them.
   */
  public List<Measurement> compare(Subject subject, List<Way> ways) {
    List<Contender> contenders = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      Map<Boolean, Tensor> images = new HashMap<>(); // by whether channels are last
      Tensor labels = labels();
      for (Way way : ways) {
        Tensor batch = images.computeIfAbsent(way.channelsLast(), this::images);
        contenders.add(new Contender(subject, way.compute(), batch, labels));
      }
      for (int i = 0; i < WARM_UP + steps; i++) {
        boolean counts = i >= WARM_UP;
        contenders.forEach(contender -> contender.step(counts));
      }
      return contenders.stream().map(Contender::measurement).toList();
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  /** The time of a batch's convolutions alone; see {@link ConvolutionCeiling}. */
  public double convolutionsAloneSeconds(Subject subject, Compute compute) {
    return ConvolutionCeiling.seconds(
        new ResNet(spec, SEED).backbone(),
        compute.type(),
        batchSize,
        side,
        side,
        compute.threads(),
        subject == Subject.TRAINING);
  }

  /** One way of computing, with its own network. */
  private final class Contender implements AutoCloseable {
    private final Compute compute;
    private final BackboneEngine engine;
    private final Runnable step;
    private final @Nullable Runnable update;
    private final double[] seconds = new double[steps];
    private int measured;
    private long pointersGrown;

    Contender(Subject subject, Compute compute, Tensor pixels, Tensor classes) {
      ResNet network = new ResNet(spec, SEED);
      this.compute = compute;
      this.engine = compute.attach(network);
      Tensor images = pixels.to(network.device());
      Tensor labels = classes.to(network.device());
      if (subject == Subject.TRAINING) {
        TrainingStep training = new TrainingStep(network, MOMENTUM, WEIGHT_DECAY, PENALTY_WEIGHT);
        this.step = () -> training.run(images, labels, RATES, true);
        this.update = () -> update(training);
      } else {
        this.step =
            () -> {
              try (Scope scope = Scope.open()) {
                network.forward(images, Mode.EVALUATION).logits().toFloats();
              }
            };
        this.update = null;
      }
    }

    private static void update(TrainingStep training) {
      try (Scope scope = Scope.open()) {
        training.mainOptimizer().step(RATES.main());
        Optimizer gates = training.gateOptimizer();
        if (gates != null) {
          gates.step(RATES.gate());
        }
      }
    }

    void step(boolean counts) {
      compute.useThreads();
      if (counts && measured == 0 && engine instanceof OneDnnEngine fused) {
        fused.takeWork(); // resets the counters after the warm-up
        fused.takeSeconds();
      }
      long pointers = TorchRuntime.livePointers();
      long start = System.nanoTime();
      step.run();
      double taken = (System.nanoTime() - start) / 1e9;
      if (counts) {
        pointersGrown += TorchRuntime.livePointers() - pointers;
        seconds[measured++] = taken;
      }
    }

    Measurement measurement() {
      Map<OperationKind, OperationCost> perStep = new EnumMap<>(OperationKind.class);
      double inEngine = 0;
      if (engine instanceof OneDnnEngine fused) {
        fused.takeWork().forEach((part, total) -> perStep.put(part, total.dividedBy(steps)));
        inEngine = fused.takeSeconds() / steps;
      }
      return new Measurement(batchSize, seconds, pointersGrown, perStep, inEngine, updateSeconds());
    }

    private double updateSeconds() {
      if (update == null) {
        return 0;
      }
      compute.useThreads();
      return Measurement.median(timed(steps, update));
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  /** Times reading and augmentation: the wait for each batch if nothing else runs. */
  public static Measurement loading(int batchSize, int side, int steps) {
    int count = Math.multiplyExact(steps + WARM_UP, batchSize);
    byte[] pixels = new byte[Math.multiplyExact(count, CHANNELS * side * side)];
    new Random(SEED).nextBytes(pixels);
    ImageSet images = ImageSet.of(pixels, new int[count], CHANNELS, side, side);
    try (BatchLoader loader =
        BatchLoader.training(
            images,
            IntStream.range(0, count).toArray(),
            Augmenter.of(Augmentation.CROP_FLIP),
            Normalization.of(images),
            BatchShare.whole(batchSize),
            new BatchLoader.Epoch(SEED, 0, 0))) {
      timed(WARM_UP, loader::next);
      long pointers = TorchRuntime.livePointers();
      double[] seconds = timed(steps, loader::next);
      long grown = TorchRuntime.livePointers() - pointers;
      return new Measurement(batchSize, seconds, grown, Map.of(), 0, 0);
    }
  }

  private static double[] timed(int times, Runnable work) {
    double[] seconds = new double[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    return seconds;
  }

  private Tensor images(boolean channelsLast) {
    Random random = new Random(SEED);
    float[] pixels = new float[Math.multiplyExact(batchSize, CHANNELS * side * side)];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return channelsLast
        ? Tensor.ofImages(Device.CPU, pixels, batchSize, CHANNELS, side, side)
        : Tensor.ofFloats(Device.CPU, pixels, batchSize, CHANNELS, side, side);
  }

  private Tensor labels() {
    return Tensor.ofLabels(
        Device.CPU, new Random(SEED).ints(batchSize, 0, spec.classes()).toArray());
  }
}
