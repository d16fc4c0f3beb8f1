package dev.softgate.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.review.Decision.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionsFileTest {

  private static final String HEADER = "file,given,decision,label,seconds\n";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("decisions.csv");
  }

  private Decision decision(String name, Kind kind, String label) {
    return new Decision(folder.resolve(name), -1, "cat", kind, label, 1.25);
  }

  private Decision keep(String name) {
    return decision(name, Kind.KEEP, "cat");
  }

  private Decision dog(String name) {
    return decision(name, Kind.RELABEL, "dog");
  }

  @Test
  void readsWhatPeopleWrite() throws IOException {
    Files.writeString(file, HEADER + "a.png,cat,keep,,\nb.png,dog,remove,dog,2\n");
    assertThat(DecisionsFile.read(file)).extracting(Decision::label).containsExactly("cat", "");
  }

  @Test
  void writesOneLineForEachDecision() throws IOException {
    try (DecisionsFile opened = DecisionsFile.open(file, true)) {
      assertThat(file).hasContent(HEADER);
      opened.append(keep("a.png"));
      opened.append(dog("odd, \"name\"\n.png"));
      opened.append(decision("c.png", Kind.REMOVE, ""));
      assertThat(Files.readString(file))
          .isEqualTo(
              HEADER
                  + "%s/a.png,cat,keep,cat,1.3\n".formatted(folder)
                  + "\"%s/odd, \"\"name\"\"\n.png\",cat,relabel,dog,1.3\n".formatted(folder)
                  + "%s/c.png,cat,remove,,1.3\n".formatted(folder));
    }
    assertThat(DecisionsFile.read(file))
        .extracting(Decision::image)
        .containsExactly(
            folder.resolve("a.png").toString(),
            folder.resolve("odd, \"name\"\n.png").toString(),
            folder.resolve("c.png").toString());
  }

  @Test
  void namesImagesWithoutFilesByIndex() throws IOException {
    Decision seventh = new Decision(null, 7, "cat", Kind.RELABEL, "dog", Double.NaN);
    try (DecisionsFile opened = DecisionsFile.open(file, false)) {
      opened.append(seventh);
    }
    assertThat(file).hasContent("index,given,decision,label,seconds\n7,cat,relabel,dog,\n");
    assertThat(DecisionsFile.read(file)).containsExactly(seventh);
    assertThatThrownBy(() -> DecisionsFile.open(file, true))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("names images by index");
  }

  @Test
  void laterDecisionHoldsAndUndoRestoresTheEarlierOne() throws IOException {
    try (DecisionsFile opened = DecisionsFile.open(file, true)) {
      opened.append(keep("a.png"));
      opened.append(keep("b.png"));
      opened.append(dog("a.png"));
      assertThat(DecisionsFile.read(file)).hasSize(2);
      assertThat(opened.of(keep("a.png").image())).isEqualTo(rounded(dog("a.png"), 1.25));
      assertThat(DecisionsFile.read(file).get(0).label()).isEqualTo("dog");

      assertThat(opened.undo()).isEqualTo(dog("a.png"));
      assertThat(opened.of(keep("a.png").image())).isEqualTo(keep("a.png"));
      assertThat(DecisionsFile.read(file)).extracting(Decision::label).containsOnly("cat");

      opened.undo();
      opened.undo();
      assertThat(opened.undo()).isNull();
      assertThat(opened.last()).isNull();
      assertThat(file).hasContent(HEADER);
    }
  }

  @Test
  void reopenedFileContinues() throws IOException {
    try (DecisionsFile opened = DecisionsFile.open(file, true)) {
      opened.append(keep("a.png"));
    }
    try (DecisionsFile opened = DecisionsFile.open(file, true)) {
      assertThat(opened.last()).isEqualTo(rounded(keep("a.png"), 1.3));
      opened.append(dog("b.png"));
    }
    assertThat(DecisionsFile.read(file)).hasSize(2);
  }

  @Test
  void incompleteLastLineIsDroppedWhereverItWasCut() throws IOException {
    try (DecisionsFile opened = DecisionsFile.open(file, true)) {
      opened.append(keep("a.png"));
      opened.append(dog("\u00e9, \"b\"\nc.png"));
    }
    byte[] all = Files.readAllBytes(file);
    int firstEnd = new String(all, StandardCharsets.ISO_8859_1).indexOf("1.3\n") + 4;
    int labelEnd = new String(all, StandardCharsets.ISO_8859_1).lastIndexOf(',');
    for (int cut = firstEnd; cut < all.length; cut++) {
      Files.write(file, Arrays.copyOf(all, cut));
      int expected = cut > labelEnd ? 2 : 1; // a whole label counts
      assertThat(DecisionsFile.read(file)).as("cut at %d", cut).hasSize(expected);
      try (DecisionsFile opened = DecisionsFile.open(file, true)) {
        opened.append(keep("z.png"));
      }
      assertThat(DecisionsFile.read(file)).as("cut at %d", cut).hasSize(expected + 1);
    }
  }

  @Test
  void handEditedFileKeepsItsLastLine() throws IOException {
    Files.writeString(file, "\uFEFF" + HEADER.replace("\n", "\r\n") + "a.png,cat,relabel,dog,");
    assertThat(DecisionsFile.read(file)).containsExactly(rounded(dog("a.png"), Double.NaN));
    try (DecisionsFile opened = DecisionsFile.open(file, true)) {
      opened.append(keep("b.png"));
    }
    assertThat(file).content().doesNotContain("\r").endsWith("b.png,cat,keep,cat,1.3\n");
    assertThat(DecisionsFile.read(file)).hasSize(2);
  }

  @Test
  void rejectsAnotherReviewOfTheSameFile() {
    try (DecisionsFile first = DecisionsFile.open(file, true)) {
      assertThat(first.rows()).isEmpty();
      assertThatThrownBy(() -> DecisionsFile.open(file, true))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("open in another review (process");
    }
    DecisionsFile.open(file, true).close();
  }

  @Test
  void rejectsWritingOverAnotherProgramsChange() throws IOException {
    try (DecisionsFile opened = DecisionsFile.open(file, true)) {
      opened.append(keep("a.png"));
      String edited = Files.readString(file) + "b.png,cat,remove,,\n";
      Files.writeString(file, edited);
      assertThatThrownBy(() -> opened.append(keep("c.png")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("was changed by another program");
      assertThatThrownBy(opened::undo).isInstanceOf(IOException.class);
      assertThat(file).hasContent(edited);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.png,cat,keep,dog,1|the given label or an empty cell is expected for keep",
        "a.png,cat,relabel,cat,1|another label than the given one",
        "a.png,cat,relabel,,1|another label than the given one",
        "a.png,cat,remove,dog,1|an empty cell is expected for remove",
        "a.png,cat,Keep,cat,1|keep, relabel or remove is expected",
        "a.png,cat,keep,cat,soon|a number is expected",
        ",cat,keep,cat,1|the path of an image is expected",
        "a.png,cat,keep|5 cells are expected",
      })
  void rejectsMalformedRows(String row, String expected) throws IOException {
    Files.writeString(file, HEADER + row + "\n");
    assertThatThrownBy(() -> DecisionsFile.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("decisions.csv line 2: ")
        .hasMessageContaining(expected);
  }

  @Test
  void rejectsOtherTables() throws IOException {
    Files.writeString(file, "file,given,clean\na.png,cat,dog\n");
    assertThatThrownBy(() -> DecisionsFile.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("its columns must be file (or index),given,decision,label,seconds");
    assertThatThrownBy(() -> DecisionsFile.read(folder.resolve("absent.csv")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no such file");
    assertThat(List.of(folder.toFile().list())).doesNotContain("absent.csv");
  }

  private static Decision rounded(Decision decision, double seconds) {
    return new Decision(
        decision.file(),
        decision.index(),
        decision.given(),
        decision.kind(),
        decision.label(),
        seconds);
  }
}
