package dev.softgate.evaluation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The output of one gate for some images, as plain arrays.
 *
 * @param name the gate's name: {@code b3} for stage 3, or the name of its unit
 * @param g the weight of the additional layers or of the unit's branch, N; the mean over decisions
 *     for a gate in a unit
 * @param entropyNats hardness H, N; null if the gate is not a classifier
 * @param logits N×K, row by row, for a gate that is trained on the labels; otherwise null
 */
@SuppressWarnings("ArrayRecordComponent")
public record GateValues(
    String name, float[] g, float @Nullable [] entropyNats, float @Nullable [] logits) {

  GateValues first(int count, int classes) {
    return new GateValues(
        name,
        Arrays.copyOf(g, count),
        entropyNats == null ? null : Arrays.copyOf(entropyNats, count),
        logits == null ? null : Arrays.copyOf(logits, count * classes));
  }
}
