package dev.softgate.gate;

import dev.softgate.BadInputException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gates on stages, with one weight per image; see {@link GateKind}.
 *
 * @param stages the gated stages, from 1, ascending
 * @param after how many units come before the gate, one number per stage; given as such, as one
 *     number for all stages, or empty for 1
 * @param calibration how entropy becomes g; used by the members that compute an entropy
 */
public record StageGateSpec(
    GateKind kind,
    List<Integer> stages,
    List<Integer> after,
    GateTap tap,
    GateCalibration calibration,
    GatePenalty penalty,
    GateMix mix)
    implements GateSpec {

  private static final int LEAST_UNITS = 2; // one before the gate and one that it weighs

  /** Throws BadInputException if the parts do not go together. */
  public StageGateSpec {
    List<Integer> given = stages;
    List<Integer> units = each(after, stages.size());
    stages = GateFamily.ascending(stages);
    after = stages.stream().map(stage -> units.get(given.indexOf(stage))).toList();
    mix.require(GateFamily.STAGE, tap);
    kind.require(GateFamily.STAGE, penalty);
  }

  private static List<Integer> each(List<Integer> after, int stages) {
    if (after.stream().anyMatch(units -> units < 1)) {
      throw new BadInputException(
          "{gate-after}: a gate comes after 1 unit or more, found " + after);
    }
    if (after.size() <= 1) {
      return Collections.nCopies(stages, after.isEmpty() ? 1 : after.get(0));
    }
    if (after.size() != stages) {
      throw new BadInputException(
          "{gate-after}: give one number, or one for each of the %d stages of {gate-at}, found %d"
              .formatted(stages, after.size()));
    }
    return List.copyOf(after);
  }

  /** Soft gates without penalty after the first unit of each stage, looking at its entry. */
  public static StageGateSpec of(GateKind kind, List<Integer> stages) {
    return new StageGateSpec(
        kind,
        stages,
        List.of(),
        GateTap.ENTRY,
        GateCalibration.NORMALISED,
        GatePenalty.NONE,
        GateMix.SOFT);
  }

  /** The proposed gate, on stage 3 alone. */
  public static StageGateSpec classifier(GateTap tap, GateCalibration calibration) {
    return of(GateKind.CLASSIFIER, List.of(GateFamily.PUBLISHED_STAGE)).looking(tap, calibration);
  }

  public StageGateSpec looking(GateTap at, GateCalibration calibrated) {
    return new StageGateSpec(kind, stages, after, at, calibrated, penalty, mix);
  }

  public StageGateSpec with(GatePenalty other) {
    return new StageGateSpec(kind, stages, after, tap, calibration, other, mix);
  }

  /** The same gates after other numbers of units, see {@link #after}. */
  public StageGateSpec after(List<Integer> units) {
    return new StageGateSpec(kind, stages, units, tap, calibration, penalty, mix);
  }

  @Override
  public boolean hasPublishedPlace() {
    return stages.equals(List.of(GateFamily.PUBLISHED_STAGE)) && after.equals(List.of(1));
  }

  /** How many numbers a gate sees of an image. */
  int features(StageGate.Place place) {
    return kind.view().features(place.channels());
  }

  /** How many numbers a gate computes from them. */
  int outputs(StageGate.Place place) {
    return kind.outputs(place.classes());
  }

  /** Checks also that each gate has units to weigh, and that the calibration knows the classes. */
  @Override
  public void requireFits(Host network) {
    GateSpec.super.requireFits(network);
    for (int stage : stages) {
      int units = network.units().get(stage - 1);
      int before = unitsBefore(stage, units);
      if (before >= units) {
        throw new BadInputException(
            "{gate-after} %d: stage %d has %d units, so that nothing would be left for the gate; give %d or less"
                .formatted(before, stage, units, units - 1));
      }
    }
    calibration.requireClasses(network.classes());
  }

  @Override
  public int leastUnits() {
    return LEAST_UNITS;
  }

  @Override
  public int unitsBefore(int stage, int units) {
    int at = stages.indexOf(stage);
    return at < 0 ? units : after.get(at);
  }

  @Override
  public int gates(int stage, int units) {
    return stages.contains(stage) ? 1 : 0;
  }

  @Override
  public @Nullable StageGate stageGate(StageGate.Place place) {
    return stages.contains(place.stage()) ? kind.onStage(this, place) : null;
  }

  @Override
  public Size sizeOnStage(StageGate.Place place) {
    if (!stages.contains(place.stage())) {
      return Size.NONE;
    }
    long hidden = place.hidden();
    long weights = hidden * (features(place) + outputs(place));
    return new Size(weights + hidden + outputs(place), weights);
  }

  @Override
  public boolean decides() {
    return mix == GateMix.HARD;
  }

  @Override
  public MixRule whole() {
    return decides() ? MixRule.ALL_LAYERS : MixRule.SOFT;
  }

  @Override
  public GateSpec soft() {
    return new StageGateSpec(kind, stages, after, tap, calibration, penalty, GateMix.SOFT);
  }

  @Override
  public double greatestWeight(int classes) {
    return calibration.greatest(classes);
  }

  @Override
  public @Nullable String reasonNotToSkip() {
    return tap == GateTap.EXIT
        ? "its gate reads the exit of the additional layers, after they have been computed"
        : null;
  }
}
