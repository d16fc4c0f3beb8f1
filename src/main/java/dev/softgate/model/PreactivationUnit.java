package dev.softgate.model;

import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * F(x) + shortcut(x), with batch norm and ReLU before each convolution of F. The shortcut branches
 * from x itself; where the shape changes it is a 1×1 convolution without batch norm, or padding.
 *
 * <p>Source: He et al., Identity Mappings in Deep Residual Networks (2016).
 */
public final class PreactivationUnit extends Unit {

  private final List<BatchNorm2d> norms = new ArrayList<>();
  private final List<Conv2d> convolutions = new ArrayList<>();
  private final @Nullable Conv2d projection;

  PreactivationUnit(BlockKind kind, int in, int planes, int stride, ShortcutKind shortcut) {
    super(in, planes * kind.expansion(), stride, shortcut);
    for (BlockKind.Layer layer : kind.layers(in, planes, planes * kind.expansion(), stride)) {
      int number = convolutions.size() + 1;
      norms.add(part("bn" + number, new BatchNorm2d(layer.in())));
      convolutions.add(
          part(
              "conv" + number,
              new Conv2d(layer.in(), layer.out(), layer.kernel(), layer.stride())));
    }
    projection =
        changesShape() && shortcut == ShortcutKind.PROJECTION
            ? part("downsample.0", new Conv2d(in, out(), 1, stride))
            : null;
  }

  @Override
  List<Conv2d> convolutions() {
    return List.copyOf(convolutions);
  }

  @Override
  Parameter lastScale() {
    return convolutions.get(convolutions.size() - 1).weight();
  }

  @Override
  Output forward(Tensor x, boolean training) {
    Tensor out = x;
    for (int i = 0; i < convolutions.size(); i++) {
      out = convolutions.get(i).forward(norms.get(i).forward(out, training).reluInPlace());
    }
    Tensor shortcut = projection != null ? projection.forward(x) : changesShape() ? pad(x) : x;
    return new Output(out.addInPlace(shortcut), null);
  }
}
