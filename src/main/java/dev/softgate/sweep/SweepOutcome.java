package dev.softgate.sweep;

import java.nio.file.Path;

/**
 * How the runs of a sweep, or of a shard of it, stand.
 *
 * @param sweep the sweep's name
 * @param folder the sweep's
 * @param shard {@code i/n}
 * @param runs how many the shard has
 * @param trained how many were finished now, the others before
 */
public record SweepOutcome(
    String sweep,
    Path folder,
    String shard,
    int runs,
    int finished,
    int trained,
    int failed,
    int interrupted,
    int missing) {}
