package dev.softgate.report;

import dev.softgate.BadInputException;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageSet;
import dev.softgate.interop.CsvTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Galleries of the hardest and easiest test images, and of the most suspicious train labels. */
final class GallerySection {

  private static final int IMAGES = 24;

  /** The images with suspicious labels that the page shows of all runs together. */
  private static final int SUSPECTS = 200;

  private final ReportedRun run;
  private final Dataset dataset;
  private final int suspects;
  private final Path page;

  private GallerySection(ReportedRun run, Dataset dataset, int suspects, Path page) {
    this.run = run;
    this.dataset = dataset;
    this.suspects = suspects;
    this.page = page;
  }

  /** The galleries of a page in the folder {@code page}. */
  static Section of(List<ReportedRun> runs, RunImages images, Path page) {
    int suspects = Math.max(IMAGES, SUSPECTS / runs.size());
    List<SectionElement> blocks = new ArrayList<>();
    for (ReportedRun run : runs) {
      boolean tested = run.gates() != null && run.gates().rows() > 0;
      if (!tested && run.scores() == null) {
        continue;
      }
      if (runs.size() > 1) {
        blocks.add(new SectionElement.Heading(run.name()));
      }
      Dataset dataset;
      try {
        dataset = images.of(run);
      } catch (BadInputException e) {
        blocks.add(new SectionElement.Note("The images cannot be shown: " + e.getMessage()));
        continue;
      }
      GallerySection section = new GallerySection(run, dataset, suspects, page);
      blocks.addAll(section.suspicious());
      blocks.addAll(section.byHardness());
    }
    return new Section("images", "Images", blocks);
  }

  private List<SectionElement> byHardness() {
    CsvTable table = run.gates();
    if (table == null || table.rows() == 0) {
      return List.of();
    }
    double[] g = table.numbers("g");
    boolean gated = !Double.isNaN(g[0]);
    String measure = gated ? "g" : "entropy";
    double[] hardness = gated ? g : table.numbers("entropy");
    int[] ids = numbers(table, "id", dataset.test().count());
    int[] labels = numbers(table, "label", dataset.classes());
    int[] predicted = numbers(table, "predicted", dataset.classes());
    IntFunction<SectionElement.Picture> picture =
        row -> {
          String label = dataset.classNames().get(labels[row]);
          String prediction = dataset.classNames().get(predicted[row]);
          boolean wrong = labels[row] != predicted[row];
          return new SectionElement.Picture(
              Thumbnail.dataUri(dataset.test(), ids[row]),
              "test image " + ids[row],
              List.of(
                  "label " + label,
                  "predicted " + prediction,
                  measure + " " + Figures.decimals(hardness[row], 3)),
              wrong);
        };
    int[] ascending = sorted(hardness);
    int[] descending =
        IntStream.range(0, ascending.length)
            .map(i -> ascending[ascending.length - 1 - i])
            .toArray();
    String unit = gated ? "g" : "entropy of the prediction, in nats";
    SectionElement note = new SectionElement.Note("Framed images are misclassified.");
    return List.of(
        new SectionElement.Heading("Hardest test images: highest " + unit),
        note,
        gallery(descending, picture),
        new SectionElement.Heading("Easiest test images: lowest " + unit),
        note,
        gallery(ascending, picture));
  }

  private List<SectionElement> suspicious() {
    LabelTable table = run.scores();
    if (table == null) {
      return List.of();
    }
    ImageSet train = dataset.train();
    for (int id : table.ids()) {
      if (id >= train.count()) {
        throw new BadInputException(
            "%s: image %d is not among the %d train images; restore the file or delete it"
                .formatted(run.folder().scores(), id, train.count()));
      }
    }
    LabelTable.Score score = table.ranking();
    SectionElement note =
        new SectionElement.Note(
            table.clean() == null
                ? "The true labels are unknown."
                : "Framed labels are known to be wrong.");
    List<SectionElement> blocks = new ArrayList<>();
    blocks.add(
        new SectionElement.Heading(
            "Most suspicious labels of train images: lowest " + score.name()));
    blocks.add(note);
    blocks.add(SuspectsGallery.of(run, dataset, table, suspects, page));
    LabelTable.Score memorized = table.memorization();
    if (memorized != null) {
      blocks.add(
          new SectionElement.Heading("Most memorized train images: lowest " + memorized.name()));
      blocks.add(note);
      blocks.add(gallery(sorted(memorized.values()), row -> labeled(table, memorized, row)));
    }
    return blocks;
  }

  private SectionElement.Picture labeled(LabelTable table, LabelTable.Score score, int row) {
    return SuspectsGallery.picture(dataset, table, score, row);
  }

  private static SectionElement gallery(int[] order, IntFunction<SectionElement.Picture> picture) {
    return new SectionElement.Gallery(
        Arrays.stream(order).limit(IMAGES).mapToObj(picture).toList());
  }

  /** The rows by ascending value; equal values keep their order. */
  private static int[] sorted(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(row -> values[row]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int[] numbers(CsvTable table, String column, int limit) {
    double[] numbers = table.numbers(column);
    int[] whole = new int[numbers.length];
    for (int row = 0; row < whole.length; row++) {
      whole[row] = (int) numbers[row];
      if (whole[row] != numbers[row] || whole[row] < 0 || whole[row] >= limit) {
        throw table.problem(row, column, "a whole number below " + limit + " is expected");
      }
    }
    return whole;
  }
}
