package dev.softgate.report;

import dev.softgate.run.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The results of the runs side by side, from {@code summary.json}. */
final class FiguresSection {

  private static final List<Figure> FIGURES =
      List.of(
          new Figure("test accuracy", "test_accuracy", Figures::percent),
          new Figure("validation accuracy", "val_accuracy", Figures::percent),
          new Figure("best validation accuracy", "best_val_accuracy", Figures::percent),
          new Figure("best epoch (from 1)", "best_epoch", FiguresSection::fromOne),
          new Figure("test accuracy after the best epoch", "best_test_accuracy", Figures::percent),
          new Figure("epochs", "epochs", Figures::whole),
          new Figure("mean g of the test images", "test_mean_gate", v -> Figures.decimals(v, 4)),
          new Figure("parameters", "parameters", Figures::whole),
          new Figure("multiply-accumulates per image", "macs", Figures::whole),
          new Figure("training throughput, images per second", "images_per_second", Figures::whole),
          new Figure("seconds per epoch", "epoch_seconds", v -> Figures.decimals(v, 1)),
          new Figure("peak memory, MB", "peak_rss_bytes", FiguresSection::megabytes));

  private FiguresSection() {}

  private record Figure(String name, String key, Function<@Nullable Object, String> format) {}

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
      known.forEach(run -> cells.add(figure.format.apply(values(run.summary()).get(figure.key))));
      if (cells.stream().anyMatch(cell -> !cell.equals(Figures.NONE))) {
        cells.add(0, figure.name);
        rows.add(new SectionElement.Row(cells, false));
      }
    }
    return Section.of("figures", "Figures", new SectionElement.Table(header, rows, true));
  }

  private static Map<String, Object> values(@Nullable Summary summary) {
    return summary == null ? Map.of() : summary.values();
  }

  private static String fromOne(@Nullable Object epoch) {
    return epoch instanceof Integer number ? Integer.toString(number + 1) : Figures.NONE;
  }

  private static String megabytes(@Nullable Object bytes) {
    return bytes instanceof Number number
        ? Figures.whole(number.doubleValue() / 1e6)
        : Figures.NONE;
  }
}
