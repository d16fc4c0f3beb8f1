/**
 * Processes that train one network together: which of them this one is, and what they exchange.
 *
 * <p>Enters: options and environment variables ({@link dev.softgate.distributed.ProcessRank}),
 * arrays and tensors. Leaves: their sums and what the other processes gave ({@link
 * dev.softgate.distributed.ProcessGroup}). A single process has a group too, which exchanges
 * nothing.
 *
 * <p>Uses: torch, whose {@code Collectives} calls libtorch's c10d with Gloo. Start at {@link
 * dev.softgate.distributed.ProcessGroup}.
 */
@NullMarked
package dev.softgate.distributed;

import org.jspecify.annotations.NullMarked;
