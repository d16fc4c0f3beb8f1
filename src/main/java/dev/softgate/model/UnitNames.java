package dev.softgate.model;

/**
 * The published names of a network's units.
 *
 * <p>A plain network numbers the units of each stage, {@code layer3.0 … layer3.(n−1)}. In a gated
 * stage the first unit is {@code o1}, the last {@code o2}, and those between are numbered from 0.
 */
final class UnitNames {

  private UnitNames() {}

  /**
   * The name of one unit.
   *
   * @param stage from 1
   * @param index of the unit in its stage, from 0
   * @param units in the stage
   * @param gated whether a gate sits on this stage
   */
  static String of(int stage, int index, int units, boolean gated) {
    if (!gated) {
      return "layer%d.%d".formatted(stage, index);
    }
    if (index == 0) {
      return "o1";
    }
    return index == units - 1 ? "o2" : "layer%d.%d".formatted(stage, index - 1);
  }
}
