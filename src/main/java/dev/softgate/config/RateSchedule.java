package dev.softgate.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * How the backbone's learning rate falls: by a factor at milestones, along a cosine, or never.
 *
 * @param isCosine whether it falls along a cosine; there are no milestones then
 * @param milestones zero-based epochs, increasing; empty for a constant rate
 */
public record RateSchedule(boolean isCosine, List<Integer> milestones) {

  /** How the cosine is spelled, in files and on the command line. */
  static final String COSINE = "cosine";

  /** Copies the milestones. */
  public RateSchedule {
    milestones = List.copyOf(milestones);
  }

  /** Lowered at these epochs. */
  public static RateSchedule at(Integer... milestones) {
    return new RateSchedule(false, List.of(milestones));
  }

  /** Along a cosine. */
  public static RateSchedule cosine() {
    return new RateSchedule(true, List.of());
  }

  /** Reads what {@link #json} writes; throws IllegalArgumentException for anything else. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static RateSchedule of(JsonNode node) {
    if (node.isTextual() && node.textValue().equals(COSINE)) {
      return cosine();
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
    return new RateSchedule(false, milestones);
  }

  @JsonValue
  Object json() {
    return isCosine ? COSINE : milestones;
  }

  @Override
  public String toString() {
    return json().toString();
  }
}
