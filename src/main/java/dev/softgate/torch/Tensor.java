package dev.softgate.torch;

import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array in native memory, with libtorch's automatic differentiation.
 *
 * <p>The innermost open {@link Scope} owns a new tensor; without a scope the garbage collector
 * does. Methods return new tensors unless their name ends in {@code InPlace}. Use after the owning
 * scope has closed throws NullPointerException. Binary operations broadcast and promote as in
 * PyTorch.
 */
public final class Tensor {

  static {
    NativeLibraries.unpack();
  }

  private static final long MEAN = 1; // libtorch's Reduction::Mean
  private static final long NO_LABEL_IGNORED = -100;

  private final org.bytedeco.pytorch.Tensor pointer;

  Tensor(org.bytedeco.pytorch.Tensor pointer) {
    this.pointer = pointer;
  }

  org.bytedeco.pytorch.Tensor pointer() {
    return pointer;
  }

  // ---- creation

  /** A tensor of zeros. */
  public static Tensor zeros(Device device, DType type, long... shape) {
    requireSizes(0, type, shape);
    return new Tensor(torch.zeros(shape, device.options(type)));
  }

  /** A float32 copy of {@code values}, row-major. */
  public static Tensor ofFloats(Device device, float[] values, long... shape) {
    requireSizes(1, DType.FLOAT32, shape);
    requireElements(values.length, shape);
    Tensor tensor = toFill(device, DType.FLOAT32, shape);
    new FloatPointer(tensor.pointer.data_ptr()).put(values, 0, values.length);
    return tensor.to(device);
  }

  /** An int64 copy of {@code values}, shape N. */
  public static Tensor ofLabels(Device device, int[] values) {
    Tensor tensor = toFill(device, DType.INT64, values.length);
    new LongPointer(tensor.pointer.data_ptr())
        .put(Arrays.stream(values).asLongStream().toArray(), 0, values.length);
    return tensor.to(device);
  }

  /**
   * Images as a float32 tensor N×C×H×W in channels-last layout.
   *
   * @param pixels N×H×W×C, copied
   */
  public static Tensor ofImages(
      Device device, float[] pixels, int images, int channels, int height, int width) {
    return ofFloats(device, pixels, images, height, width, channels).permute(0, 3, 1, 2);
  }

  /** A copy of a heap tensor, in its element type (float32, bfloat16 or int64) and shape. */
  public static Tensor of(Device device, HostTensor host) {
    DType type =
        switch (host.type()) {
          case F32 -> DType.FLOAT32;
          case BF16 -> DType.BFLOAT16;
          case I64 -> DType.INT64;
          default -> throw new IllegalArgumentException("unsupported element type " + host.type());
        };
    Tensor tensor = toFill(device, type, host.shape());
    ByteBuffer bytes = host.data();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    new BytePointer(tensor.pointer.data_ptr()).put(copy, 0, copy.length);
    return tensor.to(device);
  }

  /**
   * A float32 or bfloat16 tensor N×C×H×W on the CPU, in channels-last layout over the caller's
   * memory. The caller keeps the memory as long as any tensor derived from this one is used.
   *
   * @param memory a direct buffer of exactly N·H·W·C elements
   */
  public static Tensor over(ByteBuffer memory, DType type, long n, long c, long h, long w) {
    if (!memory.isDirect()) {
      throw new IllegalArgumentException("the buffer must be direct");
    }
    requireSizes(1, type, n, c, h, w);
    requireElements(memory.remaining() / type.bytes(), n, c, h, w);
    return new Tensor(
        torch.from_blob(
            new BytePointer(memory),
            new long[] {n, c, h, w},
            new long[] {h * w * c, 1, w * c, c},
            Device.CPU.options(type)));
  }

  /**
   * A tensor on the CPU to fill and to copy to a device. For a graphics card its memory is pinned,
   * so that the copy runs beside the computation; libtorch keeps the memory until the copy has
   * ended.
   */
  private static Tensor toFill(Device device, DType type, long... shape) {
    requireSizes(1, type, shape);
    TensorOptions options = Device.CPU.options(type);
    if (device.isCuda()) {
      options = options.pinned_memory(new BoolOptional(true));
    }
    return new Tensor(torch.empty(shape, options, new MemoryFormatOptional()));
  }

