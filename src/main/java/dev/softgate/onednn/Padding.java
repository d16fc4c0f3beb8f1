package dev.softgate.onednn;

import dev.softgate.model.Unit;
import org.bytedeco.dnnl.memory;

/**
 * A unit's shortcut without parameters: pixels or their averages, beside zero channels.
 *
 * @param in channels
 * @param out channels
 * @param stride from input to output pixels
 * @param before zero channels before those of the input
 * @param averages whether a pixel is the mean of stride×stride, not the first of them
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

  /** The maps that padding these gives. */
  FeatureMaps output(FeatureMaps input) {
    return new FeatureMaps(
        input.type(),
        input.images(),
        out,
        (input.height() + stride - 1) / stride,
        (input.width() + stride - 1) / stride);
  }

  /** The pixels of {@code input} that the shortcut takes. */
  private FeatureMaps pixels(FeatureMaps input) {
    FeatureMaps output = output(input);
    return new FeatureMaps(input.type(), input.images(), in, output.height(), output.width());
  }

  /** Where {@link #pixels} lie in the output: the channels that are not zero. */
  private memory.desc channels(FeatureMaps input) {
    FeatureMaps pixels = pixels(input);
    return output(input)
        .description()
        .submemory_desc(
            new long[] {pixels.images(), in, pixels.height(), pixels.width()},
            new long[] {0, before, 0, 0},
            false);
  }

  /** The shortcut of some images. */
  void forward(Worker worker, FeatureMaps input, long from, MemoryBlock to) {
    Primitives primitives = worker.primitives();
    FeatureMaps pixels = pixels(input);
    long taken = from;
    if (stride != 1) {
      taken = worker.scratch("pixels", pixels).handle();
      primitives.takePixels(input, pixels, stride, averages).run(from, taken);
    }
    to.clear();
    primitives
        .reorder(pixels.key("pad " + this), pixels::description, () -> channels(input))
        .run(taken, to.handle());
  }

  /** The gradient of the input through the shortcut, in place of what {@code to} holds. */
  void backward(Worker worker, FeatureMaps input, long gradient, MemoryBlock to) {
    Primitives primitives = worker.primitives();
    FeatureMaps pixels = pixels(input);
    long taken = stride == 1 ? to.handle() : worker.scratch("pixels", pixels).handle();
    primitives
        .reorder(pixels.key("pad backward " + this), () -> channels(input), pixels::description)
        .run(gradient, taken);
    if (stride != 1) {
      primitives.takePixelsBackward(input, pixels, stride, averages).run(taken, to.handle());
    }
  }
}
