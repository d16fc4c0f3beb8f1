package dev.softgate.onednn;

import dev.softgate.onednn.Primitives.Weighted;
import dev.softgate.torch.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thread's part of the gradient of a convolution's weights: that which its images give, of each
 * by itself or of several side by side on a {@link Canvas}.
 */
final class WeightGradient {

  private final ConvolutionShape shape;
  private final DType type;
  private final int images;
  private final int sideBySide;
  private final MemoryBlock plain; // out×in×k×k
  private @Nullable Operations operations;

  /** What the thread runs, made when it first does. */
  private record Operations(
      Operand input,
      Operand gradient,
      Weighted primitive,
      MemoryBlock result,
      PreparedPrimitive toPlain) {}

  /**
   * Maps as the primitive finds them.
   *
   * @param copies of (maps, canvas), onto a canvas
   * @param canvas null where the maps are taken as they lie
   */
  private record Operand(List<PreparedPrimitive> copies, @Nullable MemoryBlock canvas) {
    static final Operand IN_PLACE = new Operand(List.of(), null);

    /** Their handle, from that of the maps. */
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
   * Plans it.
   *
   * @param images of the thread; 0 where there are too few
   */
  WeightGradient(Arena arena, ConvolutionShape shape, int images, DType type, Canvas canvas) {
    this.shape = shape;
    this.type = type;
    this.images = images;
    this.sideBySide = images == 0 ? 1 : canvas.sideBySide(shape, images);
    this.plain = arena.take(Native.plainWeights(shape.out(), shape.in(), shape.kernel()));
  }

  /** The handle of the result, a float32 vector of out·in·k·k elements. */
  long handle() {
    return plain.handle();
  }

  /**
   * Computes it.
   *
   * @param x the handle of the thread's images of the convolution's input
   * @param dy that of the gradient of its output
   */
  void compute(Worker worker, long x, long dy) {
    if (images == 0) {
      plain.clear();
      return;
    }
    if (operations == null) {
      operations = sideBySide == 1 ? inPlace(worker) : onCanvas(worker);
    }
    Operations all = operations;
    long result = all.result.handle();
    all.primitive.call().run(all.input.of(x), all.gradient.of(dy), result);
    all.toPlain.run(result, plain.handle());
  }

  private Operations inPlace(Worker worker) {
    return operations(worker, shape, images, Operand.IN_PLACE, Operand.IN_PLACE);
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
        worker.zeros(name + " on a canvas of " + images + " by " + sideBySide, canvas));
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
        primitives.reorder(primitive.weights(), plain.description()));
  }
}
