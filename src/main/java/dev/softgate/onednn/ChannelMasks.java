package dev.softgate.onednn;

import dev.softgate.model.ResidualUnit;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** The masks of a unit whose channels belong to single images, in memory that primitives read. */
record ChannelMasks(ResidualUnit source, FeatureMap masks) { // N×C×1×1

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
    FloatBuffer window = masks.bytes().asFloatBuffer();
    if (values.length != window.capacity()) {
      throw new IllegalStateException(
          "%d mask values, planned for %d".formatted(values.length, window.capacity()));
    }
    window.put(0, values);
  }

  /**
   * Multiplies the maps of some images by their masks, in place.
   *
   * @param maps the shape of these images' maps
   * @param first the first image's index in the batch
   */
  void apply(Worker worker, FeatureMaps maps, int first, long stream) {
    long own = masks.images(first, maps.images()).handle();
    worker.primitives().scaleChannels(maps).run(stream, own, stream);
  }
}
