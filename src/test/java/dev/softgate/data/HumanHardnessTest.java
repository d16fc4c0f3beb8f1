package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.SharedFolder;
import dev.softgate.interop.CsvTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class HumanHardnessTest {

  private static final String VOTES =
      """
      index,label,cat,dog,cow
      1,1,0,8,0
      0,0,4,4,0
      2,2,1,1,2
      """;

  private static final String LABELS =
      """
      index,clean,aggregate,worst,random1,random2,random3
      0,0,0,1,0,1,0
      1,dog,1,1,1,1,dog
      2,2,2,1,0,1,2
      """;

  /** A file of three images of each half, and what its refusal says. */
  static final List<Arguments> MALFORMED =
      List.of(
          Arguments.of("index,label,cat,dog,cow\n", "line 1: the file has no row"),
          Arguments.of(VOTES.replace(",cow", ",cat,cow"), "line 1: a header of distinct"),
          Arguments.of(VOTES.replace("cow", "cows"), "line 1: there is no column cow, only index"),
          Arguments.of(
              VOTES.replace("1,1,0,8", "1,0,0,8"),
              "line 2: label is cat, but image 1 of the data set has the label dog"),
          Arguments.of(VOTES.replace("0,8,0", "0,x,0"), "line 2: dog must be a whole number"),
          Arguments.of(VOTES.replace("0,8,0", "0,-8,0"), "found '-8'"),
          Arguments.of(VOTES.replace("0,8,0", "0,0.5,0"), "found '0.5'"),
          Arguments.of(VOTES.replace("0,8,0", "0,0,0"), "line 2: the image has no votes"),
          Arguments.of(VOTES + "3,0,1,0,0\n", "as there are 3 test images, found '3'"),
          Arguments.of(
              "index,label,cat,dog,cow\n0,0,5,0,0\n1,1,0,5,0\n2,2,0,0,5\n",
              "people found all images equally hard"),
          Arguments.of(
              LABELS.replace("0,0,0,1,0", "0,2,0,1,0"),
              "line 2: clean is cow, but image 0 of the data set has the label cat"),
          Arguments.of(LABELS.replace("0,1,2", "0,1,3"), "line 4: random3 must be a class"),
          Arguments.of(LABELS.replace("2,2,2", "9,2,2"), "as there are 3 train images, found '9'"),
          Arguments.of(
              "index,clean,noisy,clean_coarse,noisy_coarse\n0,0,0,0,0\n",
              "line 1: CIFAR-100N has one person's label per image"),
          Arguments.of("index,given,clean\n0,0,0\n", "line 1: the columns are index,given,clean"),
          Arguments.of("", "line 1: a header of distinct column names"));

  @TempDir private Path folder;

  private static ImageSet images() {
    return ImageSet.of(new byte[3], new int[] {0, 1, 2}, 1, 1, 1);
  }

  private HumanHardness read(String text) throws IOException {
    return HumanHardness.read(
        Files.writeString(folder.resolve("h.csv"), text),
        Dataset.of("x", List.of("cat", "dog", "cow"), images(), images(), "source"));
  }

  @ParameterizedTest
  @FieldSource("MALFORMED")
  void rejectsUnusableFiles(String text, String says) {
    assertRejected(() -> read(text), folder.resolve("h.csv").toString(), says);
  }

  @Test
  void readsVotesOnTestImages() throws IOException {
    HumanHardness votes = read(VOTES);
    assertThat(votes.ofTest()).isTrue();
    assertThat(votes.values())
        .containsExactly(new double[] {Math.log(2), 0, 1.5 * Math.log(2)}, within(1e-15));
  }

  @Test
  void readsLabelsOfTrainImages() throws IOException {
    HumanHardness labels = read(LABELS);
    assertThat(labels.ofTest()).isFalse();
    assertThat(labels.values()).containsExactly(2, 1, 3);
  }

  @Test
  void readsThePublishedFiles() {
    List<String> names = Datasets.classNames("cifar10");
    ImageSet train = labeledAs("cifar10n.csv", "clean", names);
    ImageSet test = labeledAs("cifar10h.csv", "label", names);
    Dataset set = Dataset.of("cifar10", names, train, test, "labels alone");
    double[] votes = HumanHardness.read(shared("cifar10h.csv"), set).values();
    assertThat(votes).hasSize(10_000);
    assertThat(votes[14]).as("53 of 53 say truck").isZero();
    assertThat(Arrays.stream(votes).max().orElseThrow()).isBetween(1.0, Math.log(10));
    double[] labels = HumanHardness.read(shared("cifar10n.csv"), set).values();
    assertThat(Arrays.stream(labels).distinct().boxed()).containsExactlyInAnyOrder(1.0, 2.0, 3.0);
    assertThat(labels[0]).as("frog, deer and frog").isEqualTo(2);
    assertThatThrownBy(() -> HumanHardness.read(shared("cifar100n.csv"), set))
        .hasMessageContaining("one person's label per image");
  }

  /** Images of one black pixel that are labeled as a file says. */
  private static ImageSet labeledAs(String file, String column, List<String> names) {
    CsvTable table = CsvTable.read(shared(file));
    int count = table.rows();
    int[] labels = LabelColumns.of(table, count, "train", names).column(column);
    return ImageSet.of(new byte[count], labels, 1, 1, 1);
  }

  private static Path shared(String name) {
    return SharedFolder.require("data/" + name);
  }
}
