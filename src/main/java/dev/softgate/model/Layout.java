package dev.softgate.model;

import java.util.List;

/**
 * How a network's layers are laid out, as far as its {@link Architecture} and depth leave it open.
 *
 * @param units how many each stage has; empty for those of the architecture and depth
 * @param widths channels of each stage's units, outside and, but for {@code innerWidths}, inside;
 *     empty for those of the architecture
 * @param innerWidths channels inside each stage's units; empty where they follow from the widths:
 *     equal in basic blocks, a quarter in bottlenecks, half in wide ones
 * @param stemWidth channels of the stem; 0 for as many as inside the units of the first stage, half
 *     of these in a wide network
 */
public record Layout(
    StemKind stem,
    List<Integer> units,
    List<Integer> widths,
    List<Integer> innerWidths,
    int stemWidth) {

  public Layout {
    units = List.copyOf(units);
    widths = List.copyOf(widths);
    innerWidths = List.copyOf(innerWidths);
  }

  /** The architecture's own layout behind a stem. */
  public static Layout behind(StemKind stem) {
    return new Layout(stem, List.of(), List.of(), List.of(), 0);
  }

  /** The same with other channels; the stem has as many as are inside the first stage. */
  public Layout with(List<Integer> otherWidths, List<Integer> otherInnerWidths) {
    return new Layout(stem, units, otherWidths, otherInnerWidths, 0);
  }
}
