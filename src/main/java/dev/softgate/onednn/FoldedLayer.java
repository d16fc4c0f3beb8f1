package dev.softgate.onednn;

import dev.softgate.torch.BatchNorm2d;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;

/**
 * A convolution with its batch norm folded in. With s = γ/√(σ²+ε) from the running statistics, the
 * weights are s·W and the bias is β − s·μ.
 */
final class FoldedLayer {

  final LayerParameters parameters;
  private final Arena.Floats weights; // s·W, out×in×k×k
  private final WeightCopies copies;
  final Arena.Floats bias;
  private long foldedVersion = -1;

  FoldedLayer(LayerParameters parameters, Arena arena) {
    this.parameters = parameters;
    int count = parameters.weights.length();
    BytePointer memory = arena.take((long) count * Float.BYTES);
    this.weights = new Arena.Floats(memory, count);
    this.copies = new WeightCopies(new MemoryBlock(parameters.plainLayout(), memory), arena);
    this.bias = arena.takeFloats(parameters.scale.length());
  }

  /** Folds the current parameters into {@link #bias} and the weights. */
  void fold(Worker worker) {
    int channels = bias.length();
    int each = weights.length() / channels;
    for (int c = 0; c < channels; c++) {
      double variance = parameters.runningVariance.get(c);
      double slope = parameters.scale.get(c) / Math.sqrt(variance + BatchNorm2d.EPSILON);
      bias.set(c, parameters.shift.get(c) - slope * parameters.runningMean.get(c));
      for (int i = c * each; i < (c + 1) * each; i++) {
        weights.set(i, slope * parameters.weights.get(i));
      }
    }
    copies.refresh(worker);
    foldedVersion = parameters.version();
  }

  /** Returns whether libtorch has changed the layer since the last {@link #fold}. */
  boolean isStale() {
    return parameters.version() != foldedVersion;
  }

  /** Makes the layer stale: its statistics or layouts have changed unseen. */
  void requireFold() {
    foldedVersion = -1;
  }

  /** Returns the folded weights in a layout; they are valid after the next {@link #fold}. */
  MemoryBlock inLayout(memory.desc layout) {
    return copies.inLayout(layout);
  }
}
