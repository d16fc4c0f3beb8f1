package dev.softgate.onednn;

import dev.softgate.model.Unit;
import org.bytedeco.dnnl.memory;

/**
 * A unit's shortcut without parameters: every stride-th pixel of the input, between zero channels.
 *
 * @param in channels
 * @param out channels
 * @param stride from input to output pixels
 * @param before zero channels before those of the input
 */
record Padding(int in, int out, int stride, int before) {

  static Padding of(Unit unit) {
    return new Padding(unit.in(), unit.out(), unit.stride(), unit.paddingBefore());
  }

  /** The maps that padding these gives. */
  Maps output(Maps input) {
    return new Maps(
        input.type(),
        input.images(),
        out,
        (input.height() + stride - 1) / stride,
        (input.width() + stride - 1) / stride);
  }

  /** The pixels of {@code input} that the shortcut takes. */
  memory.desc pixels(Maps input) {
    Maps output = output(input);
    long row = (long) input.width() * in;
    return new memory.desc(
        new long[] {input.images(), in, output.height(), output.width()},
        Native.type(input.type()),
        new long[] {row * input.height(), 1, row * stride, (long) in * stride},
        false);
  }

  /** The channels of its output that are not zero. */
  memory.desc channels(Maps input) {
    Maps output = output(input);
    return output
        .description()
        .submemory_desc(
            new long[] {output.images(), in, output.height(), output.width()},
            new long[] {0, before, 0, 0},
            false);
  }

  /** The shortcut of some images. */
  void forward(Worker worker, Maps input, long from, Block to) {
    to.clear();
    worker.primitives().pad(this, input).run(from, to.handle());
  }

  /** The gradient of the input through the shortcut, in place of what {@code to} holds. */
  void backward(Worker worker, Maps input, long gradient, Block to) {
    to.clear();
    worker.primitives().padBackward(this, input).run(gradient, to.handle());
  }
}
