package dev.softgate.model;

import dev.softgate.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The layers that a training leaves as they are: the stem and the first stages. Their norms are in
 * evaluation mode, and no gradient goes into them. Gates on frozen stages still learn.
 *
 * @param stages how many stages are frozen after the stem; −1 for nothing, not even the stem
 */
public record Freezing(int stages) {

  public static final Freezing NONE = new Freezing(-1);

  private static final String STEM = "stem";
  private static final String STAGE = "stage";

  /**
   * Reads {@code stem}, {@code stage1}, {@code stage2} …: the last frozen part; null for none.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Freezing parse(@Nullable String last) {
    if (last == null) {
      return NONE;
    }
    if (last.equals(STEM)) {
      return new Freezing(0);
    }
    if (!last.matches(STAGE + "[1-9]")) {
      throw new IllegalArgumentException("neither stem nor a stage: " + last);
    }
    return new Freezing(Integer.parseInt(last.substring(STAGE.length())));
  }

  /** Whether anything is frozen. */
  public boolean exists() {
    return stages >= 0;
  }

  /**
   * Whether a parameter or module of a network has a frozen name; modules' names end in a dot.
   *
   * @throws BadInputException if the network lacks the stage
   */
  public Predicate<String> names(ModelSpec spec) {
    if (!exists()) {
      return name -> false;
    }
    requireStages(spec);
    List<String> prefixes = new ArrayList<>(List.of("conv1.", "bn1."));
    for (int stage = 1; stage <= stages; stage++) {
      for (int i = 0; i < spec.units(stage); i++) {
        prefixes.add(spec.unitName(stage, i) + ".");
      }
    }
    return name -> prefixes.stream().anyMatch(name::startsWith);
  }

  /**
   * Refuses a network that cannot be trained so.
   *
   * @throws BadInputException if it lacks the stage, or has gates that cannot learn
   */
  void requireFits(ModelSpec spec) {
    requireStages(spec);
    if (exists() && spec.gate().ownsChannels()) {
      throw refused("the channels that images own ({gate} memory) are in all units and must learn");
    }
    for (int stage = 1; stage <= stages; stage++) {
      if (spec.gate().gates(stage, spec.units(stage)) == 0 || spec.gate().trainsItself()) {
        continue;
      }
      if (spec.gatedInUnits()) {
        throw refused("the gates in the units of stage %d would not learn".formatted(stage));
      }
      if (stage < stages) { // its gradient would have to pass frozen layers
        throw refused(
            "the gate on stage %d learns through stage %d; freeze up to stage %1$d at most"
                .formatted(stage, stage + 1));
      }
    }
  }

  private void requireStages(ModelSpec spec) {
    if (stages > spec.stages()) {
      throw refused("this network has %d stages".formatted(spec.stages()));
    }
  }

  private BadInputException refused(String reason) {
    return new BadInputException("{freeze-until} %s: %s".formatted(this, reason));
  }

  /** What is frozen, for the log: the stem and stages 1 to 2, 12,345 of 67,890 parameters. */
  public String describe(ResNet network) {
    Predicate<String> frozen = names(network.spec());
    long[] counts = new long[2];
    network
        .parameters()
        .forEach(
            (name, parameter) -> {
              counts[0] += frozen.test(name) ? parameter.value().elements() : 0;
              counts[1] += parameter.value().elements();
            });
    String parts =
        IntStream.rangeClosed(1, stages)
            .mapToObj(stage -> ", " + STAGE + " " + stage)
            .reduce("the stem", String::concat);
    return String.format(
        Locale.ROOT, "frozen: %s; %,d of %,d parameters", parts, counts[0], counts[1]);
  }

  @Override
  public String toString() {
    return !exists() ? "none" : stages == 0 ? STEM : STAGE + stages;
  }
}
