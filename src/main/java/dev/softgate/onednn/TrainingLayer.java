package dev.softgate.onednn;

import dev.softgate.onednn.Primitives.Blend;
import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.onednn.Primitives.Weighted;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.DType;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * A convolution and its batch norm in training, for one batch size.
 *
 * <pre>
 *   y = conv(x) − k                   chunk by chunk, with each chunk's Σ y and Σ y²
 *   μ, σ² = of the whole batch        from those of the chunks, when all threads have met
 *   n = s·(y − μ) + β, s = γ/√(σ²+ε)  chunk by chunk, where the next layer reads it
 * </pre>
 *
 * <p>k, which a batch norm does not see, is the running mean: it keeps μ small beside σ, so that σ²
 * = Σ y²/M − μ² loses no digits. Backward, with M = N·H·W values a channel and x̂ = (y −
 * μ)/√(σ²+ε):
 *
 * <pre>
 *   dβ = Σ dn;  dγ = Σ dn·x̂                chunk by chunk from Σ dn and Σ dn·y, then summed
 *   u = dn − (dβ + x̂·dγ)/M,  dy = s·u      chunk by chunk
 *   dx = (s·W)ᵀ(u);  dW = s·(of u)         of all of a thread's images at once
 * </pre>
 *
 * <p>s goes into the weights and their gradient, which are small, and not into the maps. Sums over
 * chunks run in the order of the images, so they do not depend on the threads; dW does.
 */
final class TrainingLayer {

  private final LayerParameters parameters;
  private final ConvolutionShape shape;
  private final Chunks chunks;
  private final DType type;
  private final FeatureMap output;
  private final FeatureMap gradient;
  private final @Nullable Epilogue inputGradient;
  private final Arena.Floats[] chunkProducts; // Σ y², and in the backward pass Σ dn·y
  private final Arena.Floats[] chunkSums; // Σ y, and in the backward pass Σ dn
  private final Statistics[] statistics; // one a thread, all equal
  private final Block[] weights; // as each chunk's primitive wants them
  private final Block[] transposed;
  private final WeightGradient[] weightGradients; // one a thread
  private @Nullable Block total; // the parameter's gradient

  /** What one thread knows of the whole batch. */
  private static final class Statistics {
    private final double[] mean; // μ
    private final double[] inverseDeviation; // 1/√(σ²+ε)
    private final Arena.Floats slope; // s
    private final Affine forward; // n of y
    private final Affine backward; // u − dn of y

    Statistics(Arena arena, DType type, int channels) {
      this.mean = new double[channels];
      this.inverseDeviation = new double[channels];
      this.slope = arena.takeFloats(channels);
      this.forward = new Affine(arena, type, channels);
      this.backward = new Affine(arena, type, channels);
    }
  }

  /**
   * Plans a layer.
   *
   * @param gradient memory for u, which layers of the same shape may share
   * @param inputGradient whether {@link #backwardData} replaces dx or adds to it; null where nobody
   *     asks for it
   */
  TrainingLayer(
      LayerParameters parameters,
      ConvolutionShape shape,
      Chunks chunks,
      Arena arena,
      DType type,
      FeatureMap gradient,
      @Nullable Epilogue inputGradient,
      Primitives primitives) {
    this.parameters = parameters;
    this.shape = shape;
    this.chunks = chunks;
    this.type = type;
    this.output = new FeatureMap(arena, Maps.output(shape, chunks.images(), type), chunks);
    this.gradient = gradient;
    this.inputGradient = inputGradient;
    int count = chunks.count();
    this.chunkProducts = vectors(arena, count);
    this.chunkSums = vectors(arena, count);
    this.weights = new Block[count];
    this.transposed = new Block[count];
    for (int i = 0; i < count; i++) {
      int images = chunks.size(i);
      weights[i] =
          parameters.inLayout(primitives.convolution(shape, images, type, Epilogue.BIAS).weights());
      if (inputGradient != null) {
        transposed[i] =
            parameters.transposedInLayout(
                backwardData(primitives, inputGradient, images).weights());
      }
    }
    this.statistics = new Statistics[chunks.threads()];
    this.weightGradients = new WeightGradient[chunks.threads()];
    for (int i = 0; i < statistics.length; i++) {
      statistics[i] = new Statistics(arena, type, shape.out());
      weightGradients[i] = new WeightGradient(arena.take((long) shape.weights() * Float.BYTES));
    }
  }

