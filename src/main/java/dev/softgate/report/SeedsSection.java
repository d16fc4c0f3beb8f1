package dev.softgate.report;

import dev.softgate.config.Affects;
import dev.softgate.config.ConfigKey;
import dev.softgate.config.Settings;
import dev.softgate.run.Summary;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.StudentT;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs that differ only in their seed: means with intervals, and paired differences. */
final class SeedsSection {

  private static final int LETTERS = 26;

  /** The number of hexadecimal digits shown of a hash. */
  private static final int SHOWN = 12;

  private final List<Group> groups = new ArrayList<>();
  private final List<String> repeated = new ArrayList<>();

  /** Runs of one configuration, by seed. */
  private record Group(String name, String own, Map<String, ReportedRun> runs) {}

  private SeedsSection(List<ReportedRun> runs) {
    Map<Map<String, String>, Map<String, ReportedRun>> byOptions = new LinkedHashMap<>();
    for (ReportedRun run : runs) {
      if (run.summary() != null && run.summary().status() == Summary.Status.FINISHED) {
        String seed = String.valueOf(run.config().texts().get("seed"));
        ReportedRun before =
            byOptions
                .computeIfAbsent(experiment(run), key -> new TreeMap<>())
                .putIfAbsent(seed, run);
        if (before != null) {
          repeated.add(run.name() + " (as " + before.name() + ")");
        }
      }
    }
    byOptions.forEach(
        (options, seeds) -> {
          if (seeds.size() > 1) {
            groups.add(new Group(letter(groups.size()), own(options, byOptions.keySet()), seeds));
          }
        });
  }

  /** A to Z, then A1 and so on. */
  private static String letter(int group) {
    return (char) ('A' + group % LETTERS) + (group < LETTERS ? "" : "" + group / LETTERS);
  }

  /** Whether a setting distinguishes groups. The engine does, so that engines can be compared. */
  private static boolean isOfExperiment(ConfigKey key) {
    return (key.affects(Affects.RESULT) && !key.name().equals("seed"))
        || key.name().equals("engine");
  }

  /** The options that determine the result, without seed and the runs that it started from. */
  private static Map<String, String> experiment(ReportedRun run) {
    Map<String, String> options = new TreeMap<>(run.config().texts());
    options.keySet().removeIf(key -> !isOfExperiment(Settings.of(key)));
    options.keySet().removeAll(List.of("image-size", "resize")); // the images' hash covers these
    options.computeIfPresent("init", (key, text) -> text.replaceFirst(":.*", ""));
    options.computeIfPresent("distill", (key, text) -> text.equals("none") ? text : "another run");
    Summary.Provenance files = Objects.requireNonNull(run.summary()).provenance();
    if (!"synthetic".equals(options.get("dataset"))) { // the seed also draws the synthetic images
      options.put("data_sha256", shortened(files.dataSha256()));
    }
    options.put("labels_sha256", shortened(files.labelsSha256()));
    options.put("scores_sha256", shortened(files.scoresSha256()));
    return options;
  }

  private static String shortened(@Nullable String hash) {
    String whole = String.valueOf(hash);
    return whole.substring(0, Math.min(SHOWN, whole.length()));
  }

  static Section of(List<ReportedRun> runs) {
    SeedsSection section = new SeedsSection(runs);
    List<SectionElement> blocks = new ArrayList<>();
    if (!section.groups.isEmpty()) {
      blocks.add(
          new SectionElement.Note(
              String.format(
                  "Finished runs that differ only in their seed and in the run that each was"
                      + " initialized from or distilled from. In parentheses, the %.0f%%"
                      + " interval of the mean over seeds, Student's t.%s",
                  100 * Estimate.CONFIDENCE,
                  section.repeated.isEmpty()
                      ? ""
                      : " Left out because their seed is repeated: "
                          + String.join(", ", section.repeated)
                          + ".")));
      blocks.add(section.legend());
      blocks.add(section.means());
      SectionElement differences = section.differences();
      if (differences != null) {
        blocks.add(new SectionElement.Note("Paired differences between runs with the same seed:"));
        blocks.add(differences);
      }
    }
    return new Section("seeds", "Over seeds", blocks);
  }

