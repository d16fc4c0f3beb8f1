/**
 * The fused CPU engine for the backbone, built on oneDNN's primitives. It uses libtorch's
 * parameters and computes the same results faster (docs/engine.md).
 *
 * <p>Start with {@link dev.softgate.onednn.OneDnnEngine}. A {@link
 * dev.softgate.onednn.TrainingPlan} or {@link dev.softgate.onednn.InferencePlan} fixes the order of
 * operations and their memory for one batch size; a {@link dev.softgate.onednn.Team} of threads
 * runs it. May use {@code model} and {@code torch}; it and {@code torch} alone name JavaCPP.
 */
@NullMarked
package dev.softgate.onednn;

import org.jspecify.annotations.NullMarked;
