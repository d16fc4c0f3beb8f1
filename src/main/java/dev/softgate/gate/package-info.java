/**
 * The idea of the method, in one folder: something small looks at an image, or at a part of it, and
 * decides how much the deeper layers count.
 *
 * <p>{@link dev.softgate.gate.GateKind} lists the gates, one row each. A {@link
 * dev.softgate.gate.GateSpec} says which gate a network has and where. It is one record per {@link
 * dev.softgate.gate.GateFamily}:
 *
 * <ul>
 *   <li>{@link dev.softgate.gate.StageGateSpec}: on a stage, where a {@link
 *       dev.softgate.gate.StageGate} weighs the additional layers against the units before them;
 *   <li>{@link dev.softgate.gate.UnitGateSpec}: in every unit, where a {@link
 *       dev.softgate.gate.UnitGate} weighs the branch against the shortcut;
 *   <li>{@link dev.softgate.gate.OwnedChannelsSpec}: on a unit's channels, some of which belong to
 *       single training images ({@link dev.softgate.gate.OwnedChannels}).
 * </ul>
 *
 * <p>A gate's class turns what it sees into a weight. A gate on a stage sees a {@link
 * dev.softgate.gate.GateTap}, pooled or on a grid; a gate in a unit sees the unit's input. A gate
 * that is a classifier computes the entropy H of its prediction ({@link
 * dev.softgate.gate.Hardness}) and calibrates it: g = sigmoid(a·H + b), {@link
 * dev.softgate.gate.GateCalibration}. Its loss may contain a {@link dev.softgate.gate.GatePenalty}.
 *
 * <p>To add a gate to a family, write its class and add a row to the table. The network, the
 * engines and the trainer ask the specification what to do; they do not know which gate it is.
 *
 * <p>A gate takes the feature maps of a batch. It returns a {@link dev.softgate.gate.GateSignal}:
 * one g per image, with logits, hardness in nats and a penalty where the gate has them. The package
 * {@code model} applies g.
 *
 * <p>Two losses meet in the proposed gate, {@link dev.softgate.gate.GateClassifier}, and must not
 * mix: its own cross-entropy trains its layers and never reaches the backbone; the classification
 * loss flows through g into the backbone and never reaches its layers (docs/decisions/0001).
 *
 * <p>May use {@code data} and {@code torch}. Start with {@link dev.softgate.gate.GateKind}.
 */
@NullMarked
package dev.softgate.gate;

import org.jspecify.annotations.NullMarked;
