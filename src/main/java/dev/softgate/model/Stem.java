package dev.softgate.model;

import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** The first layer: a convolution with batch norm and ReLU, or alone before pre-activation. */
public record Stem(Conv2d conv, @Nullable BatchNorm2d norm) {

  /** N×3×H×W → N×C×H×W, same dtype and layout. */
  Tensor forward(Tensor images, boolean training) {
    Tensor x = conv.forward(images);
    return norm == null ? x : norm.forward(x, training).reluInPlace();
  }
}
