package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelNoiseTest {

  private static final int IMAGES = 20_000;
  private static final int CLASSES = 10;

  /** Classes in turn. */
  private static final int[] CLEAN = IntStream.range(0, IMAGES).map(id -> id % CLASSES).toArray();

  @TempDir private Path folder;

  private static Dataset dataset(String name, int classes) {
    ImageSet one = ImageSet.of(new byte[IMAGES], new int[IMAGES], 1, 1, 1);
    List<String> names = IntStream.range(0, classes).mapToObj(k -> "class " + k).toList();
    return new Dataset(name, names, one, one, "", "");
  }

  private static int[] noisy(LabelNoise kind, String name, double rate, long seed) {
    return kind.applyTo(dataset(name, CLASSES), CLEAN, rate, seed);
  }

  private static int[][] confusion(int[] given) {
    return LabelFile.of(Path.of("x"), given, CLEAN, dataset("x", CLASSES)).confusion(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2, 0.4, 0.9, 1})
  void symmetricNoiseChangesTheRequestedShare(double rate) {
    int[] given = noisy(LabelNoise.SYMMETRIC, "cifar10", rate, 1);
    double deviation = Math.sqrt(rate * (1 - rate) / IMAGES);
    assertThat((double) LabelFile.differences(given, CLEAN) / IMAGES)
        .isCloseTo(rate, within(4 * deviation));
  }

  @Test
  void symmetricNoiseIsUniformOverTheOtherClasses() {
    int[][] confusion = confusion(noisy(LabelNoise.SYMMETRIC, "cifar10", 0.45, 1));
    double expected = 2_000 * 0.45 / 9;
    for (int k = 0; k < CLASSES; k++) {
      for (int other = 0; other < CLASSES; other++) {
        if (other != k) {
          assertThat((double) confusion[k][other])
              .as("%d as %d", k, other)
              .isCloseTo(expected, within(5 * Math.sqrt(expected)));
        }
      }
    }
  }

  @Test
  void asymmetricNoiseConfusesTheUsualPairsOfCifar10() {
    int[] taken = {0, 1, 0, 5, 7, 3, 6, 7, 8, 1};
    int[][] confusion = confusion(noisy(LabelNoise.ASYMMETRIC, "cifar10", 0.4, 1));
    for (int k = 0; k < CLASSES; k++) {
      for (int other = 0; other < CLASSES; other++) {
        if (other != k) {
          boolean pair = taken[k] == other;
          assertThat((double) confusion[k][other])
              .as("%d as %d", k, other)
              .isCloseTo(pair ? 800 : 0, within(pair ? 100.0 : 0));
        }
      }
    }
  }

  @Test
  void asymmetricNoiseUsesTheNextClass() {
    int[] given = noisy(LabelNoise.ASYMMETRIC, "folder:x", 1, 1);
    assertThat(given).isEqualTo(Arrays.stream(CLEAN).map(k -> (k + 1) % CLASSES).toArray());
  }

  @ParameterizedTest
  @EnumSource
  void dependsOnSeedAndImage(LabelNoise kind) {
    int[] given = noisy(kind, "cifar10", 0.4, 1);
    assertThat(noisy(kind, "cifar10", 0.4, 1)).isEqualTo(given);
    assertThat(noisy(kind, "cifar10", 0.4, 2)).isNotEqualTo(given);
    int[] fewer = kind.applyTo(dataset("cifar10", CLASSES), Arrays.copyOf(CLEAN, 500), 0.4, 1);
    assertThat(fewer).isEqualTo(Arrays.copyOf(given, 500));
    int[] less = noisy(kind, "cifar10", 0.2, 1);
    for (int id = 0; id < IMAGES; id++) {
      assertThat(less[id]).as("image %d", id).isIn(CLEAN[id], given[id]);
    }
  }

  @Test
  void keepsCleanLabels() {
    int[] clean = {0, 1};
    LabelNoise.SYMMETRIC.applyTo(dataset("x", 2), clean, 1, 1);
    assertThat(clean).containsExactly(0, 1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void rejectsInvalidRates(double rate) {
    assertRejected(
        () -> noisy(LabelNoise.SYMMETRIC, "cifar10", rate, 1), "rate", "from 0 to 1", "" + rate);
  }

  @Test
  void rejectsOneClassAndUnknownKinds() {
    assertRejected(
        () -> LabelNoise.SYMMETRIC.applyTo(dataset("x", 1), new int[1], 0.4, 1), "only one class");
    assertRejected(
        () -> LabelNoise.named("pairs"), "kind", "one of symmetric, asymmetric", "'pairs'");
    assertThat(LabelNoise.named("asymmetric")).isEqualTo(LabelNoise.ASYMMETRIC);
  }

  private int[] fromTable(String text, String column) throws IOException {
    Path file = Files.writeString(folder.resolve("n.csv"), text);
    return LabelNoise.fromTable(file, column, List.of("cat", "dog", "frog"), new int[] {0, 1, 2});
  }

  @Test
  void readsAColumn() throws IOException {
    String text = "index,clean,worst,best\n2,2,0,dog\n0,cat,1,0\n1,dog,frog,1\n";
    assertThat(fromTable(text, "worst")).containsExactly(1, 2, 0);
    assertThat(fromTable(text, "best")).containsExactly(0, 1, 1);
    assertThat(fromTable("index,worst\n2,0\n0,0\n1,0\n", "worst")).containsExactly(0, 0, 0);
  }

  @Test
  void rejectsATableOfOtherImages() {
    assertRejected(
        () -> fromTable("index,clean,worst\n0,0,1\n1,1,1\n2,1,1\n", "worst"),
        "n.csv line 4: clean is dog, but image 2 of the data set has the label frog",
        "another order");
    assertRejected(
        () -> fromTable("index,worst\n0,0\n1,1\n2,1\n", "worse"),
        "n.csv line 1: there is no column worse, only index, worst");
    assertRejected(
        () -> fromTable("id,worst\n0,0\n1,1\n2,1\n", "worst"), "line 1: there is no column index");
  }
}
