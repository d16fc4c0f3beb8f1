package dev.softgate.model;

import dev.softgate.gate.ChannelOwners;
import dev.softgate.gate.OwnedChannels;
import dev.softgate.gate.UnitGate;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * relu(F(x) + shortcut(x)): F is the unit's branch, convolutions with batch norm and ReLU between
 * them; the shortcut is x itself or, where the shape changes, a projection or padding ({@link
 * ShortcutKind}). A gate in the unit weighs the two before they are added; a memory gate multiplies
 * the result by each image's mask.
 *
 * <p>Source: He et al., Deep Residual Learning for Image Recognition (2016), §3; parameter names of
 * the published models.
 */
public final class ResidualUnit extends Unit {

  private final List<ConvNorm> branch = new ArrayList<>();
  private final @Nullable ConvNorm projection;
  private final @Nullable UnitGate gate;
  private final @Nullable OwnedChannels owned;
  private float[] masks = {}; // of the pass under way

  /**
   * A unit of the given kind.
   *
   * @param in channels of the input
   * @param planes channels inside
   * @param out channels of the output
   * @param shortcut a projection, or how the input is padded where the shape changes
   * @param gate weighs branch and shortcut; null for none
   * @param owned which output channels belong to single images; null for none
   */
  ResidualUnit(
      BlockKind kind,
      int in,
      int planes,
      int out,
      int stride,
      ShortcutKind shortcut,
      @Nullable UnitGate gate,
      @Nullable OwnedChannels owned) {
    super(in, out, stride, shortcut);
    this.owned = owned;
    for (BlockKind.Layer layer : kind.layers(in, planes, out, stride)) {
      int number = branch.size() + 1;
      branch.add(
          new ConvNorm(
              part(
                  "conv" + number,
                  new Conv2d(layer.in(), layer.out(), layer.kernel(), layer.stride())),
              part("bn" + number, new BatchNorm2d(layer.out()))));
    }
    projection =
        shortcut == ShortcutKind.PROJECTION
            ? new ConvNorm(
                part("downsample.0", new Conv2d(in, out(), 1, stride)),
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

  /** Whether output channels belong to single images. */
  public boolean ownsChannels() {
    return owned != null;
  }

  /** How many output channels are general: all where none belong to single images. */
  public int general() {
    return owned == null ? out() : owned.general();
  }

  /**
   * Says whose channels are on in the passes that follow.
   *
   * @param owners of the batch's images; null for nobody's
   * @param images N
   */
  void maskFor(@Nullable ChannelOwners owners, int images) {
    if (owned != null) {
      masks = owned.masks(owners, images);
    }
  }

  /** By what the output is multiplied, N×out, ones and zeros; empty where it is not. */
  public float[] masks() {
    return masks;
  }

  /** Whether a gate weighs branch and shortcut. */
  public boolean gated() {
    return gate != null;
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
                  Tensor.ofFloats(masks, x.size(0), out(), 1, 1).to(sum.dtype()).channelsLast()),
          null);
    }
    UnitGate.Weights weights = gate.forward(x);
    return new Output(weigh(out, shortcut, weights).reluInPlace(), weights.signal());
  }
}