  /**
   * Checks the sizes before native code sees them.
   *
   * @param least the minimum of each size
   * @throws IllegalArgumentException if a size is too small or the tensor too large
   */
  private static void requireSizes(long least, DType type, long... shape) {
    boolean sized = Arrays.stream(shape).allMatch(size -> size >= least);
    double bytes = Arrays.stream(shape).asDoubleStream().reduce(type.bytes(), (a, b) -> a * b);
    if (!sized || bytes > 0x1p62) {
      throw new IllegalArgumentException("invalid shape " + Arrays.toString(shape));
    }
  }

  private static void requireElements(long elements, long... shape) {
    if (elements != Arrays.stream(shape).reduce(1, Math::multiplyExact)) {
      throw new IllegalArgumentException(
          elements + " values do not fill the shape " + Arrays.toString(shape));
    }
  }

  // ---- reading

  /** The sizes, outermost first; empty for a scalar. */
  public long[] shape() {
    long[] shape = new long[(int) pointer.dim()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = pointer.size(i);
    }
    return shape;
  }

  /** The size of one dimension; negative dimensions count from the end. */
  public long size(int dimension) {
    return pointer.size(dimension);
  }

  /** The number of elements. */
  public long elements() {
    return pointer.numel();
  }

  /** The element type. */
  public DType dtype() {
    return DType.of(pointer.scalar_type().intern().value);
  }

  /** Where the elements lie. */
  public Device device() {
    return Device.of(pointer);
  }

  /** Whether a gradient is recorded for this tensor. */
  public boolean requiresGradient() {
    return pointer.requires_grad();
  }

  /** The value of a one-element tensor. */
  public double item() {
    return pointer.item_double();
  }

  /** Whether all elements are finite. */
  public boolean isFinite() {
    try (Scope scope = Scope.open()) {
      return pointer.isfinite().all().item_bool();
    }
  }

  /** A float32 row-major copy on the heap. */
  public float[] toFloats() {
    try (Scope scope = Scope.open()) {
      org.bytedeco.pytorch.Tensor dense =
          onCpu(pointer.detach().to(DType.FLOAT32.scalarType)).contiguous();
      float[] values = new float[Math.toIntExact(dense.numel())];
      new FloatPointer(dense.data_ptr()).get(values, 0, values.length);
      return values;
    }
  }

  /** A row-major copy of an int64 tensor on the heap. */
  public long[] toLongs() {
    try (Scope scope = Scope.open()) {
      org.bytedeco.pytorch.Tensor dense = onCpu(pointer).contiguous();
      if (dtype() != DType.INT64) {
        throw new IllegalStateException("not an int64 tensor: " + dtype());
      }
      long[] values = new long[Math.toIntExact(dense.numel())];
      new LongPointer(dense.data_ptr()).get(values, 0, values.length);
      return values;
    }
  }

