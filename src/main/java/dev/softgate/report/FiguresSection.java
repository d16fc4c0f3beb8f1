package dev.softgate.report;

import dev.softgate.run.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The results of the runs side by side, from {@code summary.json}. */
final class FiguresSection {

  private static final List<Figure> FIGURES =
      List.of(
          new Figure("test accuracy", s -> s.results().testAccuracy(), Figures::percent),
          new Figure("validation accuracy", s -> s.results().valAccuracy(), Figures::percent),
          new Figure(
              "best validation accuracy", s -> s.results().bestValAccuracy(), Figures::percent),
          new Figure("epoch of that, from 1", FiguresSection::bestEpochFromOne, Figures::whole),
          new Figure(
              "test accuracy after that epoch",
              s -> s.results().bestTestAccuracy(),
              Figures::percent),
          new Figure("epochs", s -> s.results().epochs(), Figures::whole),
          new Figure(
              "mean g of the test images",
              s -> s.results().testMeanGate(),
              v -> Figures.decimals(v, 4)),
          new Figure("parameters", s -> s.network().parameters(), Figures::whole),
          new Figure("multiply-accumulates of an image", s -> s.network().macs(), Figures::whole),
          new Figure(
              "training, images a second", s -> s.results().imagesPerSecond(), Figures::whole),
          new Figure(
              "an epoch, seconds", s -> s.results().epochSeconds(), v -> Figures.decimals(v, 1)),
          new Figure(
              "most memory, MB", s -> s.machine().peakRssBytes(), FiguresSection::megabytes));

  private FiguresSection() {}

  /** A row of the table: its name, the number in a summary, and how that is printed. */
  private record Figure(
      String name,
      Function<Summary, @Nullable Number> number,
      Function<@Nullable Number, String> format) {

    String text(Summary summary) {
      return format.apply(number.apply(summary));
    }
  }

  static Section of(List<ReportedRun> runs) {
    List<ReportedRun> known = runs.stream().filter(run -> run.summary() != null).toList();
    if (known.isEmpty()) {
      return Section.of("figures", "Figures");
    }
    List<String> header = new ArrayList<>(List.of(""));
    known.forEach(run -> header.add(run.name()));
    List<SectionElement.Row> rows = new ArrayList<>();
    for (Figure figure : FIGURES) {
      List<String> cells = new ArrayList<>();
      known.forEach(run -> cells.add(figure.text(Objects.requireNonNull(run.summary()))));
      if (cells.stream().anyMatch(cell -> !cell.equals(Figures.NONE))) {
        cells.add(0, figure.name);
        rows.add(new SectionElement.Row(cells, false));
      }
    }
    return Section.of("figures", "Figures", new SectionElement.Table(header, rows, true));
  }

  private static @Nullable Integer bestEpochFromOne(Summary summary) {
    Integer epoch = summary.results().bestEpoch();
    return epoch == null ? null : epoch + 1;
  }

  private static String megabytes(@Nullable Number bytes) {
    return bytes == null ? Figures.NONE : Figures.whole(bytes.doubleValue() / 1e6);
  }
}
