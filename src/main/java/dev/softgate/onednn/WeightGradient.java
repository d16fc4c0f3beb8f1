package dev.softgate.onednn;

import dev.softgate.onednn.Primitives.Weighted;
import dev.softgate.torch.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thread's part of a convolution's weight gradient, summed over the thread's images. The images
 * are processed one by one, or several side by side on a {@link Canvas}.
 */
final class WeightGradient {

  private final ConvolutionShape shape;
  private final DType type;
  private final int images;
  private final int sideBySide;
  private final MemoryBlock plain; // out×in×k×k
  private @Nullable Operations operations;

  /** The thread's operations, created at the first use. */
  private record Operations(
      Operand input,
      Operand gradient,
      Weighted primitive,
      MemoryBlock result,
      PreparedPrimitive toPlain) {}

  /**
   * Maps in the form that the primitive takes.
   *
   * @param copies the operations that copy the maps onto the canvas
   * @param canvas null if the maps are used in place
   */
  private record Operand(List<PreparedPrimitive> copies, @Nullable MemoryBlock canvas) {
    static final Operand IN_PLACE = new Operand(List.of(), null);

    /** Returns the operand's handle, given the handle of the maps. */
    long of(long maps) {
      if (canvas == null) {
        return maps;
      }
      for (PreparedPrimitive copy : copies) {
        copy.run(maps, canvas.handle());
      }
      return canvas.handle();
    }
  }

  /**
   * Plans the computation.
   *
   * @param images the thread's number of images; 0 if there are too few chunks
   */
  WeightGradient(Arena arena, ConvolutionShape shape, int images, DType type, Canvas canvas) {
    this.shape = shape;
    this.type = type;
    this.images = images;
    this.sideBySide = images == 0 ? 1 : canvas.sideBySide(shape, images);
    this.plain = arena.take(Native.plainWeights(shape.out(), shape.in(), shape.kernel()));
  }

  /** Returns the handle of the result, a float32 vector of out·in·k·k elements. */
  long handle() {
    return plain.handle();
  }

  /**
   * Computes the weight gradient.
   *
   * @param x the handle of the convolution's input for the thread's images
   * @param dy the handle of the output gradient
   */
  void compute(Worker worker, long x, long dy) {
    if (images == 0) {
      plain.clear();
      return;
    }
    if (operations == null) {
      operations =
          sideBySide == 1
              ? operations(worker, shape, images, Operand.IN_PLACE, Operand.IN_PLACE)
              : onCanvas(worker);
    }
    Operations all = operations;
    long result = all.result.handle();
    all.primitive.call().run(all.input.of(x), all.gradient.of(dy), result);
    all.toPlain.run(result, plain.handle());
  }

  private Operations onCanvas(Worker worker) {
    int rows = (images + sideBySide - 1) / sideBySide;
    int width = sideBySide * (shape.width() + 1);
    ConvolutionShape wide =
        new ConvolutionShape(shape.in(), shape.out(), shape.kernel(), 1, shape.height(), width);
    return operations(
        worker,
        wide,
        rows,
        operand(worker, "input", shape.input(images, type), wide.input(rows, type)),
        operand(
            worker,
            "gradient",
            FeatureMaps.output(shape, images, type),
            FeatureMaps.output(wide, rows, type)));
  }

  private Operand operand(Worker worker, String name, FeatureMaps maps, FeatureMaps canvas) {
    return new Operand(
        worker.primitives().ontoCanvas(maps, sideBySide),
        worker.zeros(
            canvas.key(name + " on a canvas of " + images + " by " + sideBySide),
            canvas::description));
  }

  private Operations operations(
      Worker worker, ConvolutionShape computed, int count, Operand input, Operand gradient) {
    Primitives primitives = worker.primitives();
    Weighted primitive = primitives.backwardWeights(computed, count, type);
    return new Operations(
        input,
        gradient,
        primitive,
        worker.scratch(computed, count, primitive.weights()),
        primitives.reorder(plain, primitive::weights, plain::description));
  }
}
