package dev.softgate.gate;

import dev.softgate.data.SplitMix64;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The owned channels of one unit: which of its output channels are on for an image.
 *
 * <pre>
 *   m_c = 1                  c &lt; ⌈share·C⌉: general
 *   m_c = 1 or 0             the others, while owned channels are on: 1 with probability density
 *   m_c = 0                  the others, while owned channels are off
 *   y   = m·relu(F(x) + shortcut(x))
 * </pre>
 *
 * <p>What an image owns is a function of (seed, unit, image); nothing is stored.
 *
 * <p>Source: Maini et al., Can neural network memorization be localized? (ICML 2023), example-tied
 * dropout; Ghosal et al., Memorization sinks (ICML 2025).
 */
public final class OwnedChannels {

  private final OwnedChannelsSpec spec;
  private final int unit;
  private final int channels;

  /** The channels of one unit, at its place in the network, from 0. */
  public OwnedChannels(OwnedChannelsSpec spec, int unit, int channels) {
    this.spec = spec;
    this.unit = unit;
    this.channels = channels;
  }

  /** How many channels are general: the first ones. */
  public int general() {
    return spec.general(channels);
  }

  /** N×C ones and zeros; null for nobody's channels; IllegalArgumentException unless N owners. */
  public float[] masks(@Nullable ChannelOwners owners, int images) {
    if (owners != null && owners.images().length != images) {
      throw new IllegalArgumentException(
          "%d owners of %d images".formatted(owners.images().length, images));
    }
    float[] masks = new float[Math.multiplyExact(images, channels)];
    for (int i = 0; i < images; i++) {
      int row = i * channels;
      Arrays.fill(masks, row, row + general(), 1);
      if (owners != null) {
        SplitMix64 random =
            new SplitMix64(
                SplitMix64.Purpose.OWNED_CHANNELS, owners.seed(), unit, owners.images()[i]);
        for (int c = row + general(); c < row + channels; c++) {
          masks[c] = random.unit() < spec.density() ? 1 : 0;
        }
      }
    }
    return masks;
  }
}
