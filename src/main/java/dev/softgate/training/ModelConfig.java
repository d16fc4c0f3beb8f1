package dev.softgate.training;

import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import java.util.List;
import java.util.Locale;

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
    String arch, int depth, String block, String gate, String gateTap, String gateCalibration) {

  /** The architectures that there are. */
  public static final List<String> ARCHITECTURES = List.of("resnet");

  /**
   * The network that this configuration asks for.
   *
   * @param classes K, from the data
   * @throws dev.softgate.BadInputException if there is no such network
   */
  public ModelSpec spec(int classes) {
    return new ModelSpec(
        BlockKind.valueOf(block.toUpperCase(Locale.ROOT)),
        depth,
        classes,
        GateKind.valueOf(gate.toUpperCase(Locale.ROOT)),
        GateTap.valueOf(gateTap.toUpperCase(Locale.ROOT)),
        GateCalibration.valueOf(gateCalibration.toUpperCase(Locale.ROOT)));
  }
}
