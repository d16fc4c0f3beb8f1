package dev.softgate.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.Choice;
import java.util.ArrayList;
import java.util.List;

/**
 * How the backbone's learning rate falls: by a factor at milestones, along a curve, or never.
 *
 * @param curve its curve; {@link Curve#STEPS} with milestones or without
 * @param milestones zero-based epochs, increasing; empty for a constant rate, and for other curves
 */
public record RateSchedule(Curve curve, List<Integer> milestones) {

  /** The curve of a learning rate. */
  public enum Curve implements Choice {
    /** By a factor at each milestone. */
    STEPS,
    /** Half a cosine, constant within an epoch. */
    COSINE,
    /** A line over the warm-up and a line after it, of another rate in each step. */
    LINEAR
  }

  /** Copies the milestones. */
  public RateSchedule {
    milestones = List.copyOf(milestones);
  }

  /** Lowered at these epochs. */
  public static RateSchedule at(Integer... milestones) {
    return new RateSchedule(Curve.STEPS, List.of(milestones));
  }

  /** Along a curve without milestones. */
  public static RateSchedule along(Curve curve) {
    return new RateSchedule(curve, List.of());
  }

  /** Whether the rate falls along a cosine. */
  public boolean isCosine() {
    return curve == Curve.COSINE;
  }

  /** Whether the rate rises and falls linearly, with every step. */
  public boolean isLinear() {
    return curve == Curve.LINEAR;
  }

  /** Whether the curve ends at {@code --lr-min}. */
  public boolean isCurved() {
    return curve != Curve.STEPS;
  }

  /** Whether a text names a curve without milestones. */
  static boolean isCurve(String text) {
    return text.equals(Curve.COSINE.text()) || text.equals(Curve.LINEAR.text());
  }

  /** Reads what {@link #json} writes; throws IllegalArgumentException for anything else. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static RateSchedule of(JsonNode node) {
    if (node.isTextual() && isCurve(node.textValue())) {
      return along(Choice.of(Curve.class, node.textValue()));
    }
    List<Integer> milestones = new ArrayList<>();
    for (JsonNode element : node) {
      if (!element.isIntegralNumber() || !element.canConvertToInt()) {
        throw new IllegalArgumentException("no epoch: " + element);
      }
      milestones.add(element.intValue());
    }
    if (!node.isArray()) {
      throw new IllegalArgumentException("no schedule: " + node);
    }
    return new RateSchedule(Curve.STEPS, milestones);
  }

  @JsonValue
  Object json() {
    return isCurved() ? curve.text() : milestones;
  }

  @Override
  public String toString() {
    return json().toString();
  }
}
