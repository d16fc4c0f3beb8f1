package dev.softgate.model;

/**
 * The published names of a network's units.
 *
 * <p>A stage without a gate on it numbers its units, {@code layer3.0 … layer3.(n−1)}. In a gated
 * stage the first unit is {@code o1}, the last {@code o2}, and the units between are numbered from
 * 0. If another stage than the third is gated, or several are, the stage is part of the name:
 * {@code o21}, {@code o22}. A stage whose gate comes after more than the first unit was not
 * published; it numbers its units like a stage without a gate.
 */
final class UnitNames {

  private UnitNames() {}

  /** The name of one unit, by its index in its stage, from 0. */
  static String of(ModelSpec spec, int stage, int index) {
    if (spec.additionalUnits(stage) == 0 || spec.sharedUnits(stage) > 1) {
      return plain(stage, index);
    }
    String tap = spec.gate().hasPublishedPlace() ? "o" : "o" + stage;
    if (index == 0) {
      return tap + 1;
    }
    return index == spec.units(stage) - 1 ? tap + 2 : plain(stage, index - 1);
  }

  /** The name in a stage without a gate on it. */
  static String plain(int stage, int index) {
    return "layer" + stage + "." + index;
  }
}
