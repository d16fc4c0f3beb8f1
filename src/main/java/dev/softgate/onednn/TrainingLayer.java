package dev.softgate.onednn;

import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.onednn.Primitives.Weighted;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.DType;
import dev.softgate.torch.NormExchange;
import dev.softgate.torch.NormStatistics;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A convolution and its batch norm in training, for one batch size.
 *
 * <pre>
 *  y = conv(x)                    per chunk, with the chunk's own mean and variance
 *  μ, σ² of the whole batch       from the chunks' statistics, when all threads have met
 *  n = γ·(y − μ)/√(σ²+ε) + β      per chunk, when the next layer reads it
 * </pre>
 *
 * <p>Backward, with M = N·H·W values per channel and x̂ = (y − μ)/√(σ²+ε):
 *
 * <pre>
 *  e = γ/√(σ²+ε) · dn;  dγ = Σ dn·x̂;  dβ = Σ dn        per chunk, then summed
 *  dy = e − γ/√(σ²+ε) · (dβ + x̂·dγ)/M                  per chunk
 *  dx = convᵀ(dy);  dW for all images of a thread at once
 * </pre>
 *
 * <p>Sums over chunks follow the order of the images and do not depend on the number of threads; dW
 * does.
 */
final class TrainingLayer {

  final LayerParameters parameters;
  private final ConvolutionShape shape;
  private final Chunks chunks;
  private final DType type;
  private final FeatureMap output;
  private final FeatureMap gradient;
  private final @Nullable Epilogue inputGradient;
  private final MemoryBlock @Nullable [] masks;
  private final Arena.Floats[] chunkMean;
  private final Arena.Floats[] chunkVariance;
  private final Arena.Floats[] chunkScaleGradient;
  private final Arena.Floats[] chunkShiftGradient;
  private final Statistics[] statistics; // one per thread, all equal
  private final MemoryBlock[] weights; // in the layout of each chunk's primitive
  private final MemoryBlock[] transposed;
  private final WeightGradient[] weightGradients; // one per thread
  private @Nullable MemoryBlock total; // the parameter's gradient
  private NormStatistics ofBatch = new NormStatistics(0, new double[0], new double[0]);
  private GradientSums sumsOfAll = new GradientSums(new double[0], new double[0]);

  /** dγ and dβ of a batch. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record GradientSums(double[] scale, double[] shift) {}

  /** One thread's copy of the whole batch's statistics. */
  private record Statistics(
      Arena.Floats mean,
      Arena.Floats variance,
      Arena.Floats backwardScale,
      Arena.Floats backwardShift) {
    Statistics(Arena arena, int channels) {
      this(
          arena.takeFloats(channels),
          arena.takeFloats(channels),
          arena.takeFloats(channels),
          arena.takeFloats(channels));
    }
  }

  /**
   * Plans a layer.
   *
   * @param gradient memory for e and then dy; layers of the same shape may share it
   * @param relu whether ReLU follows the norm directly
   * @param inputGradient whether {@link #backwardData} replaces dx or adds to it; null if dx is not
   *     needed
   * @param canvas the canvas for dW
   */
  TrainingLayer(
      Planning planning,
      LayerParameters parameters,
      ConvolutionShape shape,
      FeatureMap gradient,
      boolean relu,
      @Nullable Epilogue inputGradient,
      Canvas canvas) {
    this.parameters = parameters;
    this.shape = shape;
    this.chunks = planning.chunks();
    this.type = planning.type();
    this.output = planning.map(planning.output(shape));
    this.gradient = gradient;
    this.inputGradient = inputGradient;
    Arena arena = planning.arena();
    Primitives primitives = planning.primitives();
    int count = chunks.count();
    this.masks = relu ? new MemoryBlock[count] : null;
    this.chunkMean = vectors(arena, count);
    this.chunkVariance = vectors(arena, count);
    this.chunkScaleGradient = vectors(arena, count);
    this.chunkShiftGradient = vectors(arena, count);
    this.weights = new MemoryBlock[count];
    this.transposed = new MemoryBlock[count];
    for (int i = 0; i < count; i++) {
      weights[i] = parameters.inLayout(convolution(primitives, i).weights());
      if (inputGradient != null) {
        transposed[i] = parameters.transposedInLayout(backwardData(primitives, i).weights());
      }
      if (masks != null) {
        masks[i] = arena.take(Primitives.mask(maps(i)));
      }
    }
    this.statistics = new Statistics[chunks.threads()];
    this.weightGradients = new WeightGradient[chunks.threads()];
    for (int i = 0; i < statistics.length; i++) {
      statistics[i] = new Statistics(arena, shape.out());
      weightGradients[i] = new WeightGradient(arena, shape, chunks.shareSize(i), type, canvas);
    }
  }

