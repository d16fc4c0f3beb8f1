/**
 * Measures what this machine does: training steps, evaluation, and the loader, on random data.
 *
 * <p>A {@link dev.softgate.benchmark.Benchmark} runs the ordinary network, training step and
 * loader, so that what is measured is what trains. May use {@code data}, {@code model}, {@code
 * training} and {@code torch}.
 */
@NullMarked
package dev.softgate.benchmark;

import org.jspecify.annotations.NullMarked;
