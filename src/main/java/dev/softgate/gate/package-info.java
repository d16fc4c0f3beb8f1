/**
 * The idea of the method, in one folder: how uncertain a small classifier is about an image decides
 * how much the deeper layers count.
 *
 * <pre>
 *   z = W₁(W₀·f + b₀) + b₁        {@link dev.softgate.gate.GateClassifier}
 *   H = −Σ p·ln p, p = softmax z  {@link dev.softgate.gate.Hardness}
 *   g = sigmoid(a·H + b)          {@link dev.softgate.gate.GateCalibration}
 * </pre>
 *
 * <p>What enters are pooled features f of a batch, N×C. What leaves is a {@link
 * dev.softgate.gate.GateSignal}: the gate's logits, the hardness H of each image in nats, and its
 * weight g in (0, 1). Which features those are, {@link dev.softgate.gate.GateTap} says: those at
 * the entry of the additional layers, or those at their exit. What g then weighs is the business of
 * {@code model}.
 *
 * <p>Two losses meet in the gate and must not mix. The gate's own cross-entropy trains W and b and
 * never reaches f; the classification loss flows through g into f and never reaches W and b. The
 * classifier holds them apart by computing z twice, each time with the other side held constant, so
 * that one backward pass over the sum of both losses gives both gradients (docs/decisions/0001).
 *
 * <p>May use {@code torch}. Start with {@link dev.softgate.gate.GateClassifier}.
 */
@NullMarked
package dev.softgate.gate;

import org.jspecify.annotations.NullMarked;