  private Arena.Floats[] vectors(Arena arena, int count) {
    Arena.Floats[] vectors = new Arena.Floats[count];
    for (int i = 0; i < count; i++) {
      vectors[i] = arena.takeFloats(shape.out());
    }
    return vectors;
  }

  private Maps outputMaps(int chunk) {
    return Maps.output(shape, chunks.size(chunk), type);
  }

  LayerParameters parameters() {
    return parameters;
  }

  // ---- forward

  /** y and its sums for one chunk of x. */
  void convolve(Worker worker, FeatureMap x, int chunk) {
    worker
        .primitives()
        .convolution(shape, chunks.size(chunk), type, Epilogue.BIAS)
        .call()
        .run(
            x.chunk(chunk),
            weights[chunk].handle(),
            parameters.minusCenter().handle(),
            output.chunk(chunk));
    sums(worker, chunk, output.chunk(chunk));
  }

  /** Σ b and Σ b·y of one chunk. */
  private void sums(Worker worker, int chunk, long b) {
    worker
        .primitives()
        .sums(outputMaps(chunk))
        .run(output.chunk(chunk), b, chunkProducts[chunk].handle(), chunkSums[chunk].handle());
  }

  /**
   * μ and σ² of the batch, after all threads have met; each computes its own copy, so that none
   * waits. The first one moves the running statistics.
   */
  void combineStatistics(Worker worker) {
    Statistics batch = statistics[worker.index()];
    boolean first = worker.index() == 0;
    double values = values();
    for (int c = 0; c < shape.out(); c++) {
      double mean = total(chunkSums, c) / values;
      double variance = Math.max(0, total(chunkProducts, c) / values - mean * mean);
      double inverse = 1 / Math.sqrt(variance + BatchNorm2d.EPSILON);
      double slope = parameters.scale().get(c) * inverse;
      batch.mean[c] = mean;
      batch.inverseDeviation[c] = inverse;
      batch.slope.set(c, slope);
      batch.forward.set(c, slope, mean, parameters.shift().get(c));
      if (first) {
        moveRunning(c, mean - parameters.minusCenter().get(c), variance);
      }
    }
    if (first) {
      parameters.countBatch();
      parameters.refreshTransposed(worker, batch.slope);
    }
  }

  private static double total(Arena.Floats[] ofChunks, int channel) {
    double total = 0;
    for (Arena.Floats one : ofChunks) {
      total += one.get(channel);
    }
    return total;
  }

  private void moveRunning(int c, double mean, double variance) {
    double values = values();
    double unbiased = variance * values / (values - 1);
    double keep = 1 - BatchNorm2d.MOMENTUM;
    Arena.Floats runningMean = parameters.runningMean();
    Arena.Floats runningVariance = parameters.runningVariance();
    runningMean.set(c, keep * runningMean.get(c) + BatchNorm2d.MOMENTUM * mean);
    runningVariance.set(c, keep * runningVariance.get(c) + BatchNorm2d.MOMENTUM * unbiased);
  }

  /** M, how many values a channel has in the batch. */
  private double values() {
    return (double) chunks.images() * shape.outHeight() * shape.outWidth();
  }

  /** n of one chunk into the block {@code to}, or what {@code blend} makes of it. */
  void normalize(Worker worker, int chunk, Blend blend, long to) {
    Affine n = statistics[worker.index()].forward;
    worker
        .primitives()
        .affine(outputMaps(chunk), blend)
        .run(output.chunk(chunk), n.scale(), n.shift(), to);
  }

