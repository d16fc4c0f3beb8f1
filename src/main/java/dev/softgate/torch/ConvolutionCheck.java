package dev.softgate.torch;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares libtorch's convolutions on the CPU with sums over gathered patches. On some processors
 * (AMD EPYC of family 26 behind a hypervisor, libtorch 2.10), the oneDNN that is built into
 * libtorch computes some shapes wrongly, some of them only occasionally; errors are as large as the
 * values, or NaN. At the first use of a shape, batch size and number of threads, the images are
 * computed both ways, and several times if the shape is of an affected kind. If the results differ
 * by more than rounding, the shape is computed from patches from then on, which is slower. After
 * one wrong shape, all shapes of the affected kinds are computed from patches.
 */
final class ConvolutionCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ConvolutionCheck.class);

  /** The number of images whose patches are gathered at a time. */
  private static final int IMAGES = 32;

  private static final Map<Shape, Boolean> RIGHT = new ConcurrentHashMap<>();
  private static final AtomicBoolean FOUND_WRONG = new AtomicBoolean();

  /** The number of comparisons for a shape of an affected kind: some fail only occasionally. */
  private static final int COMPARISONS = 4;

  /** The number of channels in a vector of the affected kernels. */
  private static final int BLOCK = 16;

  /** The number of input channels from which 1×1 kernels are affected. */
  private static final int MANY_CHANNELS = 256;

  /** The maximum number of rows of narrow maps that AMX kernels compute correctly at stride 2. */
  private static final int AMX_ROWS = 8;

  private record Shape(
      int threads,
      long images,
      long in,
      long height,
      long width,
      long out,
      long kernel,
      int stride,
      DType type,
      boolean channelsLast) {

    /** Whether this shape is of an affected kind (docs/decisions/0020). */
    boolean atRisk() {
      return kernel == 1
          ? in >= MANY_CHANNELS
          : (in > BLOCK && in % BLOCK != 0) || out % BLOCK != 0;
    }
  }

  private ConvolutionCheck() {}

  /**
   * Whether the weight gradient of this shape may overrun memory at its stride
   * (docs/decisions/0027). Subsampling the input and convolving at stride 1 gives the same result.
   *
   * @param weight out×in×k×k
   */
  static boolean writesBeyondScratch(Tensor weight, int stride) {
    return stride > 1 && weight.size(2) == 1 && weight.size(1) < BLOCK;
  }

  /**
   * Whether libtorch reads uninitialized memory for bfloat16 maps of this shape, forward or
   * backward (docs/decisions/0027). The result is usually right, because the memory is multiplied
   * by zero.
   *
   * @param images N×in×H×W
   * @param weight out×in×k×k
   */
  static boolean readsUnwrittenMemory(Tensor images, Tensor weight, int stride) {
    return images.dtype() == DType.BFLOAT16
        && stride > 1
        && (images.size(3) == 1
            || (images.size(3) <= stride && weight.size(2) > 1 && images.size(2) > AMX_ROWS));
  }

  /**
   * Whether libtorch computes this shape correctly; compares at the first use.
   *
   * @param fast libtorch's convolution, N×in×H×W → N×out×H'×W'
   * @param gathered the convolution from patches
   * @param images the images to compute, N×in×H×W
   * @param weight out×in×k×k
   */
  static boolean isRight(
      UnaryOperator<Tensor> fast,
      UnaryOperator<Tensor> gathered,
      Tensor images,
      Tensor weight,
      int stride) {
    Shape shape =
        new Shape(
            torch.get_num_threads(),
            images.size(0),
            images.size(1),
            images.size(2),
            images.size(3),
            weight.size(0),
            weight.size(2),
            stride,
            images.dtype(),
            images.isChannelsLast());
    return !(shape.atRisk() && FOUND_WRONG.get())
        && RIGHT.computeIfAbsent(shape, key -> compare(key, fast, gathered, images));
  }

  private static boolean compare(
      Shape shape, UnaryOperator<Tensor> fast, UnaryOperator<Tensor> gathered, Tensor images) {
    boolean right = true;
    for (int time = 0; right && time < (shape.atRisk() ? COMPARISONS : 1); time++) {
      right = isRounding(difference(fast, gathered, images), shape.type());
    }
    if (!right && !FOUND_WRONG.getAndSet(true)) {
      LOG.warn(
          "libtorch computes some convolutions wrongly on this processor ({}→{} channels, {}×{}"
              + " kernel, {}): these are computed from patches, which takes longer",
          shape.in(),
          shape.out(),
          shape.kernel(),
          shape.kernel(),
          shape.channelsLast() ? "channels last" : "channels first");
    }
    return right;
  }

  /** Whether a difference, relative to the greatest value, is due to rounding; false for NaN. */
  static boolean isRounding(double difference, DType type) {
    return difference <= (type == DType.BFLOAT16 ? 0.05 : 1e-3);
  }

  private static double difference(
      UnaryOperator<Tensor> fast, UnaryOperator<Tensor> gathered, Tensor images) {
    float[] all = floats(fast, images);
    int each = Math.toIntExact(all.length / Math.max(1, images.size(0)));
    double most = 0;
    for (int first = 0; first < images.size(0); first += IMAGES) {
      int start = first;
      long count = Math.min(IMAGES, images.size(0) - first);
      float[] wanted = floats(some -> gathered.apply(some.narrow(0, start, count)), images);
      float[] given = Arrays.copyOfRange(all, first * each, first * each + wanted.length);
      most = Math.max(most, difference(given, wanted));
    }
    return most;
  }

  private static float[] floats(UnaryOperator<Tensor> convolution, Tensor images) {
    return NoGradient.compute(
        () -> {
          try (Scope scope = Scope.open()) {
            return convolution.apply(images).toFloats();
          }
        });
  }

  /** The greatest difference relative to the greatest value. */
  static double difference(float[] given, float[] wanted) {
    double most = 0;
    double size = 0;
    for (int i = 0; i < wanted.length; i++) {
      most = Math.max(most, Math.abs(given[i] - wanted[i]));
      size = Math.max(size, Math.abs(wanted[i]));
    }
    return size == 0 ? most : most / size;
  }
}
