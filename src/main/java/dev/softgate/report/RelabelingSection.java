package dev.softgate.report;

import dev.softgate.BadInputException;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageSet;
import dev.softgate.data.LabelFile;
import dev.softgate.run.Summary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a label file changes: images by class before and after, and accuracies of the runs. */
final class RelabelingSection {

  private static final int CLASSES = 30;

  private final ReportedRun run;
  private final Dataset dataset;
  private final LabelFile labels;

  private RelabelingSection(ReportedRun run, Dataset dataset, LabelFile labels) {
    this.run = run;
    this.dataset = dataset;
    this.labels = labels;
  }

  static Section of(List<ReportedRun> runs, RunImages images) {
    List<SectionElement> blocks = Section.byRun(runs, run -> of(run, runs, images));
    return new Section("relabeling", "Labels: before and after", blocks);
  }

  private static List<SectionElement> of(
      ReportedRun run, List<ReportedRun> runs, RunImages images) {
    Path file = run.config().data().labels();
    if (file == null) {
      return List.of();
    }
    try {
      Dataset dataset = images.of(run);
      LabelFile labels = LabelFile.read(file, dataset);
      String trained = run.summary() == null ? null : run.summary().provenance().labelsSha256();
      if (trained != null && !trained.equals(labels.sha256())) {
        throw new BadInputException(file + " has changed since the run was trained on it");
      }
      return new RelabelingSection(run, dataset, labels).blocks(runs);
    } catch (BadInputException e) {
      return List.of(
          new SectionElement.Note("The changed labels cannot be shown: " + e.getMessage()));
    }
  }

  private List<SectionElement> blocks(List<ReportedRun> runs) {
    List<SectionElement> blocks = new ArrayList<>();
    blocks.add(
        new SectionElement.Note(
            String.format(
                Locale.ROOT,
                "%s lists %,d images: %,d have another label than in the set, and %,d are left"
                    + " out.",
                labels.file(),
                labels.listed(),
                labels.relabeled(),
                labels.leftOut())));
    List<Change> changes = changes();
    if (changes.size() > CLASSES) {
      blocks.add(
          new SectionElement.Note(
              String.format(
                  Locale.ROOT,
                  "Shown are the %d of %,d classes with the most changes.",
                  CLASSES,
                  changes.size())));
    }
    blocks.add(
        new SectionElement.Table(
            List.of("class", "images before", "relabeled from it", "to it", "left out", "after"),
            changes.stream()
                .sorted(Comparator.comparingInt(change -> -change.size()))
                .limit(CLASSES)
                .map(Change::row)
                .toList(),
            true));
    SectionElement accuracies = accuracies(runs);
    if (accuracies != null) {
      blocks.add(accuracies);
      if (labels.labelsTestOf(dataset)) {
        blocks.add(
            new SectionElement.Note(
                "The file also changes labels of test images, so the accuracies are measured"
                    + " against different labels."));
      }
    }
    return blocks;
  }

  /** What changes for a class. */
  private record Change(String name, int before, int from, int to, int leftOut) {

    int size() {
      return from + to + leftOut;
    }

    SectionElement.Row row() {
      return SectionElement.Row.of(
          name,
          Figures.whole(before),
          Figures.whole(from),
          Figures.whole(to),
          Figures.whole(leftOut),
          Figures.whole(before - from + to - leftOut));
    }
  }

  private List<Change> changes() {
    int classes = dataset.classes();
    int[][] counts = new int[4][classes]; // before, from, to, left out
    count(dataset.train(), labels.train(), counts);
    if (labels.labelsTestOf(dataset)) {
      count(dataset.test(), labels.test(), counts);
    }
    return IntStream.range(0, classes)
        .mapToObj(
            k ->
                new Change(
                    dataset.classNames().get(k),
                    counts[0][k],
                    counts[1][k],
                    counts[2][k],
                    counts[3][k]))
        .toList();
  }

  private static void count(ImageSet images, LabelFile.Part after, int[][] counts) {
    int[] before = images.labels();
    for (int id = 0; id < before.length; id++) {
      counts[0][before[id]]++;
      if (Arrays.binarySearch(after.leftOut(), id) >= 0) {
        counts[3][before[id]]++;
      } else if (after.labels()[id] != before[id]) {
        counts[1][before[id]]++;
        counts[2][after.labels()[id]]++;
      }
    }
  }

  /** This run beside those of the page with the set's own labels; null if there are none. */
  private @Nullable SectionElement accuracies(List<ReportedRun> runs) {
    Summary summary = run.summary();
    if (summary == null) {
      return null;
    }
    String data = summary.provenance().dataSha256();
    List<SectionElement.Row> rows = new ArrayList<>();
    for (ReportedRun other : runs) {
      Summary before = other.summary();
      if (before != null
          && before.provenance().labelsSha256() == null
          && Objects.equals(before.provenance().dataSha256(), data)) {
        rows.add(row(other, "before", before));
      }
    }
    if (rows.isEmpty()) {
      return null;
    }
    rows.add(row(run, "after", summary));
    return new SectionElement.Table(
        List.of("run", "labels", "test accuracy", "validation accuracy"), rows, true);
  }

  private static SectionElement.Row row(ReportedRun run, String labels, Summary summary) {
    return SectionElement.Row.of(
        run.name(),
        labels,
        Figures.percent(summary.results().testAccuracy()),
        Figures.percent(summary.results().valAccuracy()));
  }
}
