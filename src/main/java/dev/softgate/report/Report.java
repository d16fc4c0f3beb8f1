package dev.softgate.report;

import dev.softgate.BadInputException;
import dev.softgate.SoftgateVersion;
import dev.softgate.chart.ChartStyle;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.run.RunFolder;
import dev.softgate.run.Summary;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A self-contained HTML page about one or more runs. It needs no network and no script, can be
 * printed, and follows the reader's light or dark mode. A section appears if its files exist.
 */
public final class Report {

  private final List<ReportedRun> runs;
  private final RunImages images;

  private Report(List<ReportedRun> runs, RunImages images) {
    this.runs = runs;
    this.images = images;
  }

  /**
   * Reads runs, with changes to their configurations: where the images are.
   *
   * @throws BadInputException if a folder is not a run, is listed twice, or has a damaged file
   */
  public static Report of(List<RunFolder> folders, Map<String, String> overrides) {
    List<String> names = folders.stream().map(RunFolder::name).toList();
    boolean unique = new HashSet<>(names).size() == names.size();
    List<ReportedRun> runs = new ArrayList<>();
    for (RunFolder folder : folders) {
      String name = unique ? folder.name() : folder.path().toString();
      if (runs.stream().anyMatch(run -> run.name().equals(name))) {
        throw new BadInputException(folder.path() + " is listed twice; list each run once");
      }
      runs.add(ReportedRun.read(runs.size(), name, folder));
    }
    return new Report(List.copyOf(runs), new RunImages(overrides));
  }

  /** Writes the page atomically; BadInputException if a table is damaged. */
  public void write(Path file) {
    AtomicFiles.writeString(file, html(file.toAbsolutePath().normalize().resolveSibling("")));
  }

  /** The page as HTML, for a file in a folder. */
  String html(Path folder) {
    StringOutput html = new StringOutput();
    TemplateEngine.createPrecompiled(ContentType.Html)
        .render("page.jte", Map.of("page", page(folder), "style", ChartStyle.css()), html);
    return html.toString();
  }

  private Page page(Path folder) {
    List<Section> sections =
        Stream.of(
                List.of(FiguresSection.of(runs), SeedsSection.of(runs)),
                LearningSection.of(runs),
                List.of(
                    DynamicsSection.of(runs),
                    GateSection.of(runs),
                    ComputeSection.of(runs),
                    LabelsSection.of(runs),
                    RelabelingSection.of(runs, images),
                    ScoresSection.of(runs),
                    OwnedChannelsSection.of(runs),
                    RewindSection.of(runs),
                    GallerySection.of(runs, images, folder)),
                ProvenanceSection.of(runs))
            .flatMap(List::stream)
            .filter(section -> !section.blocks().isEmpty())
            .toList();
    return new Page(
        runs.size() == 1 ? runs.get(0).name() : runs.size() + " runs",
        runs.stream().map(Report::subject).toList(),
        sections,
        "softgate " + SoftgateVersion.current());
  }

  private static Page.Subject subject(ReportedRun run) {
    Map<String, String> option = run.config().texts();
    String gate = option.getOrDefault("gate", "none");
    String network =
        "%s, depth %s, %s blocks, %s"
            .formatted(
                option.get("arch"),
                option.get("depth"),
                option.get("block"),
                gate.equals("none")
                    ? "no gate"
                    : "gate %s at %s%s, tap %s"
                        .formatted(
                            gate, option.get("gate-at"), after(option), option.get("gate-tap")));
    String limit = option.getOrDefault("limit-train", "none");
    String data =
        option.get("dataset")
            + (limit.equals("none") ? "" : ", at most " + limit + " train images");
    return new Page.Subject(
        run.color(),
        run.name(),
        network + "; " + data + "; seed " + option.get("seed"),
        status(run));
  }

  private static String after(Map<String, String> option) {
    String units = option.getOrDefault("gate-after", "none");
    return units.equals("none") ? "" : " after " + units + " units";
  }

  private static String status(ReportedRun run) {
    Summary summary = run.summary();
    if (summary == null) {
      return Files.exists(run.folder().metrics()) ? "unfinished: no summary.json" : "not started";
    }
    int epochs = summary.results().epochs();
    return "%s after %d epoch%s"
        .formatted(
            summary.status().name().toLowerCase(Locale.ROOT), epochs, epochs == 1 ? "" : "s");
  }
}
