package dev.softgate.gate;

import dev.softgate.BadInputException;
import java.util.List;
import java.util.stream.IntStream;

/** Where a gate sits. Each family has a {@link GateSpec} of its own. */
public enum GateFamily {
  NONE("-"),
  /** Between a stage's first unit and its last: {@link StageGateSpec}. */
  STAGE("on stages"),
  /** Between a unit's branch and its shortcut: {@link UnitGateSpec}. */
  UNIT("in units"),
  /** On a unit's output channels: {@link OwnedChannelsSpec}. */
  CHANNELS("on channels");

  /** Where the published models have their one gate on a stage. */
  static final int PUBLISHED_STAGE = 3;

  private final String sits;

  GateFamily(String sits) {
    this.sits = sits;
  }

  public String sits() {
    return sits;
  }

  /**
   * The stages, from 1, that have the gate by default.
   *
   * @param stages how many there are
   * @param deep those whose deeper layers are worth a gate
   */
  public List<Integer> defaultStages(int stages, List<Integer> deep) {
    return switch (this) {
      case NONE -> List.of();
      case STAGE -> deep;
      case UNIT -> IntStream.rangeClosed(1, stages).boxed().toList();
      case CHANNELS -> IntStream.rangeClosed(2, stages).boxed().toList();
    };
  }

  /** The stages in ascending order; throws BadInputException for none, or one twice. */
  static List<Integer> ascending(List<Integer> stages) {
    if (stages.stream().distinct().count() != stages.size()) {
      throw new BadInputException("{gate-at} names a stage twice");
    }
    if (stages.isEmpty()) {
      throw new BadInputException(
          "{gate-at} names no stage; for a network without a gate, use {gate} none");
    }
    return stages.stream().sorted().toList();
  }
}