  private Arena.Floats[] vectors(Arena arena, int count) {
    return Stream.generate(() -> arena.takeFloats(shape.out()))
        .limit(count)
        .toArray(Arena.Floats[]::new);
  }

  /** Returns the shape of y for the whole batch. */
  FeatureMaps maps() {
    return output.maps();
  }

  private FeatureMaps maps(int chunk) {
    return output.maps().of(chunks.size(chunk));
  }

  // ---- forward

  /** Computes y and its statistics for one chunk of x. */
  void convolve(Worker worker, FeatureMap x, int chunk) {
    convolution(worker.primitives(), chunk)
        .call()
        .run(x.chunk(chunk), weights[chunk].handle(), output.chunk(chunk));
    FeatureMaps maps = maps(chunk);
    worker
        .primitives()
        .statistics(maps)
        .run(
            output.chunk(chunk),
            worker.scratch("statistics", maps).handle(),
            chunkMean[chunk].handle(),
            chunkVariance[chunk].handle());
  }

  private Weighted convolution(Primitives primitives, int chunk) {
    return primitives.convolution(shape, chunks.size(chunk), type, Epilogue.NONE);
  }

  /**
   * Computes μ and σ² of the batch after all threads have met. Each thread computes its own copy,
   * so none waits. The first thread updates the running statistics. A batch without variance uses
   * the running statistics.
   */
  void combineStatistics(Worker worker) {
    Statistics batch = statistics[worker.index()];
    NormStatistics all = statisticsOfAll(worker);
    if (!all.hasVariance()) {
      for (int c = 0; c < shape.out(); c++) {
        batch.mean.set(c, parameters.runningMean.get(c));
        batch.variance.set(c, parameters.runningVariance.get(c));
      }
      return;
    }
    for (int c = 0; c < shape.out(); c++) {
      double variance = all.variance()[c];
      batch.mean.set(c, all.mean()[c]);
      batch.variance.set(c, variance);
      if (worker.index() == 0) {
        move(parameters.runningMean, c, all.mean()[c]);
        double values = all.values();
        move(parameters.runningVariance, c, variance * values / (values - 1)); // unbiased
      }
    }
    if (worker.index() == 0) {
      parameters.countBatch();
    }
  }

  /** Returns the statistics of the batch, of all processes if they share the norm's. */
  private NormStatistics statisticsOfAll(Worker worker) {
    NormExchange exchange = parameters.exchange();
    if (exchange == null) {
      NormStatistics own = statisticsOfChunks();
      if (worker.index() == 0) {
        ofBatch = own;
      }
      return own;
    }
    if (worker.index() == 0) {
      NormStatistics own = statisticsOfChunks();
      double values = (double) exchange.images() * shape.outHeight() * shape.outWidth();
      ofBatch = NormStatistics.combined(exchange, values, own.mean(), own.variance());
    }
    worker.meet();
    return ofBatch;
  }

  private NormStatistics statisticsOfChunks() {
    double images = chunks.images();
    double[] means = new double[shape.out()];
    double[] variances = new double[shape.out()];
    for (int c = 0; c < shape.out(); c++) {
      double mean = 0;
      for (int i = 0; i < chunkMean.length; i++) {
        mean += chunkMean[i].get(c) * (chunks.size(i) / images);
      }
      double variance = 0;
      for (int i = 0; i < chunkMean.length; i++) {
        double off = chunkMean[i].get(c) - mean;
        variance += (chunkVariance[i].get(c) + off * off) * (chunks.size(i) / images);
      }
      means[c] = mean;
      variances[c] = variance;
    }
    return new NormStatistics(values(), means, variances);
  }

  private static void move(Arena.Floats running, int c, double ofBatch) {
    running.set(c, (1 - BatchNorm2d.MOMENTUM) * running.get(c) + BatchNorm2d.MOMENTUM * ofBatch);
  }

  /** Returns the number of values per channel in this process's batch. */
  private double values() {
    return (double) chunks.images() * shape.outHeight() * shape.outWidth();
  }

  /** Computes n of one chunk, or relu(n) if ReLU follows, into {@code to}. */
  void normalize(Worker worker, int chunk, long to) {
    Statistics batch = statistics[worker.index()];
    run(
        worker.primitives().normalize(maps(chunk), masks != null),
        chunk,
        output.chunk(chunk),
        to,
        batch.mean.handle(),
        batch.variance.handle(),
        parameters.scale.handle(),
        parameters.shift.handle());
  }

  /** Runs a primitive that takes the chunk's mask as its last argument, if there is one. */
  private void run(PreparedPrimitive call, int chunk, long... handles) {
    if (masks == null) {
      call.run(handles);
      return;
    }
    long[] withMask = Arrays.copyOf(handles, handles.length + 1);
    withMask[handles.length] = masks[chunk].handle();
    call.run(withMask);
  }

  // ---- backward

