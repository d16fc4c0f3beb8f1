package dev.softgate.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A training with another number of epochs, in which everything happens at the same fraction. */
public final class EpochScale {

  private EpochScale() {}

  /**
   * The settings that change, as on the command line.
   *
   * @param epochs the new number of epochs, at least 1
   */
  public static Map<String, String> texts(RunConfig config, int epochs) {
    OptimizationConfig own = config.optimization();
    List<Integer> schedule = milestones(own.schedule().milestones(), own.epochs(), epochs);
    Map<String, String> values = texts(config, epochs, schedule);
    if (!schedule.isEmpty()) {
      double steps = (double) own.schedule().milestones().size() / schedule.size();
      values.put("lr-decay-gamma", Double.toString(Math.pow(own.lrDecayGamma(), steps)));
    }
    return values;
  }

  /** The same as earlier versions scaled: close milestones coincide, and the factor stays. */
  public static Map<String, String> nearestTexts(RunConfig config, int epochs) {
    OptimizationConfig own = config.optimization();
    return texts(config, epochs, nearest(own.schedule().milestones(), own.epochs(), epochs));
  }

  private static Map<String, String> texts(RunConfig config, int epochs, List<Integer> schedule) {
    OptimizationConfig own = config.optimization();
    double factor = (double) epochs / own.epochs();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("epochs", Integer.toString(epochs));
    values.put(
        "schedule",
        schedule.isEmpty()
            ? own.schedule().isCurved() ? own.schedule().curve().text() : "none"
            : schedule.stream().map(String::valueOf).collect(Collectors.joining(",")));
    double warmUp = own.warmUpEpochs() * factor;
    values.put(
        "warm-up-epochs",
        own.schedule().isLinear() ? Double.toString(warmUp) : Long.toString(Math.round(warmUp)));
    values.put(
        "memory-off-epochs",
        Long.toString(Math.min(Math.round(own.memoryOffEpochs() * factor), epochs - 1)));
    values.put(
        "anneal-epochs", Long.toString(Math.round(config.skipping().annealEpochs() * factor)));
    return values;
  }

  /**
   * Scales milestones to another number of epochs. Each moves to the nearest epoch, or by up to one
   * more if two would coincide. An epoch remains after the last milestone if there was one. If that
   * is impossible, fewer milestones represent all, and the rate drops more at each.
   *
   * @param milestones milestones within {@code epochs}
   * @param others the new number of epochs
   */
  public static List<Integer> milestones(List<Integer> milestones, int epochs, int others) {
    boolean ends = milestones.stream().allMatch(milestone -> milestone < epochs);
    int last = ends ? others - 1 : Integer.MAX_VALUE;
    List<Integer> scaled = new ArrayList<>();
    int next = last;
    for (int i = milestones.size() - 1; i >= 0; i--) {
      double exact = (double) milestones.get(i) * others / epochs;
      int place = (int) Math.min(Math.round(exact), next);
      if (place < 1 || exact - place > 1) {
        return nearest(milestones, epochs, others).stream().filter(near -> near <= last).toList();
      }
      scaled.add(0, place);
      next = place - 1;
    }
    return scaled;
  }

  /** Moves milestones to the nearest epochs, where close ones coincide. */
  private static List<Integer> nearest(List<Integer> milestones, int epochs, int others) {
    double factor = (double) others / epochs;
    return milestones.stream()
        .map(milestone -> (int) Math.max(1, Math.round(milestone * factor)))
        .distinct()
        .toList();
  }
}
