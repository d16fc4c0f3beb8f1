package dev.softgate.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.interop.ReportJson;
import dev.softgate.run.Summary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What is needed to reproduce the runs: configurations, commands, hashes, versions, machines. */
final class ProvenanceSection {

  /** Keys of {@code summary.json} that are shown elsewhere. */
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
    for (Map.Entry<String, JsonNode> entry : ReportJson.tree(summary).properties()) {
      if (!ELSEWHERE.contains(entry.getKey())) {
        texts.put(entry.getKey(), text(entry.getValue(), "; "));
      }
    }
    return texts;
  }

  /** A value of the summary; lists and objects with a separator between elements. */
  private static String text(JsonNode value, String separator) {
    if (value.isContainerNode() && !value.isEmpty()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(element -> text(element, " "))
          .collect(Collectors.joining(separator));
    }
    return value.isNull() || value.isContainerNode() ? Figures.NONE : value.asText();
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