  /** A row-major copy on the heap, in the same element type and shape. */
  public HostTensor toHost() {
    try (Scope scope = Scope.open()) {
      org.bytedeco.pytorch.Tensor dense = onCpu(pointer.detach()).contiguous();
      int size = Math.toIntExact(dense.nbytes());
      byte[] bytes = new byte[size];
      new BytePointer(dense.data_ptr()).get(bytes, 0, size);
      ElementType type =
          switch (dtype()) {
            case FLOAT32 -> ElementType.F32;
            case BFLOAT16 -> ElementType.BF16;
            case INT64 -> ElementType.I64;
          };
      return HostTensor.of(type, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), shape());
    }
  }

  /** The same tensor if it lies on the CPU, else a copy there, complete on return. */
  private static org.bytedeco.pytorch.Tensor onCpu(org.bytedeco.pytorch.Tensor tensor) {
    return tensor.is_cpu() ? tensor : tensor.cpu();
  }

  /**
   * The elements in native order, as a view of this tensor's memory that is valid as long as the
   * tensor. Automatic differentiation does not see writes to it.
   *
   * @throws IllegalStateException if the tensor is not contiguous or not on the CPU
   */
  public ByteBuffer memory() {
    if (!pointer.is_cpu()) {
      throw new IllegalStateException("not on the CPU: " + device());
    }
    if (!pointer.is_contiguous()) {
      throw new IllegalStateException("not contiguous: " + Arrays.toString(shape()));
    }
    return new BytePointer(pointer.data_ptr())
        .capacity(pointer.nbytes())
        .asByteBuffer()
        .order(ByteOrder.nativeOrder());
  }

  /**
   * The number of times libtorch has changed the elements in place, shared by all views of one
   * memory.
   */
  public long version() {
    return pointer._version();
  }

  // ---- shape and type

  /** This tensor in another element type; the same object if it has that type. */
  public Tensor to(DType type) {
    return dtype() == type ? this : new Tensor(pointer.to(type.scalarType));
  }

  /**
   * This tensor on a device; the same object if it is there. A copy from pinned memory to a device
   * runs beside what the caller does next, and before all that the device is asked to compute
   * later. A copy to the CPU is complete on return.
   */
  public Tensor to(Device device) {
    return device().equals(device)
        ? this
        : new Tensor(
            pointer.to(
                device.pointer(),
                dtype().scalarType,
                !device.isCpu(),
                false,
                new MemoryFormatOptional()));
  }

  /** This N×C×H×W tensor with channels innermost; the same object if it has that layout. */
  public Tensor channelsLast() {
    return new Tensor(pointer.contiguous(MemoryFormat.ChannelsLast));
  }

  /** Whether the elements lie on the CPU. */
  boolean isOnCpu() {
    return pointer.is_cpu();
  }

  /** Whether this N×C×H×W tensor has channels innermost. */
  boolean isChannelsLast() {
    return pointer.is_contiguous(MemoryFormat.ChannelsLast);
  }

  /** The same elements in another shape, without a copy. */
  public Tensor view(long... shape) {
    return new Tensor(pointer.view(shape));
  }

  /** The dimensions in another order, without a copy. */
  public Tensor permute(long... order) {
    return new Tensor(pointer.permute(order));
  }

  /** A view of {@code length} elements along a dimension, without a copy. */
  public Tensor narrow(int dimension, long start, long length) {
    return new Tensor(pointer.narrow(dimension, start, length));
  }

  /**
   * Copies some of the elements along the first dimension: N×… → M×….
   *
   * @param indices M indices, each in [0, N)
   */
  public Tensor select(int[] indices) {
    requireIndices(indices);
    try (Scope scope = Scope.open()) {
      return scope.handOn(new Tensor(pointer.index_select(0, ofLabels(device(), indices).pointer)));
    }
  }

  /**
   * Replaces some of the elements along the first dimension.
   *
   * @param indices M distinct indices, each in [0, N)
   * @param rows M×…, of the same element type
   */
  public void replaceInPlace(int[] indices, Tensor rows) {
    requireIndices(indices);
    long[] expected = shape();
    expected[0] = indices.length;
    if (!Arrays.equals(expected, rows.shape()) || dtype() != rows.dtype()) {
      throw new IllegalArgumentException(
          "cannot replace elements: got %s %s, expected %s %s"
              .formatted(
                  rows.dtype(), Arrays.toString(rows.shape()), dtype(), Arrays.toString(expected)));
    }
    try (Scope scope = Scope.open()) {
      pointer.index_copy_(0, ofLabels(device(), indices).pointer, rows.pointer);
    }
  }

  private void requireIndices(int[] indices) {
    long count = pointer.dim() == 0 ? 0 : size(0);
    for (int index : indices) {
      if (index < 0 || index >= count) {
        throw new IndexOutOfBoundsException("index " + index + " is not below " + count);
      }
    }
  }

  /** The same values, detached from the computation that produced them. */
  public Tensor detach() {
    return new Tensor(pointer.detach());
  }

  /** Joins all dimensions after the first, row-major: N×C×H×W → N×(C·H·W). */
  public Tensor flattenEach() {
    return new Tensor(pointer.flatten(1, -1));
  }

  /** Every {@code step}-th row and column, from the first: N×C×H×W → N×C×⌈H/step⌉×⌈W/step⌉. */
  public Tensor everyPixel(int step) {
    return new Tensor(
        pointer
            .slice(2, new LongOptional(0), new LongOptional(), step)
            .slice(3, new LongOptional(0), new LongOptional(), step));
  }

  /**
   * Means of step×step pixels: N×C×⌈H/step⌉×⌈W/step⌉. At the edges, the mean of the existing
   * pixels.
   */
  public Tensor averagePool(int step) {
    long[] window = {step, step};
    return new Tensor(
        torch.avg_pool2d(
            pointer, window, window, new long[] {0, 0}, true, false, new LongOptional()));
  }

  /**
   * Maxima of window×window pixels, {@code step} pixels apart, padded by (window − 1)/2: N×C×H×W →
   * N×C×⌈H/step⌉×⌈W/step⌉. The window is odd and at least as large as the step.
   */
  public Tensor maxPool(int window, int step) {
    long padding = (window - 1L) / 2;
    return new Tensor(
        torch.max_pool2d(
            pointer,
            new long[] {window, window},
            new long[] {step, step},
            new long[] {padding, padding},
            new long[] {1, 1},
            false));
  }

  /** Adds zero channels before and after: N×C×H×W → N×(before+C+after)×H×W. */
  public Tensor padChannels(long before, long after) {
    return new Tensor(torch.constant_pad_nd(pointer, new long[] {0, 0, 0, 0, before, after}));
  }

  /** A copy. */
  public Tensor copy() {
    return new Tensor(pointer.clone(new MemoryFormatOptional()));
  }

  // ---- arithmetic

  /** this + other. */
  public Tensor add(Tensor other) {
    return new Tensor(pointer.add(other.pointer));
  }

  /** this + value. */
  public Tensor add(double value) {
    try (Scalar scalar = new Scalar(value)) {
      return new Tensor(pointer.add(scalar));
    }
  }

  /** this − other. */
  public Tensor subtract(Tensor other) {
    return new Tensor(pointer.sub(other.pointer));
  }

  /** this · other. */
  public Tensor multiply(Tensor other) {
    return new Tensor(pointer.mul(other.pointer));
  }

  /** this · value. */
  public Tensor multiply(double value) {
    try (Scalar scalar = new Scalar(value)) {
      return new Tensor(pointer.mul(scalar));
    }
  }

  /** −this. */
  public Tensor negate() {
    return new Tensor(pointer.neg());
  }

  /** e to the power of this. */
  public Tensor exp() {
    return new Tensor(pointer.exp());
  }

  /** 1 / (1 + e^−this). */
  public Tensor sigmoid() {
    return new Tensor(pointer.sigmoid());
  }

  /** ln(1 + e^this). */
  public Tensor softplus() {
    return new Tensor(torch.softplus(pointer));
  }

  /** The logarithm of the softmax over the last dimension. */
  public Tensor logSoftmax() {
    return new Tensor(torch.log_softmax(pointer, -1));
  }

  /** The sum over the last dimension. */
  public Tensor sumLast() {
    return new Tensor(pointer.sum(-1));
  }

  /** The mean over all elements: a scalar. */
  public Tensor mean() {
    return new Tensor(pointer.mean());
  }

  /** The means over N, H and W of N×C×H×W, float32: C. */
  Tensor meanOfChannels() {
    return new Tensor(
        pointer.mean(
            new long[] {0, 2, 3}, false, new ScalarTypeOptional(DType.FLOAT32.scalarType)));
  }

  /** The biased variances over N, H and W of N×C×H×W, float32: C. */
  Tensor varianceOfChannels() {
    return new Tensor(pointer.var(new long[] {0, 2, 3}, false, false));
  }

  /** Tensors of one dimension, one after the other. */
  static Tensor joined(Tensor first, Tensor second) {
    return new Tensor(torch.cat(new TensorVector(first.pointer, second.pointer)));
  }

  /** √this. */
  public Tensor squareRoot() {
    return new Tensor(pointer.sqrt());
  }

  /** 1/√this. */
  Tensor inverseRoot() {
    return new Tensor(pointer.rsqrt());
  }

  /** The mean over all dimensions but the first, N, float32. */
  public Tensor meanOfEach() {
    return new Tensor(flattenEach().to(DType.FLOAT32).pointer.mean(-1));
  }

  /** The index of the greatest element along the last dimension, int64. */
  public Tensor argmaxLast() {
    return new Tensor(pointer.argmax(new LongOptional(-1), false));
  }

  /** The mean over height and width: N×C×H×W of any float type → N×C in float32. */
  public Tensor globalAveragePool() {
    return new Tensor(
        pointer.mean(new long[] {2, 3}, false, new ScalarTypeOptional(DType.FLOAT32.scalarType)));
  }

  /**
   * The means over an even grid of {@code side}×{@code side} cells for any H and W: N×C×H×W of any
   * float type → N×C×side×side in float32; the values themselves if H = W = side.
   */
  public Tensor gridAveragePool(int side) {
    Tensor x = to(DType.FLOAT32);
    return size(2) == side && size(3) == side
        ? x
        : new Tensor(torch.adaptive_avg_pool2d(x.pointer, side, side));
  }

  /**
   * The mean cross-entropy in nats of logits N×K against labels N (int64, in [0, K)) or
   * distributions N×K (float32): a scalar.
   *
   * <p>libtorch checks the labels' range and throws.
   */
  public Tensor crossEntropy(Tensor labels) {
    return new Tensor(torch.cross_entropy_loss(pointer, labels.pointer));
  }

  /**
   * The mean cross-entropy with label smoothing: a part of each label is spread evenly over the K
   * classes (Szegedy et al. 2016).
   *
   * @param smoothing the part, in [0, 1)
   */
  public Tensor crossEntropy(Tensor labels, double smoothing) {
    return new Tensor(
        torch.cross_entropy_loss(
            pointer, labels.pointer, new TensorOptional(), MEAN, NO_LABEL_IGNORED, smoothing));
  }

  // ---- in place

  /** Replaces negative elements by zero. */
  public Tensor reluInPlace() {
    torch.relu_(pointer);
    return this;
  }

  /** this ← this + other. */
  public Tensor addInPlace(Tensor other) {
    pointer.add_(other.pointer);
    return this;
  }

  /** this ← this + factor · other. */
  public Tensor addInPlace(Tensor other, double factor) {
    try (Scalar scalar = new Scalar(factor)) {
      pointer.add_(other.pointer, scalar);
    }
    return this;
  }

  /** this ← this + factor · numerator/denominator. */
  public Tensor addRatioInPlace(Tensor numerator, Tensor denominator, double factor) {
    try (Scalar scalar = new Scalar(factor)) {
      pointer.addcdiv_(numerator.pointer, denominator.pointer, scalar);
    }
    return this;
  }

  /** this ← factor · this. */
  public Tensor multiplyInPlace(double factor) {
    try (Scalar scalar = new Scalar(factor)) {
      pointer.mul_(scalar);
    }
    return this;
  }

  /** this ← this + 1. */
  Tensor incrementInPlace() {
    try (Scalar scalar = new Scalar(1L)) {
      pointer.add_(scalar);
    }
    return this;
  }

  /** Sets every element to zero. */
  public Tensor zeroInPlace() {
    pointer.zero_();
    return this;
  }

  /** this ← other, converted to this element type. The shapes must be equal. */
  public Tensor copyInPlace(Tensor other) {
    if (!Arrays.equals(shape(), other.shape())) {
      throw new IllegalArgumentException(
          "cannot copy " + Arrays.toString(other.shape()) + " into " + Arrays.toString(shape()));
    }
    pointer.copy_(other.pointer);
    return this;
  }

  // ---- differentiation

  /** Makes this tensor a leaf whose gradient is recorded. */
  public Tensor requireGradient() {
    pointer.set_requires_grad(true);
    return this;
  }

  /** Adds the derivative of this scalar to the gradient of every leaf. */
  public void backward() {
    pointer.backward();
  }

  /** Like {@link #backward()}, but keeps the graph, so that a part can be differentiated again. */
  public void backwardKeepingGraph() {
    pointer.backward(
        new org.bytedeco.pytorch.Tensor(),
        new BoolOptional(true),
        false,
        new TensorArrayRefOptional());
  }

  /**
   * Backpropagates from this intermediate result of a loss and adds to the gradient of every leaf.
   *
   * @param gradient the loss's gradient with respect to this tensor, of the same shape and element
   *     type
   */
  public void backward(Tensor gradient) {
    pointer.backward(gradient.pointer, new BoolOptional(), false, new TensorArrayRefOptional());
  }

  /** The gradient that backward passes have accumulated for this leaf; null before the first. */
  public @Nullable Tensor gradient() {
    org.bytedeco.pytorch.Tensor gradient = pointer.grad();
    return gradient.defined() ? new Tensor(gradient) : null;
  }

  /**
   * Accumulates the gradients of this leaf in {@code buffer}, which has the same shape and belongs
   * to the caller.
   */
  void accumulateGradientIn(Tensor buffer) {
    pointer.mutable_grad().put(buffer.pointer);
  }
}
