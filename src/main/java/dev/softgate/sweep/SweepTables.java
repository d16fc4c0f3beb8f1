package dev.softgate.sweep;

import dev.softgate.config.PublishedAccuracy;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import dev.softgate.run.Summary;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.SampleMean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Results of a sweep as tables: {@code sweep.csv}, a row a combination; {@code runs.csv}, a row a
 * run; {@code sweep.md} for readers. Times are left out, so that equal results are equal files.
 */
public final class SweepTables {

  private static final String NONE = "–";

  private SweepTables() {}

  /** Writes all three, each whole or not at all. */
  public static void write(SweepFolder folder, SweepResults results) {
    AtomicFiles.writeString(folder.table(), combinations(results));
    AtomicFiles.writeString(folder.runTable(), runs(results));
    AtomicFiles.writeString(folder.markdown(), markdown(results));
  }

  private static String combinations(SweepResults results) {
    List<String> header = new ArrayList<>(List.of("combination", "runs", "finished"));
    for (SweepMeasure measure : SweepMeasure.values()) {
      for (String part : List.of("mean", "deviation", "difference", "low", "high", "pairs")) {
        header.add(measure.key() + "_" + part);
      }
    }
    for (String part : List.of("mean", "deviation", "runs", "source")) {
      header.add("published_" + part);
    }
    StringBuilder text = new StringBuilder(String.join(",", header)).append('\n');
    for (SweepResults.Row row : results.combinations()) {
      List<String> cells = new ArrayList<>();
      cells.add(CsvTable.quoted(row.combination()));
      cells.add(Integer.toString(row.runs()));
      cells.add(Integer.toString(row.finished()));
      row.measured().forEach(measured -> cells.addAll(cells(measured)));
      PublishedAccuracy published = row.published();
      cells.add(cell(published == null ? null : published.mean()));
      cells.add(cell(published == null ? null : published.deviation()));
      cells.add(cell(published == null ? null : published.runs()));
      cells.add(published == null ? "" : published.source());
      text.append(String.join(",", cells)).append('\n');
    }
    return text.toString();
  }

  private static List<String> cells(SweepResults.Measured measured) {
    Estimate difference = measured.difference();
    return List.of(
        cell(measured.over().mean()),
        cell(measured.over().deviation()),
        cell(difference == null ? null : difference.value()),
        cell(difference == null ? null : difference.low()),
        cell(difference == null ? null : difference.high()),
        Integer.toString(measured.pairs()));
  }

  private static String runs(SweepResults results) {
    List<String> header = new ArrayList<>(List.of("run", "combination", "seed", "state", "epochs"));
    for (SweepMeasure measure : SweepMeasure.values()) {
      header.add(measure.key());
    }
    header.addAll(List.of("engine", "precision", "threads", "weights_sha256", "failure"));
    StringBuilder text = new StringBuilder(String.join(",", header)).append('\n');
    for (SweepResults.Run run : results.runs()) {
      List<String> cells = new ArrayList<>();
      cells.add(CsvTable.quoted(run.name()));
      cells.add(CsvTable.quoted(run.combination()));
      cells.add(Long.toString(run.seed()));
      cells.add(run.state().text());
      cells.add(Integer.toString(run.epochs()));
      for (SweepMeasure measure : SweepMeasure.values()) {
        cells.add(cell(run.of(measure)));
      }
      Summary summary = run.measured();
      cells.add(summary == null ? "" : summary.machine().engine());
      cells.add(summary == null ? "" : summary.machine().precision());
      cells.add(summary == null ? "" : Integer.toString(summary.machine().threads()));
      cells.add(summary == null ? "" : text(summary.provenance().weightsSha256()));
      cells.add(CsvTable.quoted(text(run.failure())));
      text.append(String.join(",", cells)).append('\n');
    }
    return text.toString();
  }

  private static String cell(@Nullable Number value) {
    return value == null ? "" : value.toString();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** A heading, the table of the combinations, the remarks and the runs that are not finished. */
  public static String markdown(SweepResults results) {
    StringBuilder text = new StringBuilder("# ").append(results.sweep()).append("\n\n");
    text.append("Mean ± standard deviation over seeds, in percent. Difference: from the first");
    text.append(" combination, over runs of the same seed, with its 95 % interval (Student's t).");
    text.append("\n\n").append(row(header(results)));
    text.append(row(header(results).stream().map(name -> "---").toList()));
    for (SweepResults.Row row : results.combinations()) {
      text.append(row(cells(row, results)));
    }
    text.append('\n');
    results.remarks().forEach(remark -> text.append(remark).append("\n\n"));
    for (SweepResults.Run run : results.runs()) {
      if (run.state() != RunState.FINISHED) {
        text.append("- ").append(run.name()).append(": ").append(standing(run)).append('\n');
      }
    }
    return text.toString().stripTrailing() + "\n";
  }

  /** The names of the columns for readers; the published figure only if there is one. */
  public static List<String> header(SweepResults results) {
    List<String> header =
        new ArrayList<>(List.of("combination", "seeds", "test", "difference", "validation"));
    if (hasPublished(results)) {
      header.add("published test");
    }
    return header;
  }

  /** A combination's row for readers. */
  public static List<String> cells(SweepResults.Row row, SweepResults results) {
    SweepResults.Measured test = row.of(SweepMeasure.TEST_ACCURACY);
    List<String> cells = new ArrayList<>();
    cells.add(row.combination());
    cells.add(
        row.finished() == row.runs()
            ? Integer.toString(row.runs())
            : row.finished() + " of " + row.runs());
    cells.add(percent(test.over()));
    cells.add(test.difference() == null ? NONE : percent(test.difference()));
    cells.add(percent(row.of(SweepMeasure.VAL_ACCURACY).over()));
    if (hasPublished(results)) {
      cells.add(published(row.published()));
    }
    return cells;
  }

  private static boolean hasPublished(SweepResults results) {
    return results.combinations().stream().anyMatch(row -> row.published() != null);
  }

  /** How a run that is not finished stands. */
  public static String standing(SweepResults.Run run) {
    String failure = run.failure();
    return run.state().text()
        + (failure != null ? ", " + failure : "")
        + (run.epochs() > 0 ? ", after " + run.epochs() + " epochs" : "");
  }

  /** {@code 93.62 ± 0.06}. */
  private static String percent(SampleMean over) {
    Double mean = over.mean();
    Double deviation = over.deviation();
    return mean == null
        ? NONE
        : String.format(Locale.ROOT, "%.2f", 100 * mean)
            + (deviation == null ? "" : String.format(Locale.ROOT, " ± %.2f", 100 * deviation));
  }

  private static String percent(Estimate difference) {
    return String.format(
        Locale.ROOT,
        "%+.2f (%+.2f to %+.2f)",
        hundredths(difference.value()),
        hundredths(difference.low()),
        hundredths(difference.high()));
  }

  /** In percent, rounded as shown; adding zero makes a negative zero a positive one. */
  private static double hundredths(double fraction) {
    return Math.rint(fraction * 10_000) / 100 + 0.0;
  }

  private static String published(@Nullable PublishedAccuracy figure) {
    return figure == null
        ? NONE
        : percent(new SampleMean(figure.mean(), figure.deviation(), figure.runs()))
            + String.format(
                Locale.ROOT,
                " (%d run%s, %s)",
                figure.runs(),
                figure.runs() == 1 ? "" : "s",
                figure.source());
  }

  private static String row(List<String> cells) {
    return cells.stream()
            .map(cell -> cell.replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |"))
        + "\n";
  }
}
