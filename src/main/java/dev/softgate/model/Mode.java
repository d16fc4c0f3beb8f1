package dev.softgate.model;

import dev.softgate.gate.ChannelOwners;
import dev.softgate.gate.MixRule;
import org.jspecify.annotations.Nullable;

/**
 * How a network computes a batch.
 *
 * @param mix weights of the gates on stages; null for the network's own, with nothing skipped
 * @param owners the images with their owned channels on; null for none
 */
public record Mode(Pass pass, @Nullable MixRule mix, @Nullable ChannelOwners owners) {

  /** As deployed, with nothing skipped. */
  public static final Mode EVALUATION = of(Pass.EVALUATION);

  /** A training step of all layers. */
  public static final Mode TRAINING = of(Pass.TRAINING);

  /** The network's own mix, and nobody's owned channels. */
  public static Mode of(Pass pass) {
    return new Mode(pass, null, null);
  }

  /** The same with other weights of the gates on stages. */
  public Mode mixing(MixRule rule) {
    return new Mode(pass, rule, owners);
  }

  /** The same with the owned channels of these images on; null for nobody's. */
  public Mode owning(@Nullable ChannelOwners images) {
    return new Mode(pass, mix, images);
  }
}
