package dev.softgate.report;

import dev.softgate.run.Summary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything needed to reproduce the runs: configurations, commands, hashes, versions and machines.
 */
final class ProvenanceSection {

  /**
   * Keys of {@code summary.json} that are shown elsewhere: results, and parts of the configuration.
   */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "test_accuracy",
          "val_accuracy",
          "best_epoch",
          "best_val_accuracy",
          "best_test_accuracy",
          "test_mean_gate",
          "epochs",
          "images_per_second",
          "epoch_seconds",
          "parameters",
          "macs",
          "peak_rss_bytes",
          "dataset",
          "arch",
          "depth",
          "block",
          "gate",
          "seed");

  private ProvenanceSection() {}

  static List<Section> of(List<ReportedRun> runs) {
    Map<String, Map<String, String>> provenance = new LinkedHashMap<>();
    Map<String, Map<String, String>> configurations = new LinkedHashMap<>();
    for (ReportedRun run : runs) {
      configurations.put(run.name(), run.config().texts());
      Summary summary = run.summary();
      if (summary != null) {
        provenance.put(run.name(), provenance(run, summary));
      }
    }
    return List.of(
        Section.of(
            "provenance", "Provenance", provenance.isEmpty() ? null : table(provenance, false)),
        Section.of(
            "configuration",
            "Configuration",
            runs.size() > 1
                ? new SectionElement.Note("Options that differ are highlighted.")
                : null,
            table(configurations, true)));
  }

  private static Map<String, String> provenance(ReportedRun run, Summary summary) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("folder", run.folder().path().toString());
    summary
        .values()
        .forEach(
            (key, value) -> {
              if (!ELSEWHERE.contains(key)) {
                texts.put(key, text(value));
              }
            });
    return texts;
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Collection<?> sessions) {
      return sessions.isEmpty()
          ? Figures.NONE
          : sessions.stream()
              .map(session -> session instanceof Map<?, ?> map ? words(map) : session.toString())
              .collect(Collectors.joining("; "));
    }
    return Figures.text(value);
  }

  private static String words(Map<?, ?> map) {
    return map.values().stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** A table with a row per key and a column per run. */
  private static SectionElement.Table table(
      Map<String, Map<String, String>> runs, boolean markDifferent) {
    List<String> header = new ArrayList<>(List.of(""));
    header.addAll(runs.keySet());
    Set<String> keys = new LinkedHashSet<>();
    runs.values().forEach(texts -> keys.addAll(texts.keySet()));
    List<SectionElement.Row> rows = new ArrayList<>();
    for (String key : keys) {
      List<String> cells = new ArrayList<>();
      runs.values().forEach(texts -> cells.add(texts.getOrDefault(key, Figures.NONE)));
      boolean differs = markDifferent && new HashSet<>(cells).size() > 1;
      cells.add(0, key);
      rows.add(new SectionElement.Row(cells, differs));
    }
    return new SectionElement.Table(header, rows, false);
  }
}
