package dev.softgate.model;

import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What comes before the first unit: a convolution with batch norm and ReLU, or alone before
 * pre-activation; then max pooling, if the kind has it.
 */
public record Stem(StemKind kind, Conv2d conv, @Nullable BatchNorm2d norm) {

  /** The side of the pooled window, in pixels. */
  public static final int WINDOW = 3;

  /** The distance of pooled windows, in pixels; they are padded by (WINDOW − 1)/2. */
  public static final int STEP = 2;

  /** N×3×H×W → N×C×⌈H/s⌉×⌈W/s⌉, s = 1, 2 or 4 by the kind; same dtype and layout. */
  Tensor forward(Tensor images, boolean training) {
    Tensor x = conv.forward(images);
    if (norm != null) {
      x = norm.forward(x, training).reluInPlace();
    }
    return kind.pools() ? x.maxPool(WINDOW, STEP) : x;
  }
}
