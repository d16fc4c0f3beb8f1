/**
 * Holds a model to golden numbers: files that record what the published models compute.
 *
 * <p>A {@link dev.softgate.parity.GoldenFile} comes in, a {@link dev.softgate.parity.ParityReport}
 * goes out, and {@link dev.softgate.parity.ParityCheck} between them runs the ordinary network and
 * the ordinary training step, so that what is checked is what trains. May use {@code model}, {@code
 * training}, {@code torch} and {@code interop}.
 */
@NullMarked
package dev.softgate.parity;

import org.jspecify.annotations.NullMarked;
