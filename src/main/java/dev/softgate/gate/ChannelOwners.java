package dev.softgate.gate;

/** Whose owned channels are on in a pass: the ids of the batch's images, int32, N, in order. */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record ChannelOwners(long seed, int[] images) {}
