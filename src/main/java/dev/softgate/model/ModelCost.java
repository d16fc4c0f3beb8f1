package dev.softgate.model;

import dev.softgate.gate.GateClassifier;

/**
 * What a network costs, from its specification alone.
 *
 * @param parameters how many numbers are trained
 * @param macs multiply-accumulates of one image's forward pass, in convolutions and linear layers
 *     (gate included); normalisation, activation, addition and pooling do not count
 * @param additionalMacs those of the units between o1 and o2: what skipping would save at most
 */
public record ModelCost(long parameters, long macs, long additionalMacs) {

  /** The cost for images of the given size, in pixels. */
  public static ModelCost of(ModelSpec spec, int height, int width) {
    Counter counter = new Counter(height, width);
    counter.convolution(3, ModelSpec.planes(1), 3, 1);
    int channels = ModelSpec.planes(1);
    long entry = 0;
    for (int stage = 1; stage <= 3; stage++) {
      for (int i = 0; i < spec.unitsPerStage(); i++) {
        counter.unit(spec.block(), channels, ModelSpec.planes(stage), stage > 1 && i == 0 ? 2 : 1);
        channels = ModelSpec.planes(stage) * spec.block().expansion();
        if (stage == 3 && i == 0) {
          entry = counter.macs;
        }
      }
    }
    long additional = counter.macs - entry;
    counter.linear(spec.features(), spec.classes());
    if (spec.gated()) {
      counter.linear(spec.features(), GateClassifier.HIDDEN);
      counter.linear(GateClassifier.HIDDEN, spec.classes());
    }
    return new ModelCost(counter.parameters, counter.macs, additional);
  }

  /** Adds layers up, following the size of the feature maps. */
  private static final class Counter {
    private long height;
    private long width;
    private long parameters;
    private long macs;

    Counter(int height, int width) {
      this.height = height;
      this.width = width;
    }

    /** A convolution with its batch norm. */
    void convolution(long in, long out, long kernel, int stride) {
      height = (height + stride - 1) / stride;
      width = (width + stride - 1) / stride;
      long weights = in * out * kernel * kernel;
      parameters += weights + 2 * out;
      macs += weights * height * width;
    }

    void unit(BlockKind block, long in, long planes, int stride) {
      long out = planes * block.expansion();
      if (block == BlockKind.BASIC) {
        convolution(in, planes, 3, stride);
        convolution(planes, planes, 3, 1);
      } else {
        convolution(in, planes, 1, 1);
        convolution(planes, planes, 3, stride);
        convolution(planes, out, 1, 1);
      }
      if (in != out || stride != 1) {
        parameters += in * out + 2 * out;
        macs += in * out * height * width; // the projection ends at the unit's output size
      }
    }

    void linear(long in, long out) {
      parameters += in * out + out;
      macs += in * out;
    }
  }
}
