package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How hard people found the images of a set, from a file with their answers. The header tells which
 * of two kinds it is:
 *
 * <pre>
 *   index,label and a column per class  the votes of people for each class, by test image;
 *                                       hardness is the entropy of the votes, in nats
 *                                       (CIFAR-10H: Peterson et al., ICCV 2019)
 *   index,clean,random1,random2,random3 the labels of three people, by train image;
 *                                       hardness is the number of different labels, 1 to 3
 *                                       (CIFAR-10N: Wei et al., ICLR 2022)
 * </pre>
 *
 * <p>Other columns are ignored. {@code label} and {@code clean} must be the labels of the data set,
 * which reveals a file for another set or in another order.
 *
 * @param ofTest whether the values are for the test images; else for the train images
 * @param values N, one for each image; a higher value is harder
 */
@SuppressWarnings("ArrayRecordComponent") // looked up by image id, never compared
public record HumanHardness(Path file, boolean ofTest, String measure, double[] values) {

  private static final List<String> ANNOTATORS = List.of("random1", "random2", "random3");

  /**
   * Reads a file of either kind.
   *
   * @throws BadInputException if the file is missing, malformed, for another set, or of neither
   *     kind; or if all images are equally hard
   */
  public static HumanHardness read(Path file, Dataset dataset) {
    CsvTable table = CsvTable.read(file);
    HumanHardness hardness;
    if (table.header().containsAll(ANNOTATORS)) {
      hardness =
          new HumanHardness(file, false, "distinct labels of three people", labels(table, dataset));
    } else if (table.header().contains("label")) {
      hardness =
          new HumanHardness(file, true, "entropy of the votes in nats", votes(table, dataset));
    } else {
      throw table.problem(
          1,
          table.header().contains("noisy")
              ? "CIFAR-100N has one person's label per image, which does not tell how hard the"
                  + " image is; give CIFAR-10H's votes or CIFAR-10N's labels"
              : "the columns are %s, neither index,label and a column per class (CIFAR-10H) nor index,clean,random1,random2,random3 (CIFAR-10N)"
                  .formatted(OneLine.of(String.join(",", table.header()))));
    }
    double first = hardness.values[0];
    if (Arrays.stream(hardness.values).allMatch(value -> value == first)) {
      throw new BadInputException(
          "%s: people found all images equally hard, so nothing can be compared with it; give another file"
              .formatted(OneLine.of(file)));
    }
    return hardness;
  }

  private static double[] labels(CsvTable table, Dataset dataset) {
    ImageSet images = dataset.train();
    LabelColumns columns = LabelColumns.of(table, images.count(), "train", dataset.classNames());
    columns.requireEqual("clean", images.labels());
    List<int[]> answers = ANNOTATORS.stream().map(columns::column).toList();
    double[] distinct = new double[images.count()];
    for (int i = 0; i < distinct.length; i++) {
      int id = i;
      distinct[id] = answers.stream().mapToInt(labels -> labels[id]).distinct().count();
    }
    return distinct;
  }

  private static double[] votes(CsvTable table, Dataset dataset) {
    ImageSet images = dataset.test();
    if (images.count() == 0) {
      throw table.problem(
          1,
          "these are votes for test images, but the data set has none; give labels of train"
              + " images");
    }
    LabelColumns columns = LabelColumns.of(table, images.count(), "test", dataset.classNames());
    columns.requireEqual("label", images.labels());
    List<int[]> counts = dataset.classNames().stream().map(columns::counts).toList();
    double[] entropy = new double[images.count()];
    for (int i = 0; i < entropy.length; i++) {
      int id = i;
      double people = counts.stream().mapToLong(votes -> votes[id]).sum();
      if (people == 0) {
        throw columns.problem(id, "the image has no votes; use the file as it was published");
      }
      for (int[] votes : counts) {
        double p = votes[id] / people;
        entropy[id] -= p > 0 ? p * Math.log(p) : 0;
      }
    }
    return entropy;
  }
}
