package dev.softgate.gate;

/**
 * Whose memory is on in a pass: that of the batch's images.
 *
 * @param seed of the run, from which follows what an image owns
 * @param images int32, N: ids in the training set, in the order of the batch
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record ChannelOwners(long seed, int[] images) {}
