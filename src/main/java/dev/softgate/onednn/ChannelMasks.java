package dev.softgate.onednn;

import dev.softgate.model.ResidualUnit;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** The masks of a unit with owned channels, stored where primitives read them. */
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
   * The masks of a unit; null where it has none.
   *
   * @param output the unit's maps for the whole batch
   */
  static @Nullable ChannelMasks of(
      ResidualUnit unit, Arena arena, FeatureMaps output, Chunks chunks) {
    return unit.hasMasks()
        ? new ChannelMasks(unit, new FeatureMap(arena, output.masks(), chunks))
        : null;
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

  /** Multiplies a chunk's maps in place. */
  void apply(Worker worker, FeatureMaps maps, int chunk, long stream) {
    worker.primitives().scaleChannels(maps).run(stream, masks.chunk(chunk), stream);
  }
}
