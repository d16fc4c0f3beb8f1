package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuspectsTest {

  /** Ten images: red, green, blue, red and so on. */
  private static final Dataset DATA = TinyTraining.data(8, 2, 3).dataset();

  private static final int[] TRAIN = {7, 2, 5, 0, 3, 6};

  private static final String SCORES =
      """
      id,file,given,suggested,flags,aum,consensus,clean
      0,,red,red,,0.9,0.1,red
      2,,blue,blue,,0.5,0.2,red
      3,,red,red,,0.5,0.3,red
      4,,green,red,,0.0,0.0,red
      5,,blue,red,,0.5,0.4,red
      6,,red,red,,0.1,0.5,red
      7,,green,red,,1e-3,0.6,red
      """;

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("scores.csv"), text);
  }

  private Suspects read(String text, String share, String score, boolean ofTheseLabels)
      throws IOException {
    Map<String, String> keys =
        Map.of("drop-suspects", share, "scores", file(text).toString(), "score", score);
    return requireNonNull(
        Suspects.read(RunConfig.defaults().with(keys).data(), DATA, TRAIN, ofTheseLabels));
  }

  /** Image 4 scores lowest, and is not trained on; 2, 3 and 5 score the same. */
  @ParameterizedTest
  @CsvSource({
    "0, aum, ''",
    "0.08, aum, ''",
    "0.2, aum, 7",
    "0.5, aum, 2 6 7",
    "0.67, aum, 2 3 6 7",
    "0.8, aum, 2 3 5 6 7",
    "0.5, consensus, 0 2 3"
  })
  void dropsTheLowestScores(String share, String score, String ids) throws IOException {
    int[] expected =
        List.of(ids.split(" ", -1)).stream()
            .filter(id -> !id.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    assertThat(read(SCORES, share, score, true).ids()).containsExactly(expected);
  }

  @Test
  void keepsTheOrder() throws IOException {
    assertThat(read(SCORES, "0.5", "aum", true).without(TRAIN)).containsExactly(5, 0, 3);
  }

  @Test
  void rowOrderChangesOnlyTheHash() throws IOException {
    List<String> lines = SCORES.lines().toList();
    StringBuilder turned = new StringBuilder(lines.get(0));
    for (int i = lines.size() - 1; i > 0; i--) {
      turned.append('\n').append(lines.get(i));
    }
    Suspects suspects = read(SCORES, "0.67", "aum", true);
    Suspects others = read(turned.toString(), "0.67", "aum", true);
    assertThat(others.ids()).isEqualTo(suspects.ids());
    assertThat(others.sha256()).isNotEqualTo(suspects.sha256());
  }

  @Test
  void readsNothingWithoutAShare() {
    assertThat(Suspects.read(RunConfig.defaults().data(), DATA, TRAIN, true)).isNull();
    assertThat(RunConfig.defaults().with(Suspects.NONE)).isEqualTo(RunConfig.defaults());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "3,,red | 3,,blue | line 4: image 3 was scored as \"blue\" and is labeled \"red\"",
        "3,,red | 3,,cat | line 4: image 3 was scored as \"cat\" and is labeled \"red\"",
        "3,,red | 3,x.png,red | line 4: image 3 is \"x.png\" in the file and \"\" in the data set",
        "3,,red | 10,,red | line 4: the id must be from 0 to 9, as there are 10 train images,"
            + " found",
        "3,,red | -3,,red | line 4: the id must be from 0 to 9",
        "3,,red | 2,,blue | line 4: image 2 was on line 3 already",
        "3,,red | 1,,green | has no score of image 3, which would be trained on; score a run with",
        "0.5,0.3 | bad,0.3 | line 4: a number is expected, found \"bad\" in column \"aum\"",
        "0.5,0.3 | ,0.3 | line 4: a finite number is expected, found \"\" in column \"aum\"",
        "0.5,0.3 | NaN,0.3 | line 4: a finite number is expected, found \"NaN\"",
        "0.5,0.3 | 0.5 | line 4: 8 cells are expected",
        "aum,c | margin,c | score: must be one of margin, consensus, which",
        "id,file | no,file | it has no columns id and given; give a scores.csv"
      })
  void rejectsAnotherFile(String replaced, String by, String says) {
    String text = SCORES.replaceFirst(replaced, by == null ? "" : by);
    assertThat(text).isNotEqualTo(SCORES);
    assertThatThrownBy(() -> read(text, "0.5", "aum", true))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("scores.csv")
        .hasMessageContaining(says)
        .message()
        .hasLineCount(1);
  }

  @Test
  void rejectsOtherColumns() {
    assertThatThrownBy(() -> read(SCORES, "0.5", "id", true))
        .hasMessageStartingWith("score: must be one of aum, consensus, which ")
        .hasMessageEndingWith("scores.csv has, found \"id\"");
  }

  @Test
  void requiresARemainingImage() {
    assertThatThrownBy(() -> read(SCORES, "0.95", "aum", true))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "drop-suspects 0.95 leaves none of 6 images to train on; choose a smaller share");
  }

  /** Whoever knows the file's hash may have labeled the images otherwise since. */
  @Test
  void acceptsUncheckedLabels() throws IOException {
    String other = SCORES.replaceFirst("3,,red", "3,,blue");
    assertThat(read(other, "0.2", "aum", false).ids()).containsExactly(7);
  }

  @Test
  void splitsWithoutSuspects() throws IOException {
    Map<String, String> keys =
        Map.of(
            "dataset",
            "synthetic",
            "val-fraction",
            "0.2",
            "drop-suspects",
            "0.25",
            "scores",
            file("id,given,aum\n" + rows()).toString(),
            "score",
            "aum");
    TrainingData all = TrainingData.of(RunConfig.defaults().with(keys).with(Suspects.NONE), DATA);
    TrainingData some = TrainingData.of(RunConfig.defaults().with(keys), DATA);
    assertThat(some.train()).hasSize(6);
    assertThat(all.train()).contains(some.train());
    assertThat(some.validation()).isEqualTo(all.validation());
    assertThat(some.test()).isEqualTo(all.test());
    int[] dropped = requireNonNull(some.suspects()).ids();
    assertThat(all.train()).contains(dropped);
    assertThat(some.train()).doesNotContain(dropped);
  }

  /** Ids as scores. */
  private static String rows() {
    StringBuilder rows = new StringBuilder();
    for (int id = 0; id < 10; id++) {
      rows.append(id).append(',').append(DATA.classNames().get(id % 3)).append(',').append(id);
      rows.append('\n');
    }
    return rows.toString();
  }
}
