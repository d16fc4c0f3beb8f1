package dev.softgate.gate;

import dev.softgate.BadInputException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which gate a network has, and where.
 *
 * @param kind the member of the family
 * @param stages that have it, counted from 1, ascending: the stages it sits on, or whose units it
 *     sits in; empty without a gate
 * @param after how many units of each gated stage, in the order of {@code stages}, come before its
 *     gate; given as one number for each, as one for all, or none for 1; empty where gates do not
 *     sit on stages
 * @param tap what a gate on a stage looks at; without effect elsewhere
 * @param calibration how hardness becomes g; without effect on gates that are no classifiers
 * @param penalty that presses on it
 * @param kernel of a gate in units; without effect elsewhere
 * @param bias of a gate in units at the start; without effect elsewhere
 * @param mix what a gate on a stage makes of g; without effect elsewhere
 * @param memory how a memory gate divides channels; without effect elsewhere
 */
public record GateSpec(
    GateKind kind,
    List<Integer> stages,
    List<Integer> after,
    GateTap tap,
    GateCalibration calibration,
    GatePenalty penalty,
    GateKernel kernel,
    double bias,
    GateMix mix,
    MemorySpec memory) {

  /** The bias from which gates in units start: they let little through at first. */
  public static final double PUBLISHED_BIAS = -6;

  private static final int PUBLISHED_STAGE = 3;

  /** No gate. */
  public static final GateSpec NONE =
      new GateSpec(
          GateKind.NONE,
          List.of(),
          GateTap.ENTRY,
          GateCalibration.NORMALISED,
          GatePenalty.NONE,
          GateKernel.ELEMENT_1X1,
          PUBLISHED_BIAS,
          GateMix.SOFT,
          MemorySpec.DEFAULT);

  /**
   * Checks that the parts go together.
   *
   * @throws BadInputException where the gate knows no such penalty or mix, or the stages are none
   *     or twice the same, or there are not as many places as stages
   */
  public GateSpec {
    List<Integer> given = stages;
    List<Integer> units = kind.onStages() ? each(after, stages.size()) : List.of();
    stages = kind == GateKind.NONE ? List.of() : stages.stream().sorted().toList();
    after =
        kind.onStages()
            ? stages.stream().map(stage -> units.get(given.indexOf(stage))).toList()
            : List.of();
    if (stages.stream().distinct().count() != stages.size()) {
      throw new BadInputException("--gate-at names a stage twice");
    }
    if (kind != GateKind.NONE && stages.isEmpty()) {
      throw new BadInputException("--gate-at names no stage; --gate none is the network without");
    }
    if (mix == GateMix.HARD && (!kind.onStages() || tap == GateTap.EXIT)) {
      throw new BadInputException(
          "--gate-mix hard decides on a stage's additional layers before they are computed: it"
              + " needs a gate on a stage, with --gate-tap entry");
    }
    if (kind != GateKind.NONE
        && penalty != GatePenalty.NONE
        && !kind.penalties().contains(penalty)) {
      String defined =
          kind.penalties().stream().map(GatePenalty::text).collect(Collectors.joining(", "));
      throw new BadInputException(
          "--gate-penalty %s is not defined for --gate %s; it has none%s"
              .formatted(penalty.text(), kind.text(), defined.isEmpty() ? "" : ", " + defined));
    }
  }

  private static List<Integer> each(List<Integer> after, int stages) {
    if (after.stream().anyMatch(units -> units < 1)) {
      throw new BadInputException(
          "--gate-after: a gate comes after 1 unit or more, found " + after);
    }
    if (after.size() <= 1) {
      return Collections.nCopies(stages, after.isEmpty() ? 1 : after.get(0));
    }
    if (after.size() != stages) {
      throw new BadInputException(
          "--gate-after: give one number, or one for each of the %d stages of --gate-at, found %d"
              .formatted(stages, after.size()));
    }
    return List.copyOf(after);
  }

  /** Whether a gate comes after more units than the first of its stage. */
  public boolean isLate() {
    return after.stream().anyMatch(units -> units > 1);
  }

  /** A gate after the first unit of each of its stages. */
  public GateSpec(
      GateKind kind,
      List<Integer> stages,
      GateTap tap,
      GateCalibration calibration,
      GatePenalty penalty,
      GateKernel kernel,
      double bias,
      GateMix mix,
      MemorySpec memory) {
    this(kind, stages, List.of(), tap, calibration, penalty, kernel, bias, mix, memory);
  }

  /** A gate as proposed, on stage 3 alone. */
  public static GateSpec classifier(GateTap tap, GateCalibration calibration) {
    return new GateSpec(
        GateKind.CLASSIFIER,
        List.of(PUBLISHED_STAGE),
        tap,
        calibration,
        GatePenalty.NONE,
        GateKernel.ELEMENT_1X1,
        PUBLISHED_BIAS,
        GateMix.SOFT,
        MemorySpec.DEFAULT);
  }

  /** The same gate with a soft mix. */
  public GateSpec soft() {
    return new GateSpec(
        kind, stages, after, tap, calibration, penalty, kernel, bias, GateMix.SOFT, memory);
  }

  /** The same gate at another tap, calibrated otherwise. */
  public GateSpec looking(GateTap at, GateCalibration calibrated) {
    return new GateSpec(kind, stages, after, at, calibrated, penalty, kernel, bias, mix, memory);
  }

  /** Whether there is a gate at all. */
  public boolean exists() {
    return kind != GateKind.NONE;
  }

  /** Whether a gate sits on this stage, from 1. */
  public boolean onStage(int stage) {
    return kind.onStages() && stages.contains(stage);
  }

  /** How many units of a stage with a gate on it, from 1, come before the gate. */
  public int after(int stage) {
    return after.get(stages.indexOf(stage));
  }

  /** Whether gates sit in the units of this stage, from 1. */
  public boolean inUnitsOf(int stage) {
    return kind.inUnits() && stages.contains(stage);
  }

  /** Whether training images own channels in the units of this stage, from 1. */
  public boolean onChannelsOf(int stage) {
    return kind.onChannels() && stages.contains(stage);
  }

  /**
   * Whether the one gate sits after the first unit of stage 3, where its parts have the published
   * short names ({@code o1}, {@code g_layer}); elsewhere they name the stage.
   */
  public boolean hasPublishedPlace() {
    return kind.onStages() && stages.equals(List.of(PUBLISHED_STAGE)) && after.equals(List.of(1));
  }

  /** How many numbers a gate on a stage sees of an image. */
  public int features(StageGate.Place place) {
    return kind.view().features(place.channels());
  }

  /** How many numbers a gate on a stage makes of them. */
  public int outputs(StageGate.Place place) {
    return kind.outputs(place.classes());
  }

  /** How many channels the convolution of a gate in a unit has: two for each choice. */
  public int outputs(UnitGate.Place place) {
    int decisions = kernel.channels(place.out());
    return penalty == GatePenalty.CROSS_ENTROPY ? 2 * decisions : decisions;
  }

  /** A gate of this kind for a stage. */
  public StageGate onStage(StageGate.Place place) {
    return kind.onStage(this, place);
  }

  /** A gate of this kind for a unit. */
  public UnitGate inUnit(UnitGate.Place place) {
    return kind.inUnit(this, place);
  }
}
