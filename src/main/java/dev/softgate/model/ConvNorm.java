package dev.softgate.model;

import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Tensor;

/** A convolution without bias and its batch norm, registered in the module that has them. */
public record ConvNorm(Conv2d conv, BatchNorm2d norm) {

  /** N×in×H×W → N×out×⌈H/stride⌉×⌈W/stride⌉, same dtype and layout. */
  Tensor forward(Tensor x, boolean training) {
    return norm.forward(conv.forward(x), training);
  }
}