  /**
   * Computes e and the chunk's part of dγ and dβ.
   *
   * @param dn the gradient of n, or of relu(n) if ReLU follows
   */
  void normalizeBackward(Worker worker, int chunk, long dn) {
    Statistics batch = statistics[worker.index()];
    run(
        worker.primitives().normalizeBackward(maps(chunk), masks != null),
        chunk,
        output.chunk(chunk),
        batch.mean.handle(),
        batch.variance.handle(),
        dn,
        parameters.scale.handle(),
        gradient.chunk(chunk),
        chunkScaleGradient[chunk].handle(),
        chunkShiftGradient[chunk].handle());
  }

  /** Computes dγ and dβ of the batch after all threads have met. */
  void combineGradients(Worker worker) {
    Statistics batch = statistics[worker.index()];
    LayerParameters.NormGradients gradients =
        worker.index() == 0 ? parameters.normGradients() : null;
    GradientSums own = sumsOfChunks();
    GradientSums all = sumsOfAll(worker, own);
    double values = ofBatch.values();
    for (int c = 0; c < shape.out(); c++) {
      double slope = // 0 if the statistics are not of these images: no gradient flows through them
          ofBatch.hasVariance() && contributes()
              ? parameters.scale.get(c) / Math.sqrt(batch.variance.get(c) + BatchNorm2d.EPSILON)
              : 0;
      batch.backwardScale.set(c, -slope * all.scale()[c] / values);
      batch.backwardShift.set(c, -slope * all.shift()[c] / values);
      if (gradients != null) {
        gradients.scale().set(c, gradients.scale().get(c) + own.scale()[c]);
        gradients.shift().set(c, gradients.shift().get(c) + own.shift()[c]);
      }
    }
  }

  /** Returns whether the batch's statistics are of this process's images, among others. */
  private boolean contributes() {
    NormExchange exchange = parameters.exchange();
    return exchange == null || exchange.images() > 0;
  }

  /** Returns the sums over the images of all processes if they share the norm's statistics. */
  private GradientSums sumsOfAll(Worker worker, GradientSums own) {
    NormExchange exchange = parameters.exchange();
    if (exchange == null || !ofBatch.hasVariance()) {
      return own;
    }
    if (worker.index() == 0) {
      int channels = shape.out();
      double[] both = Arrays.copyOf(own.scale(), 2 * channels);
      System.arraycopy(own.shift(), 0, both, channels, channels);
      double[] sums = exchange.sum(both);
      sumsOfAll =
          new GradientSums(
              Arrays.copyOf(sums, channels), Arrays.copyOfRange(sums, channels, 2 * channels));
    }
    worker.meet();
    return sumsOfAll;
  }

  private GradientSums sumsOfChunks() {
    double[] scale = new double[shape.out()];
    double[] shift = new double[shape.out()];
    for (int c = 0; c < shape.out(); c++) {
      for (int i = 0; i < chunkScaleGradient.length; i++) {
        scale[c] += chunkScaleGradient[i].get(c);
        shift[c] += chunkShiftGradient[i].get(c);
      }
    }
    return new GradientSums(scale, shift);
  }

  /** Computes dy of one chunk, in place of e. */
  void correctGradient(Worker worker, int chunk) {
    Statistics batch = statistics[worker.index()];
    FeatureMaps maps = maps(chunk);
    long correction = worker.scratch("correction", maps).handle();
    worker
        .primitives()
        .normalize(maps, false)
        .run(
            output.chunk(chunk),
            correction,
            batch.mean.handle(),
            batch.variance.handle(),
            batch.backwardScale.handle(),
            batch.backwardShift.handle());
    worker.primitives().add(maps).run(gradient.chunk(chunk), correction, gradient.chunk(chunk));
  }

  /** Computes dx of one chunk with the planned epilogue. */
  void backwardData(Worker worker, int chunk, long dx) {
    backwardData(worker.primitives(), chunk)
        .call()
        .run(gradient.chunk(chunk), transposed[chunk].handle(), dx);
  }

  private Weighted backwardData(Primitives primitives, int chunk) {
    return primitives.backwardData(
        shape, chunks.size(chunk), type, Objects.requireNonNull(inputGradient));
  }

  /** Computes dW of this thread's images. */
  void backwardWeights(Worker worker, FeatureMap x) {
    int thread = worker.index();
    weightGradients[thread].compute(worker, x.share(thread), gradient.share(thread));
  }

  /** Adds the threads' parts of dW to the parameter's gradient after all threads have met. */
  void sumWeightGradients(Worker worker) {
    if (total == null) {
      total = new MemoryBlock(Native.vector(shape.weights()), parameters.weightGradient());
    }
    PreparedPrimitive add = worker.primitives().addVectors(shape.weights());
    for (WeightGradient part : weightGradients) {
      add.run(total.handle(), part.handle(), total.handle());
    }
  }
}
