/**
 * The networks: residual networks for small images, plain or gated, under the published parameter
 * names.
 *
 * <p>A {@link dev.softgate.model.ModelSpec} and a seed define a network; a specification that
 * cannot exist is refused. The network is a {@link dev.softgate.model.ResNet}. Its forward pass
 * takes a batch of images and a {@link dev.softgate.model.Mode}, and returns named intermediates:
 * both taps, the gates' outputs and the logits. The mode's {@link dev.softgate.model.Pass} decides
 * which gradients are recorded.
 *
 * <p>{@link dev.softgate.model.Backbone} is a stem and stages of units. A stage that a gate sits on
 * has two taps: o1 after its first unit and o2 after its last. The units after o1 are the
 * additional layers, whose contribution the gate weighs. The mix of the two taps is the input of
 * the next stage. The backbone is therefore cut into {@link dev.softgate.model.Leg}s at these
 * points, and a {@link dev.softgate.model.BackboneEngine} computes one leg at a time
 * (docs/decisions/0015). In a gated stage the first and the last unit are called {@code o1} and
 * {@code o2}, and the numbers of the units between shift by one. {@link
 * dev.softgate.model.BaselineInitialization} therefore maps the names of a baseline's weights
 * explicitly (docs/decisions/0004). {@link dev.softgate.model.StateRecognition} infers the network
 * from names and shapes.
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
