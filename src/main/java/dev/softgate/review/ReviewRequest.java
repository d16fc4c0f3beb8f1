package dev.softgate.review;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for {@code review}.
 *
 * @param source a run's folder or name, a folder with {@code suspects.csv}, or such a table
 * @param decisions the file of decisions; null for {@code decisions.csv} beside the table
 * @param port the port on loopback; 0 for a free one
 * @param data settings of the data set, by key, which replace the recorded ones
 */
public record ReviewRequest(
    Path source, @Nullable Path decisions, int port, Map<String, String> data) {}
