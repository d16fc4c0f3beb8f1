package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/**
 * What a gate says of a batch. Owner: the scope in which it was computed.
 *
 * @param logits of the gate classifier, float32, N×K; differentiable to the gate layers only
 * @param entropyNats hardness H, float32, N, in [0, ln K]; differentiable to the features only
 * @param g weight of the additional layers, float32, N, in (0, 1); differentiable to the features
 *     only
 */
public record GateSignal(Tensor logits, Tensor entropyNats, Tensor g) {}
