/**
 * The fused CPU engine for the backbone, built on oneDNN's primitives. It uses libtorch's
 * parameters and computes the same results faster (docs/engine.md).
 *
 * <p>Start with {@link dev.softgate.onednn.OneDnnEngine}. A {@link
 * dev.softgate.onednn.TrainingPlan} or {@link dev.softgate.onednn.InferencePlan} fixes the order of
 * operations and their memory for one batch size. A {@link dev.softgate.onednn.Team} of threads
 * runs the plan, each thread on its share of the images. {@link dev.softgate.onednn.Primitives}
 * holds the operations. The package may use {@code model} and {@code torch}; it and {@code torch}
 * are the only packages that name JavaCPP.
 */
@NullMarked
package dev.softgate.onednn;

import org.jspecify.annotations.NullMarked;
