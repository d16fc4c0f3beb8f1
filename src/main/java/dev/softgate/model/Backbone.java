package dev.softgate.model;

import dev.softgate.gate.ChannelOwners;
import dev.softgate.gate.GateSignal;
import dev.softgate.gate.UnitGate;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Module;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The convolutional part of a residual network: a stem and stages of units, each stage after the
 * first at half the resolution and twice the width.
 *
 * <p>Between a gated stage's taps, o1 after its first unit or some more and o2 after its last, lie
 * its <em>additional layers</em>. The mix of the two goes into the next stage, so the backbone is
 * cut into {@link Leg}s there.
 */
public final class Backbone extends Module {

  private final List<Leg> legs = new ArrayList<>();

  /**
   * A backbone with parameters that are zero.
   *
   * @param apart whether each stage is a leg, so that the passes hand out the end of each
   */
  Backbone(ModelSpec spec, boolean apart) {
    StemKind kind = spec.stem();
    Conv2d firstConvolution =
        part("conv1", new Conv2d(3, spec.stemChannels(), kind.kernel(), kind.stride()));
    boolean preactivation = spec.arch() == Architecture.PRERESNET;
    Stem stem =
        new Stem(
            kind,
            firstConvolution,
            preactivation ? null : part("bn1", new BatchNorm2d(spec.stemChannels())));
    List<Unit> shared = new ArrayList<>();
    List<Unit> additional = new ArrayList<>();
    int channels = spec.stemChannels();
    int ordinal = 0;
    for (int stage = 1; stage <= spec.stages(); stage++) {
      for (int i = 0; i < spec.units(stage); i++) {
        Unit unit = part(spec.unitName(stage, i), unit(spec, stage, i, ordinal++, channels));
        (i < spec.sharedUnits(stage) ? shared : additional).add(unit);
        channels = unit.out();
      }
      boolean last = stage == spec.stages();
      if (!additional.isEmpty() || apart || last) {
        legs.add(
            new Leg(
                legs.size(),
                stage,
                legs.isEmpty() ? stem : null,
                shared,
                additional,
                preactivation && last ? part("bn", new BatchNorm2d(channels)) : null));
        shared.clear();
        additional.clear();
      }
    }
    if (!shared.isEmpty()) {
      throw new IllegalStateException("units behind the last leg");
    }
  }

  private static Unit unit(ModelSpec spec, int stage, int index, int ordinal, int in) {
    int planes = spec.inner(stage);
    int out = spec.channels(stage);
    int stride = stage > 1 && index == 0 ? 2 : 1;
    return spec.arch() == Architecture.PRERESNET
        ? new PreactivationUnit(spec.block(), in, planes, stride, spec.shortcut())
        : new ResidualUnit(
            spec.block(),
            new ResidualUnit.Shape(in, planes, out, stride, spec.shortcut(stage, index)),
            spec.gate().unitGate(stage, new UnitGate.Place(in, out, stride)),
            spec.gate().ownedChannels(stage, ordinal, out));
  }

  /** The legs, in order; at least one. */
  public List<Leg> legs() {
    return List.copyOf(legs);
  }

  /** Sets whose owned channels are on in the passes that follow; null for nobody's. */
  void maskFor(@Nullable ChannelOwners owners, int images) {
    units()
        .forEach(
            unit -> {
              if (unit instanceof ResidualUnit residual) {
                residual.maskFor(owners, images);
              }
            });
  }

  public Stream<Unit> units() {
    return legs.stream().flatMap(leg -> leg.units().stream());
  }

  /**
   * Computes a leg.
   *
   * @param input N×3×H×W of the first leg, else the mix before it; float32 or bfloat16: the dtype
   *     of all feature maps
   * @param training whether batch norm uses the batch's statistics
   */
  static Taps forward(Leg leg, Tensor input, boolean training) {
    List<GateSignal> signals = new ArrayList<>();
    Stem stem = leg.stem();
    Tensor x = stem == null ? input : Scope.compute(() -> stem.forward(input, training)); // N×C×H×W
    Tensor entry = through(leg.shared(), x, training, signals); // o1
    Tensor exit = through(leg.additional(), entry, training, signals); // o2, the same shape
    BatchNorm2d norm = leg.lastNorm();
    if (norm != null) {
      exit = norm.forward(exit, training).reluInPlace();
    }
    return new Taps(entry, exit, signals);
  }

  /** A leg's o1 in evaluation; see {@link #forward}. */
  static Tensor shared(Leg leg, Tensor input) {
    Stem stem = leg.stem();
    Tensor x = stem == null ? input : Scope.compute(() -> stem.forward(input, false)); // N×C×H×W
    return through(leg.shared(), x, false, new ArrayList<>());
  }

  /** A leg's o2 in evaluation, from the images' o1. */
  static Tensor additional(Leg leg, Tensor o1) {
    return through(leg.additional(), o1, false, new ArrayList<>());
  }

  private static Tensor through(
      List<Unit> units, Tensor input, boolean training, List<GateSignal> signals) {
    Tensor x = input;
    for (Unit unit : units) {
      try (Scope scope = Scope.open()) {
        Unit.Output output = unit.forward(x, training);
        x = scope.handOn(output.map());
        if (output.gate() != null) {
          signals.add(output.gate().handOn(scope));
        }
      }
    }
    return x;
  }

  /**
   * The two ends of a leg, float32 or bfloat16, N×C×H×W. Owner: the scope of the forward pass, or
   * the engine that made them.
   *
   * @param o1 after the shared units
   * @param o2 after the additional ones; o1 itself where there are none
   * @param unitGates the signals of the gates in the leg's units, in order
   */
  public record Taps(Tensor o1, Tensor o2, List<GateSignal> unitGates) {

    public Taps {
      unitGates = List.copyOf(unitGates);
    }
  }
}
