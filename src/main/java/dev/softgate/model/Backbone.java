package dev.softgate.model;

import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Module;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The convolutional part of a CIFAR residual network: a stem and three stages of n units, widths
 * 16, 32, 64 (× expansion), each stage after the first at half the resolution.
 *
 * <p>It hands out two points of stage 3: o1, after its first unit, and o2, after its last. What
 * lies between them are the <em>additional layers</em> of a gated network.
 */
public final class Backbone extends Module {

  private final ConvNorm stem;
  private final List<ResidualUnit> shared = new ArrayList<>();
  private final List<ResidualUnit> additional = new ArrayList<>();

  Backbone(ModelSpec spec) {
    stem =
        new ConvNorm(
            part("conv1", new Conv2d(3, ModelSpec.planes(1), 3, 1)),
            part("bn1", new BatchNorm2d(ModelSpec.planes(1))));
    int channels = ModelSpec.planes(1);
    int n = spec.unitsPerStage();
    for (int stage = 1; stage <= 3; stage++) {
      boolean gated = spec.gated() && stage == 3;
      for (int i = 0; i < n; i++) {
        int stride = stage > 1 && i == 0 ? 2 : 1;
        int planes = ModelSpec.planes(stage);
        ResidualUnit unit =
            part(
                UnitNames.of(stage, i, n, gated),
                new ResidualUnit(spec.block(), channels, planes, stride));
        (stage == 3 && i > 0 ? additional : shared).add(unit);
        channels = planes * spec.block().expansion();
      }
    }
  }

  /** The first layer; ReLU follows it. */
  public ConvNorm stem() {
    return stem;
  }

  /** The units up to o1, o1's own included. */
  public List<ResidualUnit> sharedUnits() {
    return List.copyOf(shared);
  }

  /** The units after o1, up to o2. */
  public List<ResidualUnit> additionalUnits() {
    return List.copyOf(additional);
  }

  /** All units, in order. */
  public List<ResidualUnit> units() {
    return Stream.concat(shared.stream(), additional.stream()).toList();
  }

  /**
   * Computes both taps.
   *
   * @param images N×3×H×W, float32 or bfloat16: the dtype of all feature maps
   * @param training whether batch norm uses the batch's statistics
   */
  Taps forward(Tensor images, boolean training) {
    Tensor x = Scope.compute(() -> stem.forward(images, training).reluInPlace()); // N×16×H×W
    Tensor o1 = through(shared, x, training); // N×64e×H/4×W/4
    Tensor o2 = through(additional, o1, training); // the same shape
    return new Taps(o1, o2);
  }

  private static Tensor through(List<ResidualUnit> units, Tensor input, boolean training) {
    Tensor x = input;
    for (ResidualUnit unit : units) {
      Tensor before = x;
      x = Scope.compute(() -> unit.forward(before, training));
    }
    return x;
  }

  /**
   * The two points of stage 3, float32 or bfloat16, N×C×H/4×W/4 with C = 64·expansion. Owner: the
   * scope of the forward pass, or the engine that made them.
   *
   * @param o1 after the first unit
   * @param o2 after the last
   */
  public record Taps(Tensor o1, Tensor o2) {}
}
