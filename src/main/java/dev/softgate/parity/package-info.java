/**
 * Compares models with golden numbers: files that record what the published models compute.
 *
 * <p>{@link dev.softgate.parity.ParityCheck} takes a {@link dev.softgate.parity.GoldenFile}, runs
 * the ordinary network and training step, and returns a {@link dev.softgate.parity.ParityReport}.
 * So it checks the code that trains. {@link dev.softgate.parity.Golden} is the way in, also for the
 * networks of ImageNet, whose weights follow from a formula. May use {@code model}, {@code
 * training}, {@code torch} and {@code interop}.
 */
@NullMarked
package dev.softgate.parity;

import org.jspecify.annotations.NullMarked;
