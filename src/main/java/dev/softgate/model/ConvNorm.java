package dev.softgate.model;

import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Tensor;

/**
 * A convolution and the batch norm after it, registered side by side in the module that has them.
 *
 * @param conv without bias
 * @param norm over the convolution's output channels
 */
public record ConvNorm(Conv2d conv, BatchNorm2d norm) {

  /** N×in×H×W → N×out×⌈H/stride⌉×⌈W/stride⌉, same dtype and layout. */
  Tensor forward(Tensor x, boolean training) {
    return norm.forward(conv.forward(x), training);
  }
}
