package dev.softgate.onednn;

import dev.softgate.model.Leg;
import dev.softgate.model.Stem;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.jspecify.annotations.Nullable;

/**
 * The stem's max pooling: 3×3 windows, two pixels apart, padded by one. The first of a window's
 * equal values receives the gradient, as in libtorch.
 *
 * @param input the maps before pooling
 */
record MaxPooling(FeatureMaps input) implements InferencePart.Piece {

  private static final long[] STEPS = {Stem.STEP, Stem.STEP};
  private static final long[] WINDOW = {Stem.WINDOW, Stem.WINDOW};
  private static final long[] NO_DILATION = {0, 0};
  private static final int BEFORE = (Stem.WINDOW - 1) / 2;
  private static final long[] PADDING_BEFORE = {BEFORE, BEFORE};

  /** Returns the pooling behind a leg's stem; null if the leg does not pool. */
  static @Nullable MaxPooling of(Leg leg, FeatureMaps input) {
    Stem stem = leg.stem();
    return stem == null || !stem.kind().pools() ? null : new MaxPooling(input);
  }

  /** Returns the shape of the pooled maps. */
  @Override
  public FeatureMaps output() {
    return new FeatureMaps(
        input.type(),
        input.images(),
        input.channels(),
        pooled(input.height()),
        pooled(input.width()));
  }

  /** Returns the side of the pooled maps. */
  static int pooled(int side) {
    return (side + Stem.STEP - 1) / Stem.STEP;
  }

  MaxPooling of(int images) {
    return new MaxPooling(input.of(images));
  }

  @Override
  public void run(
      Worker worker, int first, int images, MemoryBlock source, MemoryBlock destination) {
    worker.primitives().maxPool(of(images), false).run(source.handle(), destination.handle());
  }

  private static long after(int side) {
    return (pooled(side) - 1L) * Stem.STEP + Stem.WINDOW - side - BEFORE;
  }

  private long[] paddingAfter() {
    return new long[] {after(input.height()), after(input.width())};
  }

  /** Describes the forward pass; in training it has a workspace. */
  pooling_forward.primitive_desc forward(boolean training) {
    return new pooling_forward.primitive_desc(
        Native.ENGINE,
        training ? prop_kind.forward_training : prop_kind.forward_inference,
        algorithm.pooling_max,
        input.description(),
        output().description(),
        STEPS,
        WINDOW,
        NO_DILATION,
        PADDING_BEFORE,
        paddingAfter(),
        Native.PLAIN,
        false);
  }

  /** Returns the layout of the workspace, which records where each maximum is. */
  memory.desc workspace() {
    return forward(true).workspace_desc();
  }

  pooling_backward.primitive_desc backward() {
    return new pooling_backward.primitive_desc(
        Native.ENGINE,
        algorithm.pooling_max,
        input.description(),
        output().description(),
        STEPS,
        WINDOW,
        NO_DILATION,
        PADDING_BEFORE,
        paddingAfter(),
        forward(true),
        Native.PLAIN,
        false);
  }
}
