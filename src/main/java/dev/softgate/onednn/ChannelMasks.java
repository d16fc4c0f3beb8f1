package dev.softgate.onednn;

import dev.softgate.model.ResidualUnit;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** The masks of a unit whose channels belong to single images, in memory that primitives read. */
final class ChannelMasks {

  private final ResidualUnit source;
  private final FeatureMap masks; // N×C×1×1
  private final FloatBuffer window;

  private ChannelMasks(ResidualUnit source, FeatureMap masks) {
    this.source = source;
    this.masks = masks;
    this.window = masks.bytes().asFloatBuffer();
  }

  /**
   * Creates a unit's masks; returns null if it has none.
   *
   * @param output the shape of the unit's output for the whole batch
   */
  static @Nullable ChannelMasks of(ResidualUnit unit, Planning planning, FeatureMaps output) {
    return unit.hasMasks() ? new ChannelMasks(unit, planning.map(output.masks())) : null;
  }

  /** Copies the masks of the pass that begins. */
  void take() {
    float[] values = source.masks();
    if (values.length != window.capacity()) {
      throw new IllegalStateException(
          "%d mask values, planned for %d".formatted(values.length, window.capacity()));
    }
    window.put(0, values);
  }

  /** Multiplies a chunk's maps by the masks, in place. */
  void apply(Worker worker, FeatureMaps maps, int chunk, long stream) {
    worker.primitives().scaleChannels(maps).run(stream, masks.chunk(chunk), stream);
  }
}
