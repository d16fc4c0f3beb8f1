/**
 * The networks: residual networks for small images, plain or gated, under the published parameter
 * names.
 *
 * <p>What enters is a {@link dev.softgate.model.ModelSpec}, which is enough to build a network and
 * refuses one that cannot exist, and a seed. What leaves is a {@link dev.softgate.model.ResNet}:
 * its forward pass takes a batch of images and hands out named intermediates (both taps, what the
 * gate says, the logits), so that nobody needs to hook into it. A {@link dev.softgate.model.Pass}
 * says what the pass is for, and so which gradients are recorded.
 *
 * <p>{@link dev.softgate.model.Backbone} is a stem and stages of units. A stage that a gate sits on
 * has two points of interest: o1 after its first unit and o2 after its last. The units between, the
 * last included, are the additional layers, whose contribution the gate weighs. What it makes of
 * the two goes into the next stage, so the backbone is cut into {@link dev.softgate.model.Leg}s
 * there, and a {@link dev.softgate.model.BackboneEngine} computes a leg at a time
 * (docs/decisions/0015). In a gated stage these two units have names of their own, {@code o1} and
 * {@code o2}, and the numbers of those between shift by one; that is why a gated network takes a
 * baseline's weights through an explicit map, {@link dev.softgate.model.BaselineInitialization}
 * (docs/decisions/0004). {@link dev.softgate.model.StateRecognition} goes the other way: from names
 * and shapes to the network.
 *
 * <p>{@link dev.softgate.model.ModelCost} counts parameters and multiply-accumulates from a
 * specification alone, without building anything.
 *
 * <p>May use {@code torch}, {@code gate} and {@code interop}. Knows nothing of data, losses or
 * optimizers. Start with {@link dev.softgate.model.ResNet}.
 */
@NullMarked
package dev.softgate.model;

import org.jspecify.annotations.NullMarked;
