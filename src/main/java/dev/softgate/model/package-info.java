/**
 * The networks: residual networks for small images, plain or gated, under the published parameter
 * names.
 *
 * <p>A {@link dev.softgate.model.ModelSpec} and a seed enter. A {@link dev.softgate.model.ResNet}
 * leaves: its forward pass returns named intermediates (both taps, the gates' signals, the logits),
 * so that nobody needs to hook into it. Start there.
 *
 * <p>{@link dev.softgate.model.Backbone} explains legs, which a {@link
 * dev.softgate.model.BackboneEngine} computes (docs/decisions/0015). Units of gated stages have
 * names of their own, so a gated network takes a baseline's weights through an explicit map, {@link
 * dev.softgate.model.BaselineInitialization} (docs/decisions/0004). {@link
 * dev.softgate.model.StateRecognition} goes from names and shapes to the network.
 *
 * <p>The package knows nothing of data, losses or optimizers.
 */
@NullMarked
package dev.softgate.model;

import org.jspecify.annotations.NullMarked;
