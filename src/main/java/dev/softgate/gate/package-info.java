/**
 * The idea of the method, in one folder: something small looks at an image, or at a part of it, and
 * decides how much the deeper layers count.
 *
 * <p>{@link dev.softgate.gate.GateKind} is the family at a glance, a row a member. A gate is
 *
 * <ul>
 *   <li>where it sits: on a stage, where it weighs the additional layers against the first unit
 *       ({@link dev.softgate.gate.StageGate}), or in every unit, where it weighs the branch against
 *       the shortcut ({@link dev.softgate.gate.UnitGate});
 *   <li>what it looks at: a tap of its stage, {@link dev.softgate.gate.GateTap}, pooled or on a
 *       grid; or the input of its unit;
 *   <li>how it turns that into a weight: its class. Of gates that are classifiers it is the entropy
 *       H of their prediction, {@link dev.softgate.gate.Hardness}, through a {@link
 *       dev.softgate.gate.GateCalibration}, g = sigmoid(a·H + b);
 *   <li>what presses on it, {@link dev.softgate.gate.GatePenalty}, and who trains it: the network's
 *       losses, or its own.
 * </ul>
 *
 * <p>A member is added by a class that makes weights and a row in the table; the network and the
 * trainer know no member by name.
 *
 * <p>What enters are maps of a batch. What leaves is a {@link dev.softgate.gate.GateSignal}: g for
 * each image, with logits, hardness in nats and a penalty where the member has them. What g weighs
 * is the business of {@code model}.
 *
 * <p>Two losses meet in the proposed gate, {@link dev.softgate.gate.GateClassifier}, and must not
 * mix: its own cross-entropy trains its layers and never reaches the backbone; the classification
 * loss flows through g into the backbone and never reaches its layers (docs/decisions/0001).
 *
 * <p>May use {@code torch}. Start with {@link dev.softgate.gate.GateKind}.
 */
@NullMarked
package dev.softgate.gate;

import org.jspecify.annotations.NullMarked;
