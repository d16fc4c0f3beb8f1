package dev.softgate.onednn;

import dev.softgate.model.Unit;
import org.bytedeco.dnnl.memory;

/**
 * A shortcut without parameters: subsampled or averaged pixels, padded with zero channels.
 *
 * @param in the number of input channels
 * @param out the number of output channels
 * @param stride the stride in both directions
 * @param before the number of zero channels before the input's channels
 * @param averages whether an output pixel is the mean of stride×stride pixels instead of the first
 *     one
 */
record Padding(int in, int out, int stride, int before, boolean averages) {

  static Padding of(Unit unit) {
    return new Padding(
        unit.in(),
        unit.out(),
        unit.stride(),
        unit.shortcut().paddingBefore(unit.in(), unit.out()),
        unit.shortcut().averages());
  }

  /** Returns the shape of the shortcut's output. */
  FeatureMaps output(FeatureMaps input) {
    return new FeatureMaps(
        input.type(),
        input.images(),
        out,
        (input.height() + stride - 1) / stride,
        (input.width() + stride - 1) / stride);
  }

  /** Returns the shape of the subsampled input. */
  private FeatureMaps pixels(FeatureMaps input) {
    FeatureMaps output = output(input);
    return new FeatureMaps(input.type(), input.images(), in, output.height(), output.width());
  }

  private Primitives.Pooling pooling(FeatureMaps input) {
    return new Primitives.Pooling(input, pixels(input), stride, averages);
  }

  /** Describes the output's channels that are not zero. */
  private memory.desc channels(FeatureMaps input) {
    FeatureMaps pixels = pixels(input);
    return output(input)
        .description()
        .submemory_desc(
            new long[] {pixels.images(), in, pixels.height(), pixels.width()},
            new long[] {0, before, 0, 0},
            false);
  }

  /** Computes the shortcut of some images. */
  void forward(Worker worker, FeatureMaps input, long from, MemoryBlock to) {
    Primitives primitives = worker.primitives();
    FeatureMaps pixels = pixels(input);
    long taken = from;
    if (stride != 1) {
      taken = worker.scratch("pixels", pixels).handle();
      primitives.pool(pooling(input)).run(from, taken);
    }
    to.clear();
    primitives
        .reorder(pixels.key("pad " + this), pixels::description, () -> channels(input))
        .run(taken, to.handle());
  }

  /** Computes the input gradient through the shortcut, replacing the contents of {@code to}. */
  void backward(Worker worker, FeatureMaps input, long gradient, MemoryBlock to) {
    Primitives primitives = worker.primitives();
    FeatureMaps pixels = pixels(input);
    long taken = stride == 1 ? to.handle() : worker.scratch("pixels", pixels).handle();
    primitives
        .reorder(pixels.key("pad backward " + this), () -> channels(input), pixels::description)
        .run(gradient, taken);
    if (stride != 1) {
      primitives.poolBackward(pooling(input)).run(taken, to.handle());
    }
  }
}
