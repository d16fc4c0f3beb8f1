/**
 * Gates: something small looks at an image, or at a part of it, and decides how much the deeper
 * layers count.
 *
 * <p>{@link dev.softgate.gate.GateKind} lists the gates, one row each: start there. A {@link
 * dev.softgate.gate.GateSpec} states which gate a network has and where. A gate takes the feature
 * maps of a batch and returns a {@link dev.softgate.gate.GateSignal}; the package {@code model}
 * applies its g. A gate that is a classifier computes the entropy H of its prediction ({@link
 * dev.softgate.gate.Hardness}) and calibrates it ({@link dev.softgate.gate.GateCalibration}).
 *
 * <p>To add a gate to a family, write its class and add a row to the table: the network, the
 * engines and the trainer ask the specification what to do.
 *
 * <p>Two losses meet in the proposed gate, {@link dev.softgate.gate.GateClassifier}, and must not
 * mix (docs/decisions/0001).
 */
@NullMarked
package dev.softgate.gate;

import org.jspecify.annotations.NullMarked;
