/**
 * Measures the speed of training steps, evaluation and the loader on this machine, with random
 * data.
 *
 * <p>A {@link dev.softgate.benchmark.Benchmark} runs the ordinary network, training step and
 * loader, so it measures the code that trains. May use {@code data}, {@code model}, {@code
 * training} and {@code torch}.
 */
@NullMarked
package dev.softgate.benchmark;

import org.jspecify.annotations.NullMarked;
