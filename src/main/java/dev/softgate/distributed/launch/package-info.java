/**
 * Starts the processes of a training on this machine and ends with them.
 *
 * <p>{@link dev.softgate.distributed.launch.Launcher} runs a {@link
 * dev.softgate.distributed.launch.LocalTraining} as one process of this program for each rank. It
 * tells the ranks who they are by torchrun's variables and talks to them through their standard
 * input: a line is the number of a signal, and the end means that the launcher is gone. {@link
 * dev.softgate.distributed.launch.LaunchedRank} is the other end. Plain Java; nothing here knows
 * what the ranks compute.
 */
@NullMarked
package dev.softgate.distributed.launch;

import org.jspecify.annotations.NullMarked;
