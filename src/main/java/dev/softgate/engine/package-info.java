/**
 * The choice of the engine: which implementation computes a network, in which precision, on how
 * many threads. {@link dev.softgate.engine.Compute} makes the choice and attaches the engine.
 */
@NullMarked
package dev.softgate.engine;

import org.jspecify.annotations.NullMarked;
