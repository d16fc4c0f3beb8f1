package dev.softgate.gate;

/**
 * The images of a batch, whose owned channels are on in a pass.
 *
 * @param seed the run's seed; with an image's id it determines the channels that the image owns
 * @param images ids in the training set, int32, N, in the order of the batch
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record ChannelOwners(long seed, int[] images) {}
