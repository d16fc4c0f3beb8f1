package dev.softgate.onednn;

import dev.softgate.torch.BatchNorm2d;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with its batch norm folded in: with s = γ/√(σ²+ε) of the running statistics, the
 * weights are s·W and the bias β − s·μ.
 */
final class FoldedLayer {

  private final LayerParameters parameters;
  private final Arena arena;
  private final Arena.Floats weights; // s·W, out×in×k×k
  private final Block plain; // the same memory
  private final Arena.Floats bias;
  private final List<Layout> layouts = new ArrayList<>();

  FoldedLayer(LayerParameters parameters, Arena arena) {
    this.parameters = parameters;
    this.arena = arena;
    int count = parameters.weightCount();
    BytePointer memory = arena.take((long) count * Float.BYTES);
    this.weights = new Arena.Floats(memory, count);
    this.plain = new Block(parameters.plainLayout(), memory);
    this.bias = arena.takeFloats(parameters.scale().length());
  }

  LayerParameters parameters() {
    return parameters;
  }

  /** Folds the parameters as they are now. */
  void fold(Worker worker) {
    Arena.Floats source = parameters.weights();
    int channels = bias.length();
    int each = parameters.weightCount() / channels;
    for (int c = 0; c < channels; c++) {
      double variance = parameters.runningVariance().get(c);
      double slope = parameters.scale().get(c) / Math.sqrt(variance + BatchNorm2d.EPSILON);
      bias.set(c, parameters.shift().get(c) - slope * parameters.runningMean().get(c));
      for (int i = c * each; i < (c + 1) * each; i++) {
        weights.set(i, slope * source.get(i));
      }
    }
    for (Layout layout : layouts) {
      layout.fill(worker, plain);
    }
  }

  /** The folded weights in a layout, from the next {@link #fold} on. */
  Block inLayout(memory.desc layout) {
    for (Layout known : layouts) {
      if (known.block.description().equals(layout)) {
        return known.block;
      }
    }
    Layout made = new Layout(new Block(layout, arena.take(layout.get_size())));
    layouts.add(made);
    return made.block;
  }

  /** The folded bias, float32. */
  Arena.Floats bias() {
    return bias;
  }

  /** A copy of the weights; always filled on the same thread. */
  private static final class Layout {
    private final Block block;
    private @Nullable Call fromPlain;

    Layout(Block block) {
      this.block = block;
    }

    void fill(Worker worker, Block plain) {
      if (fromPlain == null) {
        fromPlain = worker.primitives().reorder(plain.description(), block.description());
      }
      fromPlain.run(plain.handle(), block.handle());
    }
  }
}
