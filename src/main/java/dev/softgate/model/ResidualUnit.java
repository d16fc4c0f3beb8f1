package dev.softgate.model;

import dev.softgate.gate.ChannelOwners;
import dev.softgate.gate.OwnedChannels;
import dev.softgate.gate.UnitGate;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * relu(F(x) + shortcut(x)): F is the unit's branch, convolutions with batch norm and ReLU between
 * them. A gate in the unit weighs the two; owned channels multiply the result by each image's mask.
 *
 * <p>Source: He et al., Deep Residual Learning for Image Recognition (2016), §3.
 */
public final class ResidualUnit extends Unit {

  private final List<ConvNorm> branch = new ArrayList<>();
  private final @Nullable ConvNorm projection;
  private final @Nullable UnitGate gate;
  private final @Nullable OwnedChannels owned;
  private float[] masks = {}; // of the pass under way

  /** Channels of the input, inside and of the output; the stride; what changes the shape. */
  record Shape(int in, int planes, int out, int stride, ShortcutKind shortcut) {}

  /** A unit; without a gate or owned channels where these are null. */
  ResidualUnit(
      BlockKind kind, Shape shape, @Nullable UnitGate gate, @Nullable OwnedChannels owned) {
    super(shape.in(), shape.out(), shape.stride(), shape.shortcut());
    this.owned = owned;
    for (BlockKind.Layer layer :
        kind.layers(shape.in(), shape.planes(), shape.out(), shape.stride())) {
      int number = branch.size() + 1;
      branch.add(
          new ConvNorm(
              part(
                  "conv" + number,
                  new Conv2d(layer.in(), layer.out(), layer.kernel(), layer.stride())),
              part("bn" + number, new BatchNorm2d(layer.out()))));
    }
    projection =
        shape.shortcut() == ShortcutKind.PROJECTION
            ? new ConvNorm(
                part("downsample.0", new Conv2d(shape.in(), out(), 1, shape.stride())),
                part("downsample.1", new BatchNorm2d(out())))
            : null;
    this.gate = gate == null ? null : part("gate_layer", gate);
  }

  /** The layers of F, in order; ReLU follows each but the last. */
  public List<ConvNorm> branch() {
    return List.copyOf(branch);
  }

  /** The shortcut's convolution and norm; null where it has none. */
  public @Nullable ConvNorm projection() {
    return projection;
  }

  /** Whether the shortcut is the input's pixels between zero channels. */
  public boolean pads() {
    return changesShape() && projection == null;
  }

  public boolean hasMasks() {
    return owned != null;
  }

  /** How many output channels are general; all, unless some belong to single images. */
  public int general() {
    return owned == null ? out() : owned.general();
  }

  /** Sets whose owned channels are on in the passes that follow; null for nobody's. */
  void maskFor(@Nullable ChannelOwners owners, int images) {
    if (owned != null) {
      masks = owned.masks(owners, images);
    }
  }

  /** What the output is multiplied by, N×out, ones and zeros; empty without owned channels. */
  public float[] masks() {
    return masks;
  }

  public boolean gated() {
    return gate != null;
  }

  @Override
  List<Conv2d> convolutions() {
    return branch.stream().map(ConvNorm::conv).toList();
  }

  @Override
  Parameter lastScale() {
    return branch.get(branch.size() - 1).norm().weight();
  }

  @Override
  Output forward(Tensor x, boolean training) {
    Tensor out = branch.get(0).forward(x, training);
    for (ConvNorm layer : branch.subList(1, branch.size())) {
      out = layer.forward(out.reluInPlace(), training);
    }
    Tensor shortcut = pads() ? pad(x) : projection == null ? x : projection.forward(x, training);
    if (gate == null) {
      Tensor sum = out.addInPlace(shortcut).reluInPlace();
      return new Output(
          owned == null
              ? sum
              : sum.multiply(
                  Tensor.ofFloats(x.device(), masks, x.size(0), out(), 1, 1)
                      .to(sum.dtype())
                      .channelsLast()),
          null);
    }
    UnitGate.Weights weights = gate.forward(x);
    return new Output(weigh(out, shortcut, weights).reluInPlace(), weights.signal());
  }
}