  /** relu(n + shortcut) of one chunk into the block {@code to}. */
  void normalizeOnto(Worker worker, int chunk, long shortcut, long to) {
    Affine n = statistics[worker.index()].forward;
    worker
        .primitives()
        .affine(outputMaps(chunk), Blend.ADD_RELU)
        .run(output.chunk(chunk), n.scale(), n.shift(), shortcut, to);
  }

  // ---- backward

  /** Where u goes, and dn may stand before. */
  long gradient(int chunk) {
    return gradient.chunk(chunk);
  }

  /** The chunk's part of dγ and dβ. */
  void sumGradients(Worker worker, int chunk, long dn) {
    sums(worker, chunk, dn);
  }

  /** dγ and dβ of the batch, after all threads have met. */
  void combineGradients(Worker worker) {
    Statistics batch = statistics[worker.index()];
    LayerParameters.NormGradients gradients =
        worker.index() == 0 ? parameters.normGradients() : null;
    double values = values();
    for (int c = 0; c < shape.out(); c++) {
      double ofShift = total(chunkSums, c);
      double inverse = batch.inverseDeviation[c];
      double ofScale = inverse * (total(chunkProducts, c) - batch.mean[c] * ofShift);
      batch.backward.set(c, -inverse * ofScale / values, batch.mean[c], -ofShift / values);
      if (gradients != null) {
        gradients.scale().set(c, gradients.scale().get(c) + ofScale);
        gradients.shift().set(c, gradients.shift().get(c) + ofShift);
      }
    }
  }

  /** u of one chunk, in place of dn where that stands in {@link #gradient}. */
  void correctGradient(Worker worker, int chunk, long dn) {
    Affine correction = statistics[worker.index()].backward;
    Maps maps = outputMaps(chunk);
    long y = output.chunk(chunk);
    long u = gradient.chunk(chunk);
    Primitives primitives = worker.primitives();
    if (dn == u) {
      primitives.affine(maps, Blend.ACCUMULATE).run(y, correction.scale(), correction.shift(), u);
    } else {
      primitives.affine(maps, Blend.ADD).run(y, correction.scale(), correction.shift(), dn, u);
    }
  }

  /** dx of one chunk, in the way that was planned. */
  void backwardData(Worker worker, int chunk, long dx) {
    backwardData(worker.primitives(), Objects.requireNonNull(inputGradient), chunks.size(chunk))
        .call()
        .run(gradient.chunk(chunk), transposed[chunk].handle(), dx);
  }

  private Weighted backwardData(Primitives primitives, Epilogue epilogue, int images) {
    return primitives.backwardData(shape, images, type, epilogue);
  }

  /** The part of dW that this thread's images give. */
  void backwardWeights(Worker worker, FeatureMap x) {
    weightGradients[worker.index()].compute(worker, x);
  }

  /** Adds the threads' parts of dW to the parameter's gradient, after all have met. */
  void sumWeightGradients(Worker worker) {
    if (total == null) {
      total = new Block(Native.vector(shape.weights()), parameters.weightGradient());
    }
    Call add = worker.primitives().addVectors(shape.weights());
    for (WeightGradient part : weightGradients) {
      add.run(total.handle(), part.values.handle(), total.handle());
    }
  }

  /** One thread's part of dW. */
  private final class WeightGradient {
    private final Arena.Floats values; // out×in×k×k
    private final Block plain; // the same memory
    private @Nullable Call toPlain;

    WeightGradient(BytePointer memory) {
      this.values = new Arena.Floats(memory, shape.weights());
      this.plain = new Block(parameters.plainLayout(), memory);
    }

    void compute(Worker worker, FeatureMap x) {
      int images = chunks.shareSize(worker.index());
      if (images == 0) {
        values.clear();
        return;
      }
      Weighted primitive = worker.primitives().backwardWeights(shape, images, type);
      Block own = worker.scratch(shape, images, primitive.weights());
      primitive.call().run(x.share(worker.index()), gradient.share(worker.index()), own.handle());
      if (toPlain == null) {
        toPlain = worker.primitives().reorderScaled(primitive.weights(), plain.description(), 0);
      }
      toPlain.run(own.handle(), statistics[worker.index()].slope.handle(), plain.handle());
    }
  }
}
