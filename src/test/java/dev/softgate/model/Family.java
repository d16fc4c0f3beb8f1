package dev.softgate.model;

import static dev.softgate.gate.GateKind.CLASSIFIER;
import static dev.softgate.gate.GateKind.ENTROPY;
import static dev.softgate.gate.GateKind.EXCLUSIVE;
import static dev.softgate.gate.GateKind.SHORTCUT;
import static dev.softgate.gate.GateKind.SIGMOID;
import static dev.softgate.gate.GatePenalty.CROSS_ENTROPY;
import static dev.softgate.gate.GatePenalty.L2;
import static dev.softgate.gate.GatePenalty.NONE;

import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateFamily;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.OwnedChannelsSpec;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every network that the tests of the family go over: each row of the table of gates, and more. */
public final class Family {

  private Family() {}

  /** A network but for its block, depth and classes. */
  public record Member(Architecture arch, ShortcutKind shortcut, GateSpec gate) {

    /** This network with that many classes, and the least depth that every gate fits. */
    public ModelSpec spec(BlockKind block, int classes) {
      return spec(block, leastDepth(block), classes);
    }

    /** This network; of a resnet34 the depth is what it is. */
    public ModelSpec spec(BlockKind block, int depth, int classes) {
      return new ModelSpec(arch, block, large() ? 34 : depth, classes, shortcut, gate);
    }

    /** Whether its gate sees all pixels, by layers that on stage 3 have millions of parameters. */
    public boolean seesPixels() {
      return gate instanceof StageGateSpec && gate.kind().sees().contains("cells");
    }

    /** Whether it is a resnet34, which a test pays a second for. */
    public boolean large() {
      return arch == Architecture.RESNET34;
    }

    /**
     * What decides its names and shapes, as in {@code entropy-b23}; tap, calibration, and of most
     * gates the penalty do not.
     */
    public String structure() {
      String base = arch.text() + (shortcut == ShortcutKind.PROJECTION ? "" : "-pad");
      if (!gate.exists()) {
        return base;
      }
      String stages = gate.stages().stream().map(String::valueOf).collect(Collectors.joining());
      if (!(gate instanceof UnitGateSpec unit)) {
        return base + "-" + gate.kind().text() + "-b" + stages;
      }
      return base
          + (gate.penalty() == CROSS_ENTROPY ? "-choices-" : "-weights-")
          + unit.kernel().text()
          + (stages.equals("123") ? "" : "-b" + stages);
    }

    @Override
    public String toString() {
      return structure()
          + (gate.weighsUnits() ? "-" + gate.kind().text() : "")
          + (gate.penalty() == NONE ? "" : "-" + gate.penalty().text())
          + (tap(gate) == GateTap.EXIT ? "-exit" : "")
          + (calibration(gate) == GateCalibration.NORMALISED ? "" : "-" + calibration(gate));
    }
  }

  /** 14 of basic blocks and 20 of bottlenecks: two units a stage. */
  public static int leastDepth(BlockKind block) {
    return 2 + 2 * block.depthStep();
  }

  /** All members. */
  public static Stream<Member> members() {
    return Stream.concat(small(), large());
  }

  /** One of three stages for each kind of gate and each baseline, and each kind on two stages. */
  public static Stream<Member> few() {
    Set<Object> seen = new HashSet<>();
    return small()
        .filter(
            member ->
                (member.gate().stages().equals(List.of(2, 3))
                        && tap(member.gate()) == GateTap.ENTRY)
                    || seen.add(
                        List.of(
                            member.arch(),
                            member.shortcut(),
                            member.gate().kind(),
                            member.gate().weighsUnits() ? member.gate().penalty() : NONE)));
  }

  /** The same, but gates that see all pixels are on stage 2 alone. */
  public static Stream<Member> narrow() {
    return Stream.concat(
        few().filter(member -> !member.seesPixels()),
        small().filter(member -> member.seesPixels() && member.gate().stages().equals(List.of(2))));
  }

  /** Those of three stages. */
  public static Stream<Member> small() {
    return Stream.of(baselines(), onStages(), inUnits()).flatMap(List::stream);
  }

  /** The network of four stages, and what the authors put into it. */
  public static Stream<Member> large() {
    return Stream.of(
            GateSpec.none(),
            onStage(SIGMOID, L2, GateTap.ENTRY, GateCalibration.NORMALISED, 3),
            onStage(ENTROPY, NONE, GateTap.ENTRY, GateCalibration.RAW, 3),
            onStage(CLASSIFIER, NONE, GateTap.ENTRY, GateCalibration.NORMALISED, 3))
        .map(gate -> new Member(Architecture.RESNET34, ShortcutKind.PROJECTION, gate));
  }

