package dev.softgate.model;

import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.DType;
import dev.softgate.torch.Module;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * relu(F(x) + shortcut(x)): F is the unit's branch of convolutions, the shortcut is x itself or,
 * where the shape changes, a 1×1 convolution with batch norm.
 *
 * <p>Source: He et al., Deep Residual Learning for Image Recognition (2016), §3; parameter names of
 * the published models.
 */
abstract class ResidualUnit extends Module {

  private @Nullable Conv2d projection;
  private @Nullable BatchNorm2d projectionNorm;

  /** A unit of the given kind from {@code in} channels to planes × expansion. */
  static ResidualUnit of(BlockKind kind, int in, int planes, int stride) {
    return switch (kind) {
      case BASIC -> new BasicBlock(in, planes, stride);
      case BOTTLENECK -> new Bottleneck(in, planes, stride);
    };
  }

  /** Adds the projection where the shape changes; called last, as its parameters are named last. */
  final void shortcut(int in, int out, int stride) {
    if (in != out || stride != 1) {
      projection = part("downsample.0", new Conv2d(in, out, 1, stride));
      projectionNorm = part("downsample.1", new BatchNorm2d(out));
    }
  }

  /** F(x), a tensor that may be changed in place. */
  abstract Tensor branch(Tensor x, boolean training);

  /**
   * N×in×H×W → N×out×⌈H/stride⌉×⌈W/stride⌉, float32, non-negative, same layout.
   *
   * @param stream float32: a stream of bfloat16 would lose what a unit adds to it, and in a deep
   *     network the gradients with it (docs/decisions/0006)
   * @param computeType of the convolutions and batch norms
   */
  final Tensor forward(Tensor stream, DType computeType, boolean training) {
    Tensor x = stream.to(computeType);
    Tensor shortcut = stream;
    if (projection != null && projectionNorm != null) {
      shortcut = projectionNorm.forward(projection.forward(x), training).to(DType.FLOAT32);
    }
    Tensor out = branch(x, training);
    return computeType == DType.FLOAT32
        ? out.addInPlace(shortcut).reluInPlace()
        : shortcut.add(out).reluInPlace();
  }

  /** Two 3×3 convolutions. */
  private static final class BasicBlock extends ResidualUnit {
    private final Conv2d conv1;
    private final BatchNorm2d bn1;
    private final Conv2d conv2;
    private final BatchNorm2d bn2;

    BasicBlock(int in, int planes, int stride) {
      conv1 = part("conv1", new Conv2d(in, planes, 3, stride));
      bn1 = part("bn1", new BatchNorm2d(planes));
      conv2 = part("conv2", new Conv2d(planes, planes, 3, 1));
      bn2 = part("bn2", new BatchNorm2d(planes));
      shortcut(in, planes, stride);
    }

    @Override
    Tensor branch(Tensor x, boolean training) {
      Tensor h = bn1.forward(conv1.forward(x), training).reluInPlace(); // N×planes×H/s×W/s
      return bn2.forward(conv2.forward(h), training);
    }
  }

  /** 1×1 down, 3×3 with the stride, 1×1 up to four times the planes. */
  private static final class Bottleneck extends ResidualUnit {
    private final Conv2d conv1;
    private final BatchNorm2d bn1;
    private final Conv2d conv2;
    private final BatchNorm2d bn2;
    private final Conv2d conv3;
    private final BatchNorm2d bn3;

    Bottleneck(int in, int planes, int stride) {
      int out = planes * BlockKind.BOTTLENECK.expansion();
      conv1 = part("conv1", new Conv2d(in, planes, 1, 1));
      bn1 = part("bn1", new BatchNorm2d(planes));
      conv2 = part("conv2", new Conv2d(planes, planes, 3, stride));
      bn2 = part("bn2", new BatchNorm2d(planes));
      conv3 = part("conv3", new Conv2d(planes, out, 1, 1));
      bn3 = part("bn3", new BatchNorm2d(out));
      shortcut(in, out, stride);
    }

    @Override
    Tensor branch(Tensor x, boolean training) {
      Tensor h = bn1.forward(conv1.forward(x), training).reluInPlace(); // N×planes×H×W
      h = bn2.forward(conv2.forward(h), training).reluInPlace(); // N×planes×H/s×W/s
      return bn3.forward(conv3.forward(h), training); // N×4·planes×H/s×W/s
    }
  }
}
