package dev.softgate.model;

import dev.softgate.gate.GateSpec;
import dev.softgate.gate.StageGate;
import dev.softgate.gate.UnitGate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a network costs, computed from its specification.
 *
 * @param parameters trained numbers
 * @param macs multiply-accumulates of one image's forward pass, in convolutions and linear layers
 *     with the gate's; normalization, activation, addition and pooling do not count
 * @param additionalByStage those between o1 and o2 of each gated stage, in order, without one of
 *     the stages that would have it by default: what skipping would save at most
 */
public record ModelCost(long parameters, long macs, List<Long> additionalByStage) {

  public ModelCost {
    additionalByStage = List.copyOf(additionalByStage);
  }

  /** Multiply-accumulates of the additional units of all gated stages. */
  public long additionalMacs() {
    return additionalByStage.stream().mapToLong(Long::longValue).sum();
  }

  /** The cost for images of the given size, in pixels. */
  public static ModelCost of(ModelSpec spec, int height, int width) {
    boolean preactivation = spec.arch() == Architecture.PRERESNET;
    int channels = spec.stemChannels();
    Counter counter = new Counter(spec, height, width);
    counter.convolution(3, channels, spec.stem().kernel(), spec.stem().stride());
    counter.norm(preactivation ? 0 : channels);
    if (spec.stem().pools()) {
      counter.subsample(Stem.STEP);
    }
    List<Long> additional = new ArrayList<>();
    boolean plain = IntStream.rangeClosed(1, spec.stages()).noneMatch(stage -> gated(spec, stage));
    List<Integer> defaults = Architecture.gatedStages(spec.stages(), spec.stem(), spec.arch());
    for (int stage = 1; stage <= spec.stages(); stage++) {
      long entry = 0;
      for (int i = 0; i < spec.units(stage); i++) {
        counter.unit(channels, stage, i);
        channels = spec.channels(stage);
        if (i + 1 == (gated(spec, stage) ? spec.sharedUnits(stage) : 1)) {
          entry = counter.macs;
        }
      }
      if (plain ? defaults.contains(stage) : gated(spec, stage)) {
        additional.add(counter.macs - entry);
      }
    }
    counter.norm(preactivation ? channels : 0);
    counter.linear(spec.features(), spec.classes());
    for (int stage = 1; stage <= spec.stages(); stage++) {
      counter.gate(
          spec.gate().sizeOnStage(new StageGate.Place(stage, spec.channels(stage), spec.classes())),
          1);
    }
    return new ModelCost(counter.parameters, counter.macs, additional);
  }

  private static boolean gated(ModelSpec spec, int stage) {
    return spec.additionalUnits(stage) > 0;
  }

  /** Adds layers up, following the size of the feature maps. */
  private static final class Counter {
    private final ModelSpec spec;
    private final boolean preactivation;
    private long height;
    private long width;
    private long parameters;
    private long macs;

    Counter(ModelSpec spec, int height, int width) {
      this.spec = spec;
      this.preactivation = spec.arch() == Architecture.PRERESNET;
      this.height = height;
      this.width = width;
    }

    /** A convolution without bias; it sets the size of what follows. */
    void convolution(long in, long out, long kernel, int stride) {
      subsample(stride);
      atThisSize(in, out, kernel);
    }

    /** Takes every {@code stride}-th row and column. */
    void subsample(int stride) {
      height = (height + stride - 1) / stride;
      width = (width + stride - 1) / stride;
    }

    /** A convolution whose output has the size that was reached. */
    private void atThisSize(long in, long out, long kernel) {
      long weights = in * out * kernel * kernel;
      parameters += weights;
      macs += weights * height * width;
    }

    void norm(long channels) {
      parameters += 2 * channels;
    }

    void unit(int in, int stage, int index) {
      int stride = stage > 1 && index == 0 ? 2 : 1;
      int out = spec.channels(stage);
      for (BlockKind.Layer layer : spec.block().layers(in, spec.inner(stage), out, stride)) {
        convolution(layer.in(), layer.out(), layer.kernel(), layer.stride());
        norm(preactivation ? layer.in() : layer.out());
      }
      if (spec.projects(stage, index)) {
        atThisSize(in, out, 1);
        norm(preactivation ? 0 : out);
      }
      gate(spec.gate().sizeInUnit(stage, new UnitGate.Place(in, out, stride)), height * width);
    }

    void gate(GateSpec.Size size, long positions) {
      parameters += size.parameters();
      macs += size.macs() * positions;
    }

    void linear(long in, long out) {
      parameters += in * out + out;
      macs += in * out;
    }
  }
}
