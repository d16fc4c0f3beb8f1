package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageListing;
import dev.softgate.data.ImageSet;
import dev.softgate.interop.OneLine;
import dev.softgate.run.RunDatasets;
import dev.softgate.run.RunFolder;
import dev.softgate.run.Summary;
import dev.softgate.study.LabelSummary;
import dev.softgate.study.Suspect;
import dev.softgate.study.SuspectsTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What is reviewed.
 *
 * @param table the list of suspects
 * @param suspects the most suspicious first, at least one
 * @param classes all names of classes, those of the data set first if it is known
 * @param images the set that suspects name by index; null if they have files
 * @param set what names the set to {@code softgate apply}, in words of its command line
 */
record ReviewedList(
    Path table,
    List<Suspect> suspects,
    List<String> classes,
    @Nullable ImageSet images,
    List<String> set) {

  private static final String SUSPECTS = "suspects.csv";
  private static final String DECISIONS = "decisions.csv";

  /**
   * Where the images of a list are.
   *
   * @param config names the set; null if it is not known
   * @param summary what a run recorded about the images; null if there is no run
   * @param test whether they are the test images of the set
   */
  private record Source(
      Path table,
      @Nullable RunConfig config,
      @Nullable Summary summary,
      boolean test,
      List<String> set) {}

  /**
   * Opens the list that a request names.
   *
   * @throws BadInputException if there is no list, it is malformed or empty, or its images are not
   *     known
   */
  static ReviewedList open(ReviewRequest request) {
    Source source = source(RunFolder.locate(request.source()), request.data());
    List<Suspect> suspects = SuspectsTable.read(source.table);
    if (suspects.isEmpty()) {
      throw new BadInputException(
          OneLine.of(source.table) + " lists no image: there is nothing to review");
    }
    boolean ofFiles = suspects.get(0).file() != null;
    RunConfig config = source.config;
    if (ofFiles) {
      List<String> known = config == null ? List.of() : names(config);
      return new ReviewedList(source.table, suspects, classes(known, suspects), null, source.set);
    }
    if (config == null) {
      throw new BadInputException(
          "%s names images by index: specify their set with {dataset} (and {data-dir})"
              .formatted(OneLine.of(source.table)));
    }
    Dataset dataset = new RunDatasets(Map.of()).of(config, source.summary);
    ImageSet images = source.test ? dataset.test() : dataset.train();
    for (Suspect suspect : suspects) {
      if (suspect.id() >= images.count()) {
        throw new BadInputException(
            "%s names image %d, and %s has %d of them: specify the set with {dataset}"
                .formatted(
                    OneLine.of(source.table), suspect.id(), dataset.source(), images.count()));
      }
    }
    return new ReviewedList(
        source.table, suspects, classes(dataset.classNames(), suspects), images, source.set);
  }

  private static Source source(Path named, Map<String, String> data) {
    boolean isFile = Files.isRegularFile(named);
    if (!isFile && !Files.isDirectory(named)) {
      throw new BadInputException(
          OneLine.of(named)
              + ": no such file or folder; specify a run, or the folder or the suspects.csv that"
              + " softgate score wrote");
    }
    Path table = isFile ? named : named.resolve(SUSPECTS);
    Path folder = Objects.requireNonNull(table.toAbsolutePath().getParent());
    RunFolder run = new RunFolder(folder);
    boolean isRun = Files.isRegularFile(run.config()) && Files.isDirectory(run.checkpoints());
    if (!Files.exists(table)) {
      throw new BadInputException(
          isRun
              ? "%s has no %s: write it with softgate score %s"
                  .formatted(OneLine.of(named), SUSPECTS, OneLine.of(named))
              : "%s has no %s: specify a run, or the folder that softgate score --out wrote"
                  .formatted(OneLine.of(named), SUSPECTS));
    }
    if (isRun) {
      Summary summary = Files.exists(run.summary()) ? Summary.read(run.summary()) : null;
      RunConfig config = RunConfig.read(run.config()).with(data);
      Path shown = isFile ? folder : named;
      return new Source(table, config, summary, false, List.of(shown.toString()));
    }
    boolean recorded = Files.isRegularFile(run.config()); // by score --dataset
    if (!recorded && data.isEmpty()) {
      return new Source(table, null, null, false, List.of());
    }
    RunConfig config = (recorded ? RunConfig.read(run.config()) : RunConfig.defaults()).with(data);
    boolean test =
        Files.exists(run.scoresSummary())
            && LabelSummary.readSplit(run.scoresSummary()).equals("test");
    List<String> set = new ArrayList<>(List.of("--dataset", config.data().dataset()));
    Path labels = config.data().labels();
    if (labels != null) {
      set.addAll(List.of("--labels", labels.toString()));
    }
    return new Source(table, config, null, test, set);
  }

  /** The names of the classes of a set of files; empty if the set cannot be listed. */
  private static List<String> names(RunConfig config) {
    String dataset = config.data().dataset();
    try {
      return ImageListing.isListed(dataset) ? ImageListing.of(dataset).classNames() : List.of();
    } catch (BadInputException e) {
      LoggerFactory.getLogger(ReviewedList.class)
          .warn(
              "only the labels of the list can be chosen: {}", BadInputException.plain(e.marked()));
      return List.of();
    }
  }

  private static List<String> classes(List<String> known, List<Suspect> suspects) {
    Set<String> others = new TreeSet<>();
    for (Suspect suspect : suspects) {
      others.add(suspect.given());
      others.add(suspect.suggested());
    }
    others.remove("");
    Set<String> classes = new LinkedHashSet<>(known);
    classes.addAll(others);
    return new ArrayList<>(classes);
  }

  /** A short name for people: that of the run or folder, or of another table. */
  String name() {
    Path name = table.toAbsolutePath().normalize().getFileName();
    Path folder = table.toAbsolutePath().normalize().getParent();
    boolean usual = name != null && name.toString().equals(SUSPECTS);
    return String.valueOf(
        usual && folder != null && folder.getFileName() != null ? folder.getFileName() : name);
  }

  /** Whether suspects are named by files. */
  boolean ofFiles() {
    return images == null;
  }

  /** The file of decisions that a request names, or the one beside the table. */
  Path decisions(ReviewRequest request) {
    return request.decisions() == null ? beside(DECISIONS) : request.decisions();
  }

  /** A file beside the table. */
  Path beside(String name) {
    return table.toAbsolutePath().resolveSibling(name);
  }
}
