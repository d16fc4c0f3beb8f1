package dev.softgate.study;

import java.nio.file.Path;

/**
 * The result of a command with {@code --shard}.
 *
 * @param out the folder for the results of all shards
 * @param shard the shard, as {@code 0/4}
 * @param file what it computed, for {@code --collect}
 * @param images how many images it computed
 * @param unreadable how many of its files could not be read
 */
public record ShardReport(Path out, String shard, Path file, int images, int unreadable) {}