  private static List<Member> baselines() {
    return List.of(
        new Member(Architecture.RESNET, ShortcutKind.PROJECTION, GateSpec.none()),
        new Member(Architecture.RESNET, ShortcutKind.PAD, GateSpec.none()),
        new Member(Architecture.RESNET, ShortcutKind.PAD_END, GateSpec.none()),
        new Member(Architecture.RESNET, ShortcutKind.SUBSAMPLE_END, GateSpec.none()),
        new Member(Architecture.PRERESNET, ShortcutKind.PAD_END, GateSpec.none()),
        new Member(Architecture.PRERESNET, ShortcutKind.PROJECTION, GateSpec.none()),
        new Member(Architecture.PRERESNET, ShortcutKind.PAD, GateSpec.none()),
        new Member(
            Architecture.RESNET,
            ShortcutKind.PAD,
            StageGateSpec.classifier(GateTap.ENTRY, GateCalibration.NORMALISED)),
        new Member(Architecture.RESNET, ShortcutKind.PAD, inUnit(EXCLUSIVE, L2, kernels().get(0))));
  }

  private static List<Member> onStages() {
    List<GateSpec> gates = new ArrayList<>();
    GateTap entry = GateTap.ENTRY;
    GateCalibration normalised = GateCalibration.NORMALISED;
    for (GateTap tap : GateTap.values()) {
      stageKinds().forEach(kind -> gates.add(onStage(kind, first(kind), tap, normalised, 3)));
    }
    gates.add(onStage(CLASSIFIER, NONE, entry, GateCalibration.UNSCALED, 3));
    gates.add(onStage(ENTROPY, NONE, entry, GateCalibration.RAW, 3));
    stageKinds()
        .filter(kind -> !kind.penalties().isEmpty())
        .forEach(
            kind -> {
              gates.add(onStage(kind, NONE, entry, normalised, 3));
              kind.penalties().stream()
                  .skip(1)
                  .forEach(penalty -> gates.add(onStage(kind, penalty, entry, normalised, 3)));
            });
    for (int[] stages : new int[][] {{2}, {2, 3}, {1, 2, 3}}) {
      stageKinds()
          .forEach(kind -> gates.add(onStage(kind, first(kind), entry, normalised, stages)));
    }
    gates.add(onStage(CLASSIFIER, NONE, GateTap.EXIT, normalised, 2, 3));
    return gates.stream().map(Family::resnet).toList();
  }

  private static Stream<GateKind> stageKinds() {
    return Arrays.stream(GateKind.values()).filter(kind -> kind.family() == GateFamily.STAGE);
  }

  private static GatePenalty first(GateKind kind) {
    return kind.penalties().isEmpty() ? NONE : kind.penalties().get(0);
  }

  private static List<Member> inUnits() {
    List<GateSpec> gates = new ArrayList<>();
    for (GateKernel kernel : kernels()) {
      gates.add(inUnit(EXCLUSIVE, NONE, kernel));
      gates.add(inUnit(EXCLUSIVE, L2, kernel));
      gates.add(inUnit(EXCLUSIVE, CROSS_ENTROPY, kernel));
    }
    gates.add(inUnit(SHORTCUT, NONE, GateKernel.ELEMENT_1X1));
    gates.add(inUnit(SHORTCUT, L2, GateKernel.ELEMENT_1X1));
    gates.add(inUnit(SHORTCUT, NONE, GateKernel.TUBE_3X3));
    gates.add(inUnit(EXCLUSIVE, L2, GateKernel.ELEMENT_1X1, 2));
    return gates.stream().map(Family::resnet).toList();
  }

  private static List<GateKernel> kernels() {
    return List.of(GateKernel.values());
  }

  private static Member resnet(GateSpec gate) {
    return new Member(Architecture.RESNET, ShortcutKind.PROJECTION, gate);
  }

  /** A gate on stages. */
  public static GateSpec onStage(
      GateKind kind, GatePenalty penalty, GateTap tap, GateCalibration calibration, int... stages) {
    List<Integer> list = Arrays.stream(stages).boxed().toList();
    return StageGateSpec.of(kind, list).looking(tap, calibration).with(penalty);
  }

  /** The same gate, after these numbers of units of its stages. */
  public static GateSpec after(GateSpec gate, Integer... units) {
    return ((StageGateSpec) gate).after(List.of(units));
  }

  /** What a gate on a stage looks at; the entry for others. */
  public static GateTap tap(GateSpec gate) {
    return gate instanceof StageGateSpec stage ? stage.tap() : GateTap.ENTRY;
  }

  /** How entropy becomes g; normalised without a gate on a stage. */
  public static GateCalibration calibration(GateSpec gate) {
    return gate instanceof StageGateSpec stage ? stage.calibration() : GateCalibration.NORMALISED;
  }

  /** Classifiers on stages 2 and 3, after three units and one: of depth 26 or more. */
  public static GateSpec late() {
    return after(onStage(CLASSIFIER, NONE, GateTap.ENTRY, GateCalibration.NORMALISED, 2, 3), 3, 1);
  }

  /** Owned channels in some stages' units. */
  public static GateSpec ownedChannels(double share, double density, int... stages) {
    return new OwnedChannelsSpec(Arrays.stream(stages).boxed().toList(), share, density);
  }

  /** Gates in the units of some stages, of all where none is named. */
  public static GateSpec inUnit(
      GateKind kind, GatePenalty penalty, GateKernel kernel, int... stages) {
    List<Integer> list =
        stages.length == 0 ? List.of(1, 2, 3) : Arrays.stream(stages).boxed().toList();
    return UnitGateSpec.of(kind, list).with(penalty, kernel);
  }
}
