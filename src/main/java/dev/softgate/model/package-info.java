/**
 * The networks: residual networks for small images, plain or gated, under the published parameter
 * names.
 *
 * <p>A {@link dev.softgate.model.ModelSpec} and a seed enter. A {@link dev.softgate.model.ResNet}
 * leaves: its forward pass returns named intermediates (both taps, the gates' signals, the logits),
 * so that nobody needs to hook into it. Start there.
 *
 * <p>A gate weighs a stage's additional layers: its units from behind o1, the first, to o2, the
 * last. Its mix goes into the next stage, so {@link dev.softgate.model.Backbone} is cut into {@link
 * dev.softgate.model.Leg}s there, and a {@link dev.softgate.model.BackboneEngine} computes a leg at
 * a time (docs/decisions/0015). The two units have names of their own, and those between shift by
 * one: a gated network takes a baseline's weights through an explicit map, {@link
 * dev.softgate.model.BaselineInitialization} (docs/decisions/0004). {@link
 * dev.softgate.model.StateRecognition} goes from names and shapes to the network.
 *
 * <p>The package knows nothing of data, losses or optimizers.
 */
@NullMarked
package dev.softgate.model;

import org.jspecify.annotations.NullMarked;
