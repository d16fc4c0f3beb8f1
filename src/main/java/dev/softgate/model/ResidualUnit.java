package dev.softgate.model;

import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Module;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * relu(F(x) + shortcut(x)): F is the unit's branch, convolutions with batch norm and ReLU between
 * them; the shortcut is x itself or, where the shape changes, a 1×1 convolution with batch norm.
 *
 * <p>Source: He et al., Deep Residual Learning for Image Recognition (2016), §3; parameter names of
 * the published models.
 */
public final class ResidualUnit extends Module {

  private final List<ConvNorm> branch = new ArrayList<>();
  private final @Nullable ConvNorm projection;

  /** A unit of the given kind from {@code in} channels to planes × expansion. */
  ResidualUnit(BlockKind kind, int in, int planes, int stride) {
    int out = planes * kind.expansion();
    switch (kind) {
      case BASIC -> {
        layer(in, planes, 3, stride);
        layer(planes, planes, 3, 1);
      }
      case BOTTLENECK -> {
        layer(in, planes, 1, 1);
        layer(planes, planes, 3, stride);
        layer(planes, out, 1, 1);
      }
    }
    projection = in == out && stride == 1 ? null : projection(in, out, stride);
  }

  private void layer(int in, int out, int kernel, int stride) {
    int number = branch.size() + 1;
    branch.add(
        new ConvNorm(
            part("conv" + number, new Conv2d(in, out, kernel, stride)),
            part("bn" + number, new BatchNorm2d(out))));
  }

  private ConvNorm projection(int in, int out, int stride) {
    return new ConvNorm(
        part("downsample.0", new Conv2d(in, out, 1, stride)),
        part("downsample.1", new BatchNorm2d(out)));
  }

  /** The layers of F, in order; ReLU follows each but the last. */
  public List<ConvNorm> branch() {
    return List.copyOf(branch);
  }

  /** The shortcut's convolution and norm; null where the shortcut is x itself. */
  public @Nullable ConvNorm projection() {
    return projection;
  }

  /** N×in×H×W → N×out×⌈H/stride⌉×⌈W/stride⌉, non-negative, same dtype and layout. */
  Tensor forward(Tensor x, boolean training) {
    Tensor out = branch.get(0).forward(x, training);
    for (ConvNorm layer : branch.subList(1, branch.size())) {
      out = layer.forward(out.reluInPlace(), training);
    }
    Tensor shortcut = projection == null ? x : projection.forward(x, training);
    return out.addInPlace(shortcut).reluInPlace();
  }
}
