package dev.softgate.study;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class SuspectsTableTest {

  private static final String HEADER =
      "file,given,suggested,probability_given,probability_suggested,score,flagged,reason\n";

  /** A table, and what its refusal says. */
  static final List<Arguments> MALFORMED =
      List.of(
          Arguments.of("", "line 1: a header of distinct column names"),
          Arguments.of("id,given\n", "line 1: there is no column file or index, only id,given"),
          Arguments.of("file,given\n", "line 1: the column \"suggested\" is missing"),
          Arguments.of(HEADER + "a.png,cat,dog,0.1,0.8,0.2,true\n", "line 2: 8 cells are expected"),
          Arguments.of(HEADER + ",cat,dog,0.1,0.8,0.2,true,\n", "line 2: the path of a file"),
          Arguments.of(HEADER + "a\0.png,cat,dog,0.1,0.8,0.2,true,\n", "line 2: the path of a"),
          Arguments.of(HEADER + "a.png,,dog,0.1,0.8,0.2,true,\n", "line 2: a class name"),
          Arguments.of(HEADER + "a.png,cat,dog,1.1,0.8,0.2,true,\n", "line 2: a probability"),
          Arguments.of(HEADER + "a.png,cat,dog,0.1,-.8,0.2,true,\n", "line 2: a probability"),
          Arguments.of(HEADER + "a.png,cat,dog,0.1,0.8,,true,\n", "line 2: a finite number"),
          Arguments.of(HEADER + "a.png,cat,dog,0.1,0.8,NaN,true,\n", "line 2: a finite number"),
          Arguments.of(HEADER + "a.png,cat,dog,0.1,0.8,0.2,1,\n", "line 2: true or false"),
          Arguments.of(
              HEADER + "a.png,cat,dog,0,1,0,true,\n./a.png,cat,dog,0,1,0,true,\n",
              "line 3: the image is on line 2 already"),
          Arguments.of(
              HEADER.replace("file", "index") + "-1,cat,dog,0.1,0.8,0.2,true,\n",
              "line 2: the number of an image is expected"));

  @TempDir private Path folder;

  @Test
  void readsBackWhatItWrote() {
    List<Suspect> written =
        List.of(
            new Suspect(
                folder.resolve("cat, the\n\"first\".png"),
                -1,
                "cat",
                "sea lion, large",
                0.0625,
                0.75,
                0.125,
                true,
                "labeled cat, predicted \"sea lion, large\""),
            new Suspect(
                folder.resolve("ü.png"), -1, "dog", "", Double.NaN, Double.NaN, 1, false, ""));
    Path file = folder.resolve("suspects.csv");
    SuspectsTable.write(file, written);
    assertThat(file).content().startsWith(HEADER);
    assertThat(SuspectsTable.read(file)).isEqualTo(written);
  }

  @Test
  void namesImagesWithoutFilesByTheirIndex() {
    List<Suspect> written = List.of(new Suspect(null, 17, "cat", "dog", 0, 1, 0.5, false, "x"));
    Path file = folder.resolve("suspects.csv");
    SuspectsTable.write(file, written);
    assertThat(file).content().startsWith("index,given,suggested,").contains("\n17,cat,dog,");
    assertThat(SuspectsTable.read(file)).isEqualTo(written);
  }

  @Test
  void readsEditedTables() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("s.csv"),
            HEADER.replace("reason\n", "reason,note\n")
                + "cats/../1.png,cat,dog,,,-2,TRUE,,mine\n");
    assertThat(SuspectsTable.read(file))
        .containsExactly(
            new Suspect(
                folder.resolve("1.png"), -1, "cat", "dog", Double.NaN, Double.NaN, -2, true, ""));
  }

  @Test
  void readsTablesWithTheRequiredColumnsAlone() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("s.csv"), "file,given,suggested\n1.png,cat,dog\n2.png,cat,\n");
    assertThat(SuspectsTable.read(file))
        .extracting(Suspect::score, Suspect::flagged, Suspect::probabilityGiven, Suspect::reason)
        .containsExactly(tuple(0.0, false, Double.NaN, ""), tuple(1.0, false, Double.NaN, ""));
  }

  @ParameterizedTest
  @FieldSource("MALFORMED")
  void rejectsMalformedTablesWithTheirLine(String text, String says) throws IOException {
    Path file = Files.writeString(folder.resolve("s.csv"), text);
    assertRejected(() -> SuspectsTable.read(file), file.toString(), says);
  }

  @Test
  void rejectsListsWithAndWithoutFiles() {
    Suspect with = new Suspect(folder.resolve("a"), -1, "cat", "dog", 0, 1, 0, true, "");
    Suspect without = new Suspect(null, 1, "cat", "dog", 0, 1, 0, true, "");
    assertThatThrownBy(() -> SuspectsTable.write(folder.resolve("s.csv"), List.of(with, without)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve("s.csv")).doesNotExist();
  }
}
