package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.config.DataConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageSet;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.Quoted;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The training images that a run leaves out, because their labels score lowest in a {@code
 * scores.csv}. Among equal scores the lower id is left out first.
 *
 * @param file the score file
 * @param ids int32, ascending, of the train images left out
 * @param sha256 hash of the file, in lower-case hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // ids are read in bulk, never compared
public record Suspects(Path file, int[] ids, String sha256) {

  /** The settings that leave no image out. */
  public static final Map<String, String> NONE =
      Map.of("drop-suspects", "none", "scores", "none", "score", DataConfig.AUM);

  private static final String ID = "id";
  private static final String GIVEN = "given";

  /** The columns of a {@code scores.csv} that are not scores. */
  public static final Set<String> NO_SCORES =
      Set.of(ID, "file", GIVEN, "suggested", "flags", "confident_learning", "clean");

  /**
   * Reads the scores that a configuration names, and chooses.
   *
   * @param dataset labeled as it is trained on
   * @param train ids to choose from
   * @param ofTheseLabels whether the file must have scored the labels of {@code dataset}; not where
   *     its hash is known and the images may have been labeled otherwise since
   * @return null where the configuration names none
   * @throws BadInputException if the file is missing, malformed, of another set or other labels, or
   *     without one of the images; or if no image would be left
   */
  public static @Nullable Suspects read(
      DataConfig config, Dataset dataset, int[] train, boolean ofTheseLabels) {
    Double share = config.dropSuspects();
    if (share == null) {
      return null;
    }
    Path file = Objects.requireNonNull(config.scores());
    CsvTable table = CsvTable.read(file);
    requireColumns(table, file, config.score());
    int[] rows = rows(table, file, dataset.train());
    if (ofTheseLabels) {
      requireLabels(table, file, dataset, rows);
    }
    requireAll(file, rows, train);
    double[] scores = table.numbers(config.score());
    for (int row = 0; row < scores.length; row++) {
      if (!Double.isFinite(scores[row])) {
        throw table.problem(row, config.score(), "a finite number is expected");
      }
    }
    int count = (int) Math.round(share * train.length);
    if (count == train.length) {
      throw new BadInputException(
          "{drop-suspects} %s leaves none of %,d images to train on; choose a smaller share"
              .formatted(share, count));
    }
    int[] ids =
        Arrays.stream(train)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(id -> scores[rows[id]])
                    .thenComparing(Comparator.naturalOrder()))
            .limit(count)
            .mapToInt(Integer::intValue)
            .sorted()
            .toArray();
    return new Suspects(file, ids, table.sha256());
  }

  private static void requireColumns(CsvTable table, Path file, String score) {
    if (!table.has(ID) || !table.has(GIVEN)) {
      throw new BadInputException(
          "{scores} %s: it has no columns id and given; give a scores.csv that softgate score wrote"
              .formatted(file));
    }
    List<String> names = table.header().stream().filter(name -> !NO_SCORES.contains(name)).toList();
    if (!names.contains(score)) {
      throw new BadInputException(
          "{score}: must be one of %s, which %s has, found %s"
              .formatted(
                  names.stream().map(Quoted::oneLine).collect(Collectors.joining(", ")),
                  file,
                  Quoted.quoted(score)));
    }
  }

  /** The row of each image, −1 where it has none. */
  private static int[] rows(CsvTable table, Path file, ImageSet images) {
    int[] rows = new int[images.count()];
    Arrays.fill(rows, -1);
    List<String> ids = table.texts(ID);
    List<String> names = table.has("file") ? table.texts("file") : List.of();
    for (int row = 0; row < ids.size(); row++) {
      String cell = ids.get(row);
      int id = cell.matches("\\d{1,9}") ? Integer.parseInt(cell) : -1;
      if (id < 0 || id >= rows.length) {
        throw new BadInputException(
            "%s line %d: the id must be from 0 to %d, as there are %,d train images, found %s; give scores of this data set"
                .formatted(
                    file, table.line(row), rows.length - 1, rows.length, Quoted.quoted(cell)));
      }
      if (rows[id] >= 0) {
        throw new BadInputException(
            "%s line %d: image %d was on line %d already; give each once"
                .formatted(file, table.line(row), id, table.line(rows[id])));
      }
      if (!names.isEmpty() && !names.get(row).equals(images.file(id))) {
        throw new BadInputException(
            "%s line %d: image %d is %s in the file and %s in the data set; give scores of this data set"
                .formatted(
                    file,
                    table.line(row),
                    id,
                    Quoted.quoted(names.get(row)),
                    Quoted.quoted(images.file(id))));
      }
      rows[id] = row;
    }
    return rows;
  }

  private static void requireLabels(CsvTable table, Path file, Dataset dataset, int[] rows) {
    List<String> given = table.texts(GIVEN);
    for (int id = 0; id < rows.length; id++) {
      String label = dataset.classNames().get(dataset.train().labels()[id]);
      if (rows[id] >= 0 && !given.get(rows[id]).equals(label)) {
        throw new BadInputException(
            "%s line %d: image %d was scored as %s and is labeled %s; give scores of this data set and of the same {labels}"
                .formatted(
                    file,
                    table.line(rows[id]),
                    id,
                    Quoted.quoted(given.get(rows[id])),
                    Quoted.quoted(label)));
      }
    }
  }

  private static void requireAll(Path file, int[] rows, int[] train) {
    int[] missing = Arrays.stream(train).filter(id -> rows[id] < 0).sorted().toArray();
    if (missing.length > 0) {
      throw new BadInputException(
          "%s has no score of image %d%s, which would be trained on; score a run with the same {split}, {val-fraction}, {seed} and {limit-train}"
              .formatted(
                  file,
                  missing[0],
                  missing.length == 1 ? "" : " and %,d others".formatted(missing.length - 1)));
    }
  }

  /** The other ids, in their order; a new array. */
  public int[] without(int[] train) {
    return Arrays.stream(train).filter(id -> Arrays.binarySearch(ids, id) < 0).toArray();
  }
}
