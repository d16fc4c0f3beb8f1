package dev.softgate.model;

import dev.softgate.gate.GateSignal;
import dev.softgate.gate.UnitGate;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.DType;
import dev.softgate.torch.Module;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A residual unit: a branch F, a shortcut, and their sum. */
public abstract sealed class Unit extends Module permits ResidualUnit, PreactivationUnit {

  /** N×out×⌈H/stride⌉×⌈W/stride⌉ in the input's dtype and layout; the gate's signal, if any. */
  record Output(Tensor map, @Nullable GateSignal gate) {}

  private final int in;
  private final int out;
  private final int stride;
  private final ShortcutKind shortcut;

  Unit(int in, int out, int stride, ShortcutKind shortcut) {
    this.in = in;
    this.out = out;
    this.stride = stride;
    this.shortcut = shortcut;
  }

  public final int in() {
    return in;
  }

  public final int out() {
    return out;
  }

  public final int stride() {
    return stride;
  }

  final boolean changesShape() {
    return in != out || stride != 1;
  }

  public final ShortcutKind shortcut() {
    return shortcut;
  }

  /** The shortcut without parameters, N×out×⌈H/stride⌉×⌈W/stride⌉. */
  final Tensor pad(Tensor x) {
    Tensor pixels =
        stride == 1 ? x : shortcut.averages() ? x.averagePool(stride) : x.everyPixel(stride);
    int before = shortcut.paddingBefore(in, out);
    return pixels.padChannels(before, out - in - before);
  }

  /** branch·w_F + shortcut·w_S, in the branch's dtype. */
  static Tensor weigh(Tensor branch, Tensor shortcut, UnitGate.Weights weights) {
    DType type = branch.dtype();
    Tensor left = weights.branch() == null ? branch : branch.multiply(weights.branch().to(type));
    return left.add(shortcut.multiply(weights.shortcut().to(type)));
  }

  /** The convolutions of F, in order. */
  abstract List<Conv2d> convolutions();

  /** What F is zero without: the scale of its last norm, or its last convolution behind that. */
  abstract Parameter lastScale();

  /** Runs the unit on N×in×H×W, float32 or bfloat16. */
  abstract Output forward(Tensor x, boolean training);
}
