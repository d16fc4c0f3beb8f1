package dev.softgate.report;

import dev.softgate.SoftgateVersion;
import dev.softgate.chart.ChartStyle;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.SampleMean;
import dev.softgate.sweep.RunState;
import dev.softgate.sweep.SweepMeasure;
import dev.softgate.sweep.SweepResults;
import dev.softgate.sweep.SweepTables;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One self-contained page about a sweep: means over seeds, paired differences, and its runs. */
public final class SweepPage {

  private final SweepResults results;

  private SweepPage(SweepResults results) {
    this.results = results;
  }

  /** Writes the page atomically. */
  public static void write(Path file, SweepResults results) {
    StringOutput html = new StringOutput();
    TemplateEngine.createPrecompiled(ContentType.Html)
        .render(
            "page.jte",
            Map.of("page", new SweepPage(results).page(), "style", ChartStyle.css()),
            html);
    AtomicFiles.writeString(file, html.toString());
  }

  private Page page() {
    List<Section> sections = new ArrayList<>(List.of(combinations(), means()));
    SectionElement.Table differences = differences();
    if (!differences.rows().isEmpty()) {
      sections.add(
          Section.of(
              "differences",
              "Differences",
              new SectionElement.Note(
                  "Difference from %s between runs of the same seed, with the %.0f%% interval of"
                          .formatted(
                              results.combinations().get(0).combination(),
                              100 * Estimate.CONFIDENCE)
                      + " its mean, Student's t."),
              differences));
    }
    sections.add(Section.of("runs", "Runs", runs()));
    long finished = results.runs().stream().filter(run -> run.state() == RunState.FINISHED).count();
    return new Page(
        "Sweep " + results.sweep(),
        List.of(
            new Page.Subject(
                0,
                results.sweep(),
                "%,d combinations, %,d runs"
                    .formatted(results.combinations().size(), results.runs().size()),
                "%,d finished".formatted(finished))),
        sections,
        "softgate " + SoftgateVersion.current());
  }

  private Section combinations() {
    List<SectionElement> blocks = new ArrayList<>();
    blocks.add(
        new SectionElement.Note(
            "Accuracies in percent: mean ± standard deviation over seeds. Difference: in test"
                + " accuracy from the first combination, over runs of the same seed, with its"
                + " interval."));
    results.remarks().forEach(remark -> blocks.add(new SectionElement.Note(remark)));
    blocks.add(
        new SectionElement.Table(
            SweepTables.header(results),
            results.combinations().stream()
                .map(row -> new SectionElement.Row(SweepTables.cells(row, results), false))
                .toList(),
            true));
    return new Section("combinations", "Combinations", blocks);
  }

  private Section means() {
    List<SweepMeasure> measures =
        Arrays.stream(SweepMeasure.values())
            .filter(
                measure ->
                    results.combinations().stream()
                        .anyMatch(row -> row.of(measure).over().count() > 0))
            .toList();
    List<String> header = new ArrayList<>(List.of("combination"));
    measures.forEach(measure -> header.add(measure.title()));
    return Section.of(
        "means",
        "All measures",
        new SectionElement.Note("Fractions: mean ± standard deviation over seeds."),
        new SectionElement.Table(
            header,
            results.combinations().stream()
                .map(
                    row -> {
                      List<String> cells = new ArrayList<>(List.of(row.combination()));
                      measures.forEach(measure -> cells.add(mean(row.of(measure).over())));
                      return new SectionElement.Row(cells, false);
                    })
                .toList(),
            true));
  }

  private static String mean(SampleMean over) {
    return Figures.decimals(over.mean(), 4)
        + (over.deviation() == null ? "" : " ± " + Figures.decimals(over.deviation(), 4));
  }

  private SectionElement.Table differences() {
    List<SectionElement.Row> rows = new ArrayList<>();
    for (SweepResults.Row row : results.combinations()) {
      for (SweepResults.Measured measured : row.measured()) {
        Estimate difference = measured.difference();
        if (difference != null) {
          rows.add(
              SectionElement.Row.of(
                  row.combination(),
                  measured.measure().title(),
                  Figures.interval(difference),
                  Figures.whole(measured.pairs())));
        }
      }
    }
    return new SectionElement.Table(
        List.of("combination", "measure", "difference", "seeds"), rows, false);
  }

  private SectionElement.Table runs() {
    return new SectionElement.Table(
        List.of("run", "state", "test accuracy", "validation accuracy", "epochs", "weights"),
        results.runs().stream().map(SweepPage::row).toList(),
        false);
  }

  private static SectionElement.Row row(SweepResults.Run run) {
    boolean finished = run.state() == RunState.FINISHED;
    return new SectionElement.Row(
        List.of(
            run.name(),
            finished ? run.state().text() : SweepTables.standing(run),
            Figures.percent(run.of(SweepMeasure.TEST_ACCURACY)),
            Figures.percent(run.of(SweepMeasure.VAL_ACCURACY)),
            Figures.whole(run.epochs()),
            weights(run)),
        !finished);
  }

  private static String weights(SweepResults.Run run) {
    @Nullable String hash =
        run.measured() == null ? null : run.measured().provenance().weightsSha256();
    return hash == null ? Figures.NONE : hash.substring(0, 12);
  }
}
