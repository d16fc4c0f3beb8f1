package dev.softgate.torch;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds libtorch's convolutions to sums over gathered patches. On some processors (AMD EPYC of
 * family 26 behind a hypervisor, libtorch 2.10) the oneDNN that is built into libtorch computes
 * some shapes wrongly, by as much as the values themselves or to no number at all, and some of
 * these only now and then. The first time that a shape, batch size and number of threads come up,
 * the images are computed both ways, several times where shapes of its kind were found wrong, and
 * where they differ by more than rounding the shape is computed from patches from then on: slower,
 * and right. Once one shape was wrong, all of these kinds are taken to be, unseen.
 */
final class ConvolutionCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ConvolutionCheck.class);

  /** Whose patches are gathered at a time. */
  private static final int IMAGES = 32;

  private static final Map<Shape, Boolean> RIGHT = new ConcurrentHashMap<>();
  private static final AtomicBoolean FOUND_WRONG = new AtomicBoolean();

  /** Of a shape of the kinds that were found wrong, some of them only now and then. */
  private static final int COMPARISONS = 4;

  /** The vectors of the kernels that go wrong hold so many channels. */
  private static final int BLOCK = 16;

  /** Where 1×1 kernels go wrong, in input channels. */
  private static final int MANY_CHANNELS = 256;

  /** The most rows of narrow maps that the kernels for AMX take rightly at stride 2. */
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

    /** Whether it is of the kinds that were found wrong somewhere (docs/decisions/0020). */
    boolean atRisk() {
      return kernel == 1
          ? in >= MANY_CHANNELS
          : (in > BLOCK && in % BLOCK != 0) || out % BLOCK != 0;
    }
  }

  private ConvolutionCheck() {}

  /**
   * Whether the weight gradient of this shape, at its stride, may overrun memory
   * (docs/decisions/0027): it comes to the same to take every pixel that the kernel stops at, and
   * these at stride 1.
   *
   * @param weight out×in×k×k
   */
  static boolean writesBeyondScratch(Tensor weight, int stride) {
    return stride > 1 && weight.size(2) == 1 && weight.size(1) < BLOCK;
  }

  /**
   * Whether bfloat16 maps of this shape are computed, one way or back, with memory that nobody has
   * written (docs/decisions/0027): mostly rightly, for it is multiplied by zero.
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

  /** Convolves. */
  interface Convolution {
    /** N×in×H×W → N×out×H'×W'. */
    Tensor of(Tensor images);
  }

  /**
   * Whether libtorch convolves this shape rightly; compares the first time.
   *
   * @param fast libtorch's
   * @param gathered from patches
   * @param images to compute, N×in×H×W
   * @param weight out×in×k×k
   */
  static boolean isRight(
      Convolution fast, Convolution gathered, Tensor images, Tensor weight, int stride) {
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
      Shape shape, Convolution fast, Convolution gathered, Tensor images) {
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

  /** Whether a difference, of the greatest value, is of rounding alone; no number is not. */
  static boolean isRounding(double difference, DType type) {
    return difference <= (type == DType.BFLOAT16 ? 0.05 : 1e-3);
  }

  private static double difference(Convolution fast, Convolution gathered, Tensor images) {
    return NoGradient.compute(
        () -> {
          try (Scope scope = Scope.open()) {
            return inScope(fast, gathered, images);
          }
        });
  }

  private static double inScope(Convolution fast, Convolution gathered, Tensor images) {
    float[] all = fast.of(images).toFloats();
    int each = Math.toIntExact(all.length / Math.max(1, images.size(0)));
    double most = 0;
    for (int first = 0; first < images.size(0); first += IMAGES) {
      try (Scope scope = Scope.open()) {
        long count = Math.min(IMAGES, images.size(0) - first);
        float[] wanted = gathered.of(images.narrow(0, first, count)).toFloats();
        float[] given = Arrays.copyOfRange(all, first * each, first * each + wanted.length);
        most = Math.max(most, difference(given, wanted));
      }
    }
    return most;
  }

  /** The greatest difference, of the greatest value. */
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
