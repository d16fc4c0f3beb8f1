package dev.softgate.report;

import dev.softgate.data.Dataset;
import dev.softgate.data.ImageSet;
import dev.softgate.study.Suspect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The train images with the most suspicious labels, in an order that the reader chooses: score,
 * class, or how much a network disagrees.
 */
final class SuspectsGallery {

  private final Dataset dataset;
  private final LabelTable table;
  private final LabelTable.Score score;
  private final Map<String, Suspect> suspects = new HashMap<>();
  private final Path page;

  private SuspectsGallery(
      ReportedRun run, Dataset dataset, LabelTable table, LabelTable.Score score, Path page) {
    this.dataset = dataset;
    this.table = table;
    this.score = score;
    this.page = page;
    run.suspects().forEach(suspect -> suspects.put(suspect.image(), suspect));
  }

  /**
   * A gallery of the images with the lowest scores.
   *
   * @param most the most images
   * @param page the folder of the page
   */
  static SectionElement of(
      ReportedRun run, Dataset dataset, LabelTable table, int most, Path page) {
    LabelTable.Score score = table.ranking();
    List<Integer> rows =
        IntStream.range(0, score.values().length)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> score.values()[row]))
            .limit(most)
            .toList();
    return new SuspectsGallery(run, dataset, table, score, page).of("run" + run.color(), rows);
  }

  private SectionElement of(String id, List<Integer> rows) {
    List<String> orders = new ArrayList<>(List.of("score", "class"));
    List<List<Integer>> sorted = new ArrayList<>();
    sorted.add(rows);
    sorted.add(rows.stream().sorted(Comparator.comparing(row -> table.given().get(row))).toList());
    double[] margins = table.margin();
    if (margins != null) {
      orders.add("disagreement");
      sorted.add(rows.stream().sorted(Comparator.comparingDouble(row -> margins[row])).toList());
    }
    return new SectionElement.SortedGallery(
        id, orders, rows.stream().map(row -> opened(row, sorted)).toList());
  }

  private SectionElement.Opened opened(int row, List<List<Integer>> sorted) {
    int id = table.ids()[row];
    Path file = dataset.train().path(id);
    FileLink link = file == null ? null : FileLink.of(file, page);
    Suspect suspect = suspects.get(file == null ? Integer.toString(id) : file.toString());
    return new SectionElement.Opened(
        picture(dataset, table, score, row),
        suspect == null ? List.of() : details(suspect),
        link == null ? null : link.href(),
        link == null ? "" : link.path(),
        link != null && link.shown(),
        sorted.stream().map(order -> order.indexOf(row)).toList());
  }

  private static List<String> details(Suspect suspect) {
    List<String> lines = new ArrayList<>();
    if (!suspect.reason().isEmpty()) {
      lines.add(suspect.reason());
    }
    lines.add(
        "probability of %s %s, of %s %s"
            .formatted(
                suspect.given(),
                Figures.decimals(suspect.probabilityGiven(), 3),
                suspect.suggested().isEmpty() ? "others" : suspect.suggested(),
                Figures.decimals(suspect.probabilitySuggested(), 3)));
    return lines;
  }

  /** A train image with its labels and a score. */
  static SectionElement.Picture picture(
      Dataset dataset, LabelTable table, LabelTable.Score score, int row) {
    List<String> lines = new ArrayList<>();
    lines.add("given " + table.given().get(row));
    lines.add("suggested " + table.suggested().get(row));
    List<String> clean = table.clean();
    String truth = clean == null ? "" : clean.get(row);
    if (!truth.isEmpty()) {
      lines.add("true " + truth);
    }
    lines.add(score.name() + " " + Figures.decimals(score.values()[row], 3));
    if (!table.flags().get(row).isEmpty()) {
      lines.add(table.flags().get(row));
    }
    String file = table.files().get(row);
    ImageSet train = dataset.train();
    return new SectionElement.Picture(
        Thumbnail.dataUri(train, table.ids()[row]),
        "train image " + table.ids()[row] + (file.isEmpty() ? "" : ", " + file),
        lines,
        table.isWrong(row));
  }
}
