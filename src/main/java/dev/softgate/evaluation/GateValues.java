package dev.softgate.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * What one gate said of some images, as plain arrays.
 *
 * @param name of the gate: {@code b3} on stage 3, the unit's name in a unit
 * @param g weight of the additional layers or of the unit's branch, N; of a gate in a unit the mean
 *     over its decisions
 * @param entropyNats hardness H, N; null of gates that are no classifiers
 * @param logits of a gate that trains itself on the labels, N×K, row by row; null of others
 */
@SuppressWarnings("ArrayRecordComponent")
public record GateValues(
    String name, float[] g, float @Nullable [] entropyNats, float @Nullable [] logits) {}
