package dev.softgate.parity;

import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.model.Architecture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A published model's architecture and gate.
 *
 * <p>Source: golden/README, "The models".
 *
 * @param arch the backbone's architecture
 * @param gate the backbone's gate
 */
record PublishedModel(Architecture arch, GateSpec gate) {

  private static final Map<String, PublishedModel> ALL = table();

  private static Map<String, PublishedModel> table() {
    Map<String, PublishedModel> all = new LinkedHashMap<>();
    all.put("baseline_resnet", new PublishedModel(Architecture.RESNET, GateSpec.none()));
    all.put("baseline_preresnet", new PublishedModel(Architecture.PRERESNET, GateSpec.none()));
    all.put(
        "gate_classifier_exit",
        resnet(StageGateSpec.classifier(GateTap.EXIT, GateCalibration.PUBLISHED)));
    all.put(
        "gate_classifier_b3b2",
        resnet(
            StageGateSpec.of(GateKind.CLASSIFIER, List.of(2, 3))
                .looking(GateTap.ENTRY, GateCalibration.UNSCALED)));
    all.put("block_sigmoid_l2", onStage3(GateKind.SIGMOID, GatePenalty.L2));
    all.put("block_twoway_ce", onStage3(GateKind.TWO_WAY, GatePenalty.CROSS_ENTROPY));
    all.put("block_entropy", onStage3(GateKind.ENTROPY, GatePenalty.NONE));
    all.put("layer_exclusive", inUnits(GateKind.EXCLUSIVE, GatePenalty.NONE));
    all.put("layer_shortcut", inUnits(GateKind.SHORTCUT, GatePenalty.NONE));
    all.put("layer_exclusive_l2", inUnits(GateKind.EXCLUSIVE, GatePenalty.L2));
    all.put("layer_shortcut_l2", inUnits(GateKind.SHORTCUT, GatePenalty.L2));
    all.put("layer_exclusive_ce_1x1element", choosing(GateKernel.ELEMENT_1X1));
    all.put("layer_exclusive_ce_1x1tube", choosing(GateKernel.TUBE_1X1));
    all.put("layer_exclusive_ce_3x3tube", choosing(GateKernel.TUBE_3X3));
    return all;
  }

  private static PublishedModel onStage3(GateKind kind, GatePenalty penalty) {
    return resnet(
        StageGateSpec.of(kind, List.of(3))
            .looking(GateTap.ENTRY, GateCalibration.UNSCALED)
            .with(penalty));
  }

  private static PublishedModel inUnits(GateKind kind, GatePenalty penalty) {
    return resnet(UnitGateSpec.of(kind, List.of(1, 2, 3)).with(penalty, GateKernel.ELEMENT_1X1));
  }

  private static PublishedModel choosing(GateKernel kernel) {
    return resnet(
        UnitGateSpec.of(GateKind.EXCLUSIVE, List.of(1, 2, 3))
            .with(GatePenalty.CROSS_ENTROPY, kernel));
  }

  private static PublishedModel resnet(GateSpec gate) {
    return new PublishedModel(Architecture.RESNET, gate);
  }

  /** Returns the model with a golden file's name for it; null if there is none. */
  static @Nullable PublishedModel named(String name) {
    return ALL.get(name);
  }

  /** The names in golden files. */
  static Set<String> names() {
    return ALL.keySet();
  }
}
