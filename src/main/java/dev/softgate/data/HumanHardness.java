package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How hard people found the images of a set, from a file of what they took them for. Two kinds are
 * known, by their header:
 *
 * <pre>
 *   index,label and a column a class    how many people chose each class for a test image:
 *                                       the entropy of their votes, in nats
 *                                       (CIFAR-10H: Peterson et al., ICCV 2019)
 *   index,clean,random1,random2,random3 what three people called a train image:
 *                                       how many different labels that is, 1 to 3
 *                                       (CIFAR-10N: Wei et al., ICLR 2022)
 * </pre>
 *
 * <p>Other columns are passed over. {@code label} and {@code clean} have to be the data set's own,
 * so that a file of another set or in another order is noticed.
 *
 * @param file that was read
 * @param ofTest whether it is of the test images, or else of the train images
 * @param measure what the numbers are
 * @param values N, of every image of that half, high = hard
 */
@SuppressWarnings("ArrayRecordComponent") // looked up by image id, never compared
public record HumanHardness(Path file, boolean ofTest, String measure, double[] values) {

  private static final List<String> ANNOTATORS = List.of("random1", "random2", "random3");

  /**
   * Reads a file of either kind.
   *
   * @param dataset with its own labels
   * @throws BadInputException if the file is missing, malformed, of another set, or of neither
   *     kind; or if people found all images equally hard
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
              ? "CIFAR-100N has one label of one person an image, which does not say how hard people found it; give CIFAR-10H's votes or CIFAR-10N's labels"
              : "the columns are %s, neither index,label and a column a class (CIFAR-10H) nor index,clean,random1,random2,random3 (CIFAR-10N)"
                  .formatted(OneLine.of(String.join(",", table.header()))));
    }
    double first = hardness.values[0];
    if (Arrays.stream(hardness.values).allMatch(value -> value == first)) {
      throw new BadInputException(
          "%s: people found all images equally hard, so that nothing can be compared with it; give another file"
              .formatted(OneLine.of(file)));
    }
    return hardness;
  }

  private static double[] labels(CsvTable table, Dataset dataset) {
    ImageSet images = dataset.train();
    LabelColumns columns = LabelColumns.of(table, images.count(), "train", dataset.classNames());
    columns.requireEqual("clean", images.labels());
    List<int[]> said = ANNOTATORS.stream().map(columns::column).toList();
    double[] distinct = new double[images.count()];
    for (int i = 0; i < distinct.length; i++) {
      int id = i;
      distinct[id] = said.stream().mapToInt(labels -> labels[id]).distinct().count();
    }
    return distinct;
  }

  private static double[] votes(CsvTable table, Dataset dataset) {
    ImageSet images = dataset.test();
    LabelColumns columns = LabelColumns.of(table, images.count(), "test", dataset.classNames());
    columns.requireEqual("label", images.labels());
    List<int[]> counts = dataset.classNames().stream().map(columns::counts).toList();
    double[] entropy = new double[images.count()];
    for (int i = 0; i < entropy.length; i++) {
      int id = i;
      double people = counts.stream().mapToLong(votes -> votes[id]).sum();
      if (people == 0) {
        throw columns.problem(id, "nobody voted; leave the file as it was published");
      }
      for (int[] votes : counts) {
        double p = votes[id] / people;
        entropy[id] -= p > 0 ? p * Math.log(p) : 0;
      }
    }
    return entropy;
  }
}
