package dev.softgate.gate;

import dev.softgate.BadInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owned channels: some output channels of each unit serve all images, and each training image owns
 * a few of the others. On the command line this gate is called {@code memory}.
 *
 * @param stages the stages whose units have owned channels, from 1, ascending
 * @param share fraction of a unit's channels that is general, in (0, 1]; at least one channel is
 * @param density probability that an image owns a channel that is not general, in [0, 1]
 */
public record OwnedChannelsSpec(List<Integer> stages, double share, double density)
    implements GateSpec {

  /** Throws BadInputException if a number is out of range, or if stages are missing or repeated. */
  public OwnedChannelsSpec {
    stages = GateFamily.ascending(stages);
    if (!(share > 0 && share <= 1)) {
      throw new BadInputException("{memory-share}: must be above 0 and at most 1, found " + share);
    }
    if (!(density >= 0 && density <= 1)) {
      throw new BadInputException("{memory-density}: must be from 0 to 1, found " + density);
    }
  }

  /** How many of a unit's channels are general: ⌈share·C⌉, at least one. */
  public int general(int channels) {
    return Math.max(1, (int) Math.ceil(share * channels - 1e-9)); // 0.1 · 30 is 3
  }

  @Override
  public GateKind kind() {
    return GateKind.OWNED_CHANNELS;
  }

  /** Checks also that the network without the owned channels can be built. */
  @Override
  public void requireFits(Host network) {
    GateSpec.super.requireFits(network);
    if (!network.projects()) {
      throw new BadInputException("{gate} memory: needs {shortcut} projection");
    }
    if (stages.contains(1) && network.entersPlainly()) {
      throw new BadInputException(
          "{gate} memory: the first unit of stage 1 adds its input as it is, so stage 1 of a %s of"
                  .formatted(network.name())
              + " basic blocks can own no channels; use {gate-at} 2,3");
    }
  }

  @Override
  public boolean ownsChannels() {
    return true;
  }

  @Override
  public @Nullable OwnedChannels ownedChannels(int stage, int unit, int channels) {
    return stages.contains(stage) ? new OwnedChannels(this, unit, channels) : null;
  }

  @Override
  public String reasonNotToSkip() {
    return "the network has no gate on a stage; softgate extract makes it smaller";
  }
}
