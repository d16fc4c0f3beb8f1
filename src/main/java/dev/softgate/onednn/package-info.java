/**
 * The fused CPU engine for the backbone, on oneDNN's primitives: same parameters and same results
 * as libtorch, faster (docs/engine.md).
 *
 * <p>{@link dev.softgate.onednn.OneDnnEngine} is the way in. A {@link
 * dev.softgate.onednn.TrainingPlan} or {@link dev.softgate.onednn.InferencePlan} says what runs
 * where for one batch size; a {@link dev.softgate.onednn.Team} of threads runs it, each on its
 * share of the images; {@link dev.softgate.onednn.Primitives} has the operations. May use {@code
 * model} and {@code torch}; besides {@code torch} the only package that names JavaCPP.
 */
@NullMarked
package dev.softgate.onednn;

import org.jspecify.annotations.NullMarked;
