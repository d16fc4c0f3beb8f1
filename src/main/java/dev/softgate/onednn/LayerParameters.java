package dev.softgate.onednn;

import dev.softgate.model.ConvNorm;
import dev.softgate.torch.NormExchange;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Tensor;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a convolution and its norm: the network's own float32 memory as oneDNN sees it,
 * and copies of the weights in the layouts and type of the primitives. The copies are refreshed
 * before each pass.
 */
final class LayerParameters {

  private final ConvNorm source;
  private final MemoryBlock plain;
  private final WeightCopies copies;
  private final WeightCopies transposedCopies;
  private final ByteBuffer batchesTracked;
  final Arena.Floats weights; // out×in×k×k
  final Arena.Floats scale;
  final Arena.Floats shift;
  final Arena.Floats runningMean;
  final Arena.Floats runningVariance;
  private @Nullable NormGradients normGradients;

  /** The memory of the gradients of a norm's scale and shift. */
  record NormGradients(Arena.Floats scale, Arena.Floats shift) {}

  /** Wraps the current parameters of {@code source}. Copies are allocated in {@code arena}. */
  LayerParameters(ConvNorm source, Arena arena) {
    this.source = source;
    Tensor weight = source.conv().weight().value();
    long out = weight.size(0);
    long in = weight.size(1);
    long kernel = weight.size(2);
    BytePointer memory = new BytePointer(weight.memory());
    this.plain = new MemoryBlock(Native.plainWeights(out, in, kernel), memory);
    this.copies = new WeightCopies(plain, arena);
    this.transposedCopies =
        new WeightCopies(new MemoryBlock(Native.transposedWeights(out, in, kernel), memory), arena);
    this.weights = floats(weight);
    this.scale = floats(source.norm().weight().value());
    this.shift = floats(source.norm().bias().value());
    this.runningMean = floats(source.norm().runningMean());
    this.runningVariance = floats(source.norm().runningVariance());
    this.batchesTracked = source.norm().batchesTracked().memory();
  }

  private static Arena.Floats floats(Tensor tensor) {
    return new Arena.Floats(new BytePointer(tensor.memory()), Math.toIntExact(tensor.elements()));
  }

  ConvolutionShape shape(FeatureMaps input) {
    return ConvolutionShape.of(source.conv(), input.height(), input.width());
  }

  /** Returns whether training leaves the layer as it is. */
  boolean isFrozen() {
    return source.conv().isFrozen();
  }

  /** Returns a number that changes whenever libtorch changes a parameter or running statistic. */
  long version() {
    return source.conv().weight().value().version()
        + source.norm().weight().value().version()
        + source.norm().bias().value().version()
        + source.norm().runningMean().version()
        + source.norm().runningVariance().version();
  }

  /** Returns how the norm's statistics are exchanged with other processes; null if not. */
  @Nullable NormExchange exchange() {
    return source.norm().exchange();
  }

  /** Counts a batch that updated the running statistics. */
  void countBatch() {
    batchesTracked.putLong(0, batchesTracked.getLong(0) + 1);
  }

  /** Returns the weight gradient, out×in×k×k. It exists while the network is trained. */
  BytePointer weightGradient() {
    return gradient(source.conv().weight());
  }

  /**
   * Returns the gradients of the norm's scale and shift. They exist while the network is trained.
   */
  NormGradients normGradients() {
    if (normGradients == null) {
      normGradients =
          new NormGradients(
              new Arena.Floats(gradient(source.norm().weight()), scale.length()),
              new Arena.Floats(gradient(source.norm().bias()), shift.length()));
    }
    return normGradients;
  }

  private static BytePointer gradient(Parameter parameter) {
    Tensor gradient =
        Objects.requireNonNull(
            parameter.value().gradient(), "backward pass of a network without an optimizer");
    return new BytePointer(gradient.memory());
  }

  memory.desc plainLayout() {
    return plain.description();
  }

  /** Returns the weights in a layout for the forward pass. */
  MemoryBlock inLayout(memory.desc layout) {
    return copies.inLayout(layout);
  }

  /** Returns the weights in a layout with the order in×out×k×k. */
  MemoryBlock transposedInLayout(memory.desc layout) {
    return transposedCopies.inLayout(layout);
  }

  void refresh(Worker worker) {
    copies.refresh(worker);
    transposedCopies.refresh(worker);
  }
}
