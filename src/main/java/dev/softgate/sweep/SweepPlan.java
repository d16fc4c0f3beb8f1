package dev.softgate.sweep;

import dev.softgate.BadInputException;
import dev.softgate.config.EffectlessSettings;
import dev.softgate.config.Presets;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Datasets;
import dev.softgate.run.AbsolutePaths;
import dev.softgate.run.InputPaths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All runs of a sweep, each with a valid configuration.
 *
 * @param name the name of the sweep's folder
 * @param text the file that describes it
 * @param scale the fraction of the epochs and images
 * @param combinations the first is what the others are compared with
 * @param runs all combinations of the first seed, then of the second, and so on
 * @param notes what the user should know about settings, a line each
 */
public record SweepPlan(
    String name,
    String text,
    double scale,
    List<Combination> combinations,
    List<SweepRun> runs,
    List<String> notes) {

  /** Where the number of classes is not known, and no setting depends on it. */
  private static final int USUAL_CLASSES = 10;

  /** Copies the lists. */
  public SweepPlan {
    combinations = List.copyOf(combinations);
    runs = List.copyOf(runs);
    notes = List.copyOf(notes);
  }

  /**
   * Plans a sweep.
   *
   * @throws BadInputException if the file or a run's configuration is invalid; the message names
   *     the file, the entry and the key
   */
  public static SweepPlan of(SweepRequest request) {
    SweepFile file = request.read();
    SweepScale scale = new SweepScale(request.scale());
    List<Combination> combinations = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (SweepFile.Entry entry : file.entries()) {
      try {
        Combination combination = combination(file, entry, request.overrides());
        check(combination.config());
        combinations.add(combination);
        EffectlessSettings.notes(combination.settings().keySet(), combination.config()).stream()
            .map(note -> combination.label() + ": " + BadInputException.plain(note))
            .forEach(notes::add);
      } catch (BadInputException e) {
        throw new BadInputException("%s: %s", entry.place(), BadInputException.plain(e.marked()));
      }
    }
    String name = request.name() != null ? request.name() : folderName(file.name(), scale);
    requireFolderName(name, request);
    long all = combinations.stream().mapToLong(one -> one.seeds().size()).sum();
    if (all > SweepFile.MOST_RUNS) {
      throw new BadInputException(
          "%s: %,d runs, of combinations times seeds; a sweep has at most %,d",
          file.name(), all, SweepFile.MOST_RUNS);
    }
    return new SweepPlan(
        name, file.text(), scale.factor(), combinations, runs(combinations, scale, file), notes);
  }

  private static void requireFolderName(String name, SweepRequest request) {
    try {
      RunConfig.defaults().with(Map.of("name", name)); // rejects what cannot be a folder's
    } catch (BadInputException e) {
      throw request.name() != null
          ? e
          : new BadInputException(
              "the sweep's folder would be named after the file: %s; give another {name}",
              BadInputException.plain(e.marked()));
    }
  }

  private static String folderName(String name, SweepScale scale) {
    return name + (scale.isFull() ? "" : "-scale=" + scale.factor());
  }

  private static Combination combination(
      SweepFile file, SweepFile.Entry entry, Map<String, String> overrides) {
    String base = entry.base() != null ? entry.base() : file.base().base();
    Map<String, String> texts = new LinkedHashMap<>(file.base().settings());
    texts.putAll(entry.settings());
    texts.putAll(overrides);
    RunConfig config = base(base, file).with(texts);
    List<Long> seeds = entry.seeds() != null ? entry.seeds() : file.seeds();
    if (seeds == null) {
      seeds = List.of(config.optimization().seed());
    }
    return new Combination(
        Combination.label(entry.base(), entry.settings()), entry.settings(), config, seeds);
  }

  private static RunConfig base(@Nullable String base, SweepFile file) {
    if (base == null) {
      return RunConfig.defaults();
    }
    return base.matches(".*\\.ya?ml")
        ? RunConfig.read(file.folder().resolve(base))
        : Presets.base(base, "recipes");
  }

  /** What would make each run fail at its start. */
  private static void check(RunConfig config) {
    config.model().spec(classes(config.data().dataset()));
    InputPaths.require(AbsolutePaths.of(config));
  }

  private static int classes(String dataset) {
    return dataset.startsWith("cifar") ? Datasets.classNames(dataset).size() : USUAL_CLASSES;
  }

  private static List<SweepRun> runs(
      List<Combination> combinations, SweepScale scale, SweepFile file) {
    List<SweepRun> runs = new ArrayList<>();
    Map<String, String> known = new HashMap<>();
    int most = combinations.stream().mapToInt(one -> one.seeds().size()).max().orElseThrow();
    for (int i = 0; i < most; i++) {
      for (int j = 0; j < combinations.size(); j++) {
        Combination combination = combinations.get(j);
        if (i < combination.seeds().size()) {
          RunConfig seeded =
              combination.config().with(Map.of("seed", combination.seeds().get(i).toString()));
          SweepRun run = SweepRun.of(combination, scale.of(seeded));
          String place = file.entries().get(j).place();
          String before = known.putIfAbsent(run.fingerprint(), place);
          if (before != null) {
            throw new BadInputException(
                "%s: trains the same as %s with seed %s; leave one out",
                place, before, Long.toString(run.seed()));
          }
          runs.add(run);
        }
      }
    }
    return runs;
  }
}
