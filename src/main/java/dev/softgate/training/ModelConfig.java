package dev.softgate.training;

/**
 * The network of a run.
 *
 * @param arch {@code resnet}, the CIFAR ResNet of three stages
 * @param depth layers with weights: 6n+2 with basic blocks, 9n+2 with bottlenecks
 * @param block {@code basic} or {@code bottleneck}
 * @param gate {@code classifier}, or {@code none} for the plain baseline
 * @param gateTap where the gate looks: {@code entry} of the additional layers (o1) or their {@code
 *     exit} (o2)
 * @param gateCalibration how the entropy becomes g: {@code normalised}, {@code published} or {@code
 *     unscaled}
 */
public record ModelConfig(
    String arch, int depth, String block, String gate, String gateTap, String gateCalibration) {}
