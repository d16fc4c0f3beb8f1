package dev.softgate.report;

import dev.softgate.study.LabelSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The classes whose labels seem wrong, and the suggested classes, from {@code scores.csv}. */
final class LabelsSection {

  private static final int CLASSES = 30;
  private static final int OTHERS = 3;

  private LabelsSection() {}

  static Section of(List<ReportedRun> runs) {
    List<SectionElement> blocks = Section.byRun(runs, LabelsSection::of);
    if (!blocks.isEmpty()) {
      blocks.add(
          new SectionElement.Note(
              "Flagged by confident learning. The estimated share may differ from the number of"
                  + " flagged images."));
    }
    return new Section("labels", "Suspicious labels", blocks);
  }

  private static List<SectionElement> of(ReportedRun run) {
    LabelTable table = run.scores();
    if (table == null) {
      return List.of();
    }
    Map<String, List<Integer>> byClass =
        IntStream.range(0, table.ids().length)
            .boxed()
            .collect(
                Collectors.groupingBy(
                    row -> table.given().get(row), TreeMap::new, Collectors.toList()));
    List<SectionElement.Row> rows =
        byClass.entrySet().stream()
            .map(each -> row(table, run.labels(), each.getKey(), each.getValue()))
            .sorted(Comparator.comparingInt((Counted row) -> -row.flagged()))
            .limit(CLASSES)
            .map(Counted::row)
            .toList();
    SectionElement classes =
        new SectionElement.Table(
            List.of("given label", "images", "flagged", "estimate", "seem to be"), rows, true);
    List<SectionElement> blocks = new ArrayList<>();
    if (run.labels() != null && run.labels().tooWeak() != null) {
      blocks.add(
          new SectionElement.Note(
              "No label is flagged, and the number of wrong labels is not estimated: "
                  + run.labels().tooWeak()
                  + "."));
    }
    if (byClass.size() > CLASSES) {
      blocks.add(
          new SectionElement.Note(
              String.format(
                  Locale.ROOT,
                  "Shown are the %d of %,d classes with the most flagged images.",
                  CLASSES,
                  byClass.size())));
    }
    blocks.add(classes);
    return blocks;
  }

  private record Counted(int flagged, SectionElement.Row row) {}

  private static Counted row(
      LabelTable table, @Nullable LabelSummary labels, String name, List<Integer> rows) {
    List<Integer> flagged = rows.stream().filter(row -> !table.flags().get(row).isBlank()).toList();
    Map<String, Long> suggested =
        flagged.stream()
            .collect(
                Collectors.groupingBy(
                    row -> table.suggested().get(row), TreeMap::new, Collectors.counting()));
    String others =
        suggested.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(OTHERS)
            .map(each -> String.format(Locale.ROOT, "%s %,d", each.getKey(), each.getValue()))
            .collect(Collectors.joining(", "));
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(Figures.whole(rows.size()));
    cells.add(Figures.whole(flagged.size()));
    cells.add(Figures.percent(labels == null ? null : labels.noiseByClass().get(name)));
    cells.add(others);
    return new Counted(flagged.size(), new SectionElement.Row(cells, false));
  }
}