  /** What distinguishes a group: its values of the options that differ. */
  private static String own(Map<String, String> options, Set<Map<String, String>> all) {
    List<String> own = new ArrayList<>();
    Set<String> keys = new TreeSet<>();
    all.forEach(other -> keys.addAll(other.keySet()));
    for (String key : keys) {
      if (all.stream().map(other -> Objects.toString(other.get(key))).distinct().count() > 1) {
        own.add(key + " " + options.getOrDefault(key, Figures.NONE));
      }
    }
    return own.isEmpty() ? Figures.NONE : String.join(", ", own);
  }

  private SectionElement legend() {
    return new SectionElement.Table(
        List.of("group", "seeds", "runs", "options that differ"),
        groups.stream()
            .map(
                group ->
                    SectionElement.Row.of(
                        group.name,
                        String.join(", ", group.runs.keySet()),
                        group.runs.values().stream()
                            .map(ReportedRun::name)
                            .collect(Collectors.joining(", ")),
                        group.own))
            .toList(),
        false);
  }

  private SectionElement means() {
    List<String> header = new ArrayList<>(List.of(""));
    groups.forEach(group -> header.add(group.name));
    List<SectionElement.Row> rows = new ArrayList<>();
    for (String measure : measures()) {
      List<String> cells = new ArrayList<>(List.of(measure));
      for (Group group : groups) {
        double[] values = values(group.runs, List.copyOf(group.runs.keySet()), measure);
        cells.add(
            values.length < group.runs.size()
                ? Figures.NONE
                : Figures.interval(StudentT.mean(values)));
      }
      rows.add(new SectionElement.Row(cells, false));
    }
    return new SectionElement.Table(header, rows, true);
  }

  private @Nullable SectionElement differences() {
    List<SectionElement.Row> rows = new ArrayList<>();
    for (int first = 0; first < groups.size(); first++) {
      for (int second = first + 1; second < groups.size(); second++) {
        Map<String, ReportedRun> ones = groups.get(first).runs;
        Map<String, ReportedRun> others = groups.get(second).runs;
        List<String> seeds = ones.keySet().stream().filter(others::containsKey).toList();
        if (seeds.size() < 2) {
          continue;
        }
        String pair = groups.get(first).name + " − " + groups.get(second).name;
        for (String measure : measures()) {
          double[] a = values(ones, seeds, measure);
          double[] b = values(others, seeds, measure);
          if (a.length == seeds.size() && b.length == seeds.size()) {
            rows.add(
                SectionElement.Row.of(
                    pair,
                    measure,
                    Figures.interval(StudentT.pairedDifference(a, b)),
                    Figures.whole(a.length)));
          }
        }
      }
    }
    return rows.isEmpty()
        ? null
        : new SectionElement.Table(
            List.of("groups", "measure", "difference", "seeds"), rows, false);
  }

  private static double[] values(
      Map<String, ReportedRun> runs, List<String> seeds, String measure) {
    return seeds.stream()
        .map(runs::get)
        .filter(Objects::nonNull)
        .map(run -> values(run).get(measure))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** The measures of any run in a group, accuracies first. */
  private List<String> measures() {
    return groups.stream()
        .flatMap(group -> group.runs.values().stream())
        .flatMap(run -> values(run).keySet().stream())
        .distinct()
        .toList();
  }

  private static Map<String, Double> values(ReportedRun run) {
    Map<String, Double> values = new LinkedHashMap<>();
    if (run.summary() != null) {
      Summary.Results results = run.summary().results();
      put(values, "test accuracy", results.testAccuracy());
      put(values, "val accuracy", results.valAccuracy());
      put(values, "best test accuracy", results.bestTestAccuracy());
    }
    if (run.labels() != null) {
      run.labels().auroc().forEach((score, auroc) -> values.put("AUROC of " + score, auroc));
    }
    return values;
  }

  private static void put(Map<String, Double> values, String name, @Nullable Double value) {
    if (value != null) {
      values.put(name, value);
    }
  }
}
