package dev.softgate.benchmark;

import dev.softgate.data.Augmentation;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.Pass;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.Compute;
import dev.softgate.training.TrainingStep;
import java.util.Random;
import java.util.stream.IntStream;

/** Times the parts of Softgate on 32×32 images of random pixels. */
public final class Benchmark {

  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int WARM_UP = 3;
  private static final long SEED = 1;

  /** The published momentum and weight decay, and rates at which random labels do not diverge. */
  private static final double MOMENTUM = 0.9;

  private static final double WEIGHT_DECAY = 1e-4;
  private static final TrainingStep.Rates RATES = new TrainingStep.Rates(1e-3, 1e-3);

  private final ModelSpec spec;
  private final Compute compute;
  private final int batchSize;
  private final int steps;

  /**
   * A benchmark of one network.
   *
   * @param compute by what and how precisely
   * @param steps measured, after {@value #WARM_UP} that are not
   */
  public Benchmark(ModelSpec spec, Compute compute, int batchSize, int steps) {
    this.spec = spec;
    this.compute = compute;
    this.batchSize = batchSize;
    this.steps = steps;
  }

  /** Times whole training steps: forward, backward and both updates. */
  public Measurement training() {
    ResNet network = new ResNet(spec, SEED);
    TrainingStep step = new TrainingStep(network, MOMENTUM, WEIGHT_DECAY);
    try (BackboneEngine engine = compute.attach(network);
        Scope scope = Scope.open()) {
      Tensor images = images();
      Tensor labels = labels();
      return measure(() -> step.run(images, labels, RATES, true));
    }
  }

  /** Times evaluation, up to the logits on the heap. */
  public Measurement inference() {
    ResNet network = new ResNet(spec, SEED);
    try (BackboneEngine engine = compute.attach(network);
        Scope scope = Scope.open()) {
      Tensor images = images();
      return measure(
          () -> {
            try (Scope step = Scope.open()) {
              network.forward(images, Pass.EVALUATION).logits().toFloats();
            }
          });
    }
  }

  /** Times reading and augmenting: the wait for each batch when nothing else runs. */
  public static Measurement loading(int batchSize, int steps) {
    int count = (steps + WARM_UP) * batchSize;
    byte[] pixels = new byte[Math.multiplyExact(count, CHANNELS * SIDE * SIDE)];
    new Random(SEED).nextBytes(pixels);
    ImageSet images = new ImageSet(pixels, new int[count], CHANNELS, SIDE, SIDE);
    try (BatchLoader loader =
        BatchLoader.training(
            images,
            IntStream.range(0, count).toArray(),
            Augmentation.CROP_FLIP,
            Normalization.of(images),
            batchSize,
            SEED,
            0,
            0)) {
      return measure(batchSize, steps, loader::next);
    }
  }

  private Measurement measure(Runnable step) {
    return measure(batchSize, steps, step);
  }

  private static Measurement measure(int batchSize, int steps, Runnable step) {
    for (int i = 0; i < WARM_UP; i++) {
      step.run();
    }
    long pointers = TorchRuntime.livePointers();
    double[] seconds = new double[steps];
    for (int i = 0; i < steps; i++) {
      long start = System.nanoTime();
      step.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    return new Measurement(batchSize, seconds, TorchRuntime.livePointers() - pointers);
  }

  private Tensor images() {
    Random random = new Random(SEED);
    float[] pixels = new float[batchSize * SIDE * SIDE * CHANNELS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return Tensor.ofImages(pixels, batchSize, CHANNELS, SIDE, SIDE);
  }

  private Tensor labels() {
    return Tensor.ofLabels(new Random(SEED).ints(batchSize, 0, spec.classes()).toArray());
  }
}
