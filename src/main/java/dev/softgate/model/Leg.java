package dev.softgate.model;

import dev.softgate.torch.BatchNorm2d;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a backbone from the images, or the mix of the leg before, to two taps.
 *
 * @param index from 0
 * @param stage the stage at whose end it ends, from 1
 * @param stem null in all legs but the first
 * @param shared units up to o1; all units where no gate weighs this leg's end
 * @param additional units after o1, up to o2: what the gate may leave out
 * @param lastNorm batch norm, followed by ReLU, at the end of a pre-activation network; else null
 */
public record Leg(
    int index,
    int stage,
    @Nullable Stem stem,
    List<Unit> shared,
    List<Unit> additional,
    @Nullable BatchNorm2d lastNorm) {

  public Leg {
    shared = List.copyOf(shared);
    additional = List.copyOf(additional);
  }

  /** Its frozen layers, from its start on, as a leg of their own; null if there are none. */
  public @Nullable Leg frozen() {
    List<Unit> frozen = shared.stream().takeWhile(Unit::isFrozen).toList();
    boolean startsFrozen = stem == null ? !frozen.isEmpty() : stem.conv().isFrozen();
    if (!startsFrozen) {
      return null;
    }
    return moving() == null ? this : new Leg(index, stage, stem, frozen, List.of(), null);
  }

  /** The layers behind the frozen ones, as a leg of their own; null if all are frozen. */
  public @Nullable Leg moving() {
    boolean stemMoves = stem != null && !stem.conv().isFrozen();
    List<Unit> moving = shared.stream().dropWhile(Unit::isFrozen).toList();
    if (!stemMoves && moving.isEmpty()) {
      return null; // a stage is frozen as a whole, so the additional units are too
    }
    return new Leg(index, stage, stemMoves ? stem : null, moving, additional, lastNorm);
  }

  public List<Unit> units() {
    return Stream.concat(shared.stream(), additional.stream()).toList();
  }
}
