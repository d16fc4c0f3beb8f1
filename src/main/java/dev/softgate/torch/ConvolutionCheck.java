package dev.softgate.torch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds libtorch's fast convolutions to its plain ones. On some processors (AMD EPYC of family 26
 * behind a hypervisor, libtorch 2.10) the oneDNN that is built into libtorch computes some shapes
 * wrongly, by as much as the values themselves. The first time that a shape comes up, the first
 * images are computed both ways, and where they differ by more than rounding, libtorch computes
 * without its oneDNN from then on: slower, and right.
 */
final class ConvolutionCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ConvolutionCheck.class);

  /** The fewest with which all known wrong shapes are wrong. */
  private static final int IMAGES = 4;

  private static final Set<Shape> SEEN = ConcurrentHashMap.newKeySet();
  private static final AtomicBoolean DISTRUSTED = new AtomicBoolean();

  private record Shape(
      long images,
      long in,
      long height,
      long width,
      long out,
      long kernel,
      int stride,
      DType type,
      boolean channelsLast) {}

  private ConvolutionCheck() {}

  /**
   * Compares, where this is the first time for its shape.
   *
   * @param convolution of images N×C×H×W, on this thread
   * @param images to compute
   * @param weight out×in×k×k
   */
  static void run(Convolution convolution, Tensor images, Tensor weight, int stride) {
    if (DISTRUSTED.get()) {
      return;
    }
    long count = Math.min(IMAGES, images.size(0));
    Shape shape =
        new Shape(
            count,
            images.size(1),
            images.size(2),
            images.size(3),
            weight.size(0),
            weight.size(2),
            stride,
            images.dtype(),
            images.isChannelsLast());
    if (!SEEN.add(shape)) {
      return;
    }
    double difference =
        NoGradient.compute(
            () -> {
              try (Scope scope = Scope.open()) {
                Tensor some = images.narrow(0, 0, count);
                float[] fast = convolution.of(some).toFloats();
                return difference(fast, plainly(() -> convolution.of(some).toFloats()));
              }
            });
    double rounding = images.dtype() == DType.BFLOAT16 ? 0.05 : 1e-3;
    if (difference > rounding && !DISTRUSTED.getAndSet(true)) {
      useOneDnn(false);
      LOG.warn(
          "libtorch's fast convolutions are wrong on this processor ({}→{} channels, {}×{} kernel,"
              + " {}): it computes with its slower ones",
          shape.in(),
          shape.out(),
          shape.kernel(),
          shape.kernel(),
          shape.channelsLast() ? "channels last" : "channels first");
    }
  }

  /** Convolves. */
  interface Convolution {
    /** N×in×H×W → N×out×H'×W'. */
    Tensor of(Tensor images);
  }

  /** NNPACK has no part in it, and says at each call that it does not know the processor. */
  private static void useOneDnn(boolean use) {
    Context context = torch.globalContext();
    context.setUserEnabledMkldnn(use);
    context.setUserEnabledNNPACK(use);
  }

  private static synchronized float[] plainly(Supplier<float[]> computation) {
    useOneDnn(false);
    try {
      return computation.get();
    } finally {
      useOneDnn(!DISTRUSTED.get());
    }
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
