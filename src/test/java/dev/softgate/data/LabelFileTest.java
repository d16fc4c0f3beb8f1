package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.interop.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class LabelFileTest {

  private static final List<String> NAMES = List.of("cat", "dog", "sea lion");

  /** A file of three images, and what its refusal says. */
  static final List<Arguments> MALFORMED =
      List.of(
          Arguments.of("", "line 1: a header of distinct column names is expected, found ''"),
          Arguments.of("\n\n", "line 1: a header"),
          Arguments.of("index,given,given\n", "line 1: a header of distinct"),
          Arguments.of("index,,clean\n", "line 1: a header of distinct"),
          Arguments.of("0,1,1\n1,1,1\n2,1,1\n", "line 1: a header of distinct"),
          Arguments.of("index,given,truth\n0,1,1\n", "line 1: the columns are index,given,truth"),
          Arguments.of("given,index\n0,1\n", "line 1: the columns are given,index"),
          Arguments.of("index;given\n0;1\n", "line 1: the columns are index;given"),
          Arguments.of("index,given\n", "line 1: the file has no row for image 0 and 2"),
          Arguments.of("index,given\n0,1\n2,1\n", "line 3: the file has no row for image 1"),
          Arguments.of("index,given\n0,1\n1\n2,1\n", "line 3: 2 cells are expected (index,given)"),
          Arguments.of("index,given\n0,1\n\n1,1\n2,1\n", "line 3: 2 cells are expected"),
          Arguments.of("index,given\n0,1\n1,1,1\n2,1\n", "line 3: 2 cells are expected"),
          Arguments.of("index,given\n0,1\n1,\"cat\n2,1\n", "line 3: a quotation mark without"),
          Arguments.of(
              "index,given\n0,1\n1,1\n2,1\n3,1\n", "line 5: the index must be from 0 to 2"),
          Arguments.of("index,given\n0,1\n1,1\n-1,1\n", "line 4: the index must be"),
          Arguments.of("index,given\n0,1\n1.0,1\n2,1\n", "found '1.0'"),
          Arguments.of("index,given\n0,1\n99999999999,1\n2,1\n", "line 3: the index must be"),
          Arguments.of("index,given\n0,1\n1,1\n0,1\n", "line 4: image 0 is on line 2 already"),
          Arguments.of(
              "index,given\n0,1\n1,3\n2,1\n", "line 3: given must be a class, from 0 to 2"),
          Arguments.of("index,given\n0,1\n1,-1\n2,1\n", "line 3: given must be a class"),
          Arguments.of("index,given\n0,1\n1,horse\n2,1\n", "by name, found 'horse'"),
          Arguments.of("index,given\n0,1\n1,\n2,1\n", "line 3: given must be a class"),
          Arguments.of("index,given,clean\n0,1,1\n1,1,\n2,1,1\n", "line 3: clean must be a class"));

  @TempDir private Path folder;

  private LabelFile read(String text) throws IOException {
    return LabelFile.read(Files.writeString(folder.resolve("l.csv"), text), 3, NAMES);
  }

  @ParameterizedTest
  @FieldSource("MALFORMED")
  void rejectsMalformedFilesWithTheirLine(String text, String says) {
    assertRejected(() -> read(text), folder.resolve("l.csv").toString(), says);
  }

  @Test
  void rejectsBinaryFiles() throws IOException {
    Path binary = Files.write(folder.resolve("b.csv"), new byte[] {'i', (byte) 0xff, 1, 2});
    assertRejected(() -> LabelFile.read(binary, 3, NAMES), "b.csv is not text in UTF-8");
    assertRejected(
        () -> LabelFile.read(folder.resolve("none.csv"), 3, NAMES), "none.csv: no such file");
    assertRejected(() -> LabelFile.read(folder, 3, NAMES), "is not a CSV file");
  }

  @Test
  void readsIdsAndNamesInAnyOrder() throws IOException {
    LabelFile labels =
        read("\uFEFFindex, given ,clean\r\n2,\"sea lion\",1\r\n0,0,cat\r\n1, 2,dog\r\n\r\n");
    assertThat(labels.given()).containsExactly(0, 2, 2);
    assertThat(labels.clean()).containsExactly(0, 1, 1);
    assertThat(labels.confusion(3)).isDeepEqualTo(new int[][] {{1, 0, 0}, {0, 0, 2}, {0, 0, 0}});
    assertThat(LabelFile.differences(labels.given(), Objects.requireNonNull(labels.clean())))
        .isEqualTo(2);
  }

  @Test
  void acceptsUnknownCleanLabels() throws IOException {
    LabelFile labels = read("index,given\n0,1\n1,0\n2,2");
    assertThat(labels.clean()).isNull();
    assertThatThrownBy(() -> labels.confusion(3)).hasMessage("the clean labels are not known");
  }

  @Test
  void roundTrips() throws IOException {
    LabelFile labels = LabelFile.of(Path.of("x"), new int[] {1, 0, 2}, new int[] {1, 2, 2}, NAMES);
    String text = labels.text(NAMES);
    assertThat(text).isEqualTo("index,given,clean\n0,1,1\n1,0,2\n2,2,2\n");
    LabelFile again = read(text);
    assertThat(again.given()).isEqualTo(labels.given());
    assertThat(again.clean()).isEqualTo(labels.clean());
    assertThat(again.sha256())
        .isEqualTo(labels.sha256())
        .isEqualTo(Sha256.of(text.getBytes(StandardCharsets.UTF_8)))
        .isNotEqualTo(read(text + "\n").sha256());
  }

  /** As those of a folder are, sorted as text: 10 comes before 2. */
  @Test
  void prefersNamesOverNumbers() throws IOException {
    List<String> numbers = List.of("1", "10", "2, \"two\"");
    Path file = Files.writeString(folder.resolve("n.csv"), "index,given\n0,1\n1,10\n2,1\n");
    assertThat(LabelFile.read(file, 3, numbers).given()).containsExactly(0, 1, 0);
    LabelFile labels = LabelFile.of(file, new int[] {0, 1, 2}, new int[] {1, 1, 0}, numbers);
    assertThat(labels.text(numbers))
        .isEqualTo("index,given,clean\n0,1,10\n1,10,10\n2,\"2, \"\"two\"\"\",1\n");
    LabelFile again = LabelFile.read(Files.writeString(file, labels.text(numbers)), 3, numbers);
    assertThat(again.given()).isEqualTo(labels.given());
    assertThat(again.clean()).isEqualTo(labels.clean());
    Path ids = Files.writeString(folder.resolve("i.csv"), "index,given\n0,1\n1,0\n2,1\n");
    assertRejected(
        () -> LabelFile.read(ids, 3, numbers),
        "line 3",
        "by name, as some names are numbers",
        "'0'");
    assertThat(LabelFile.read(ids, 3, List.of("0", "1", "2")).given()).containsExactly(1, 0, 1);
  }

  @Test
  void labelsOnlyTrainImages() throws IOException {
    ImageSet train = ImageSet.of(new byte[3], new int[] {0, 1, 2}, 1, 1, 1);
    ImageSet test = ImageSet.of(new byte[3], new int[] {0, 1, 2}, 1, 1, 1);
    Dataset own = Dataset.of("x", NAMES, train, test, "source");
    Dataset labeled = own.labeled(read("index,given,clean\n0,2,0\n1,2,1\n2,0,2\n"));
    assertThat(labeled.train().labels()).containsExactly(2, 2, 0);
    assertThat(labeled.test().labels()).containsExactly(0, 1, 2);
    assertThat(own.train().labels()).containsExactly(0, 1, 2);
    assertThat(labeled.train().pixels(2)).isEqualTo(train.pixels(2));
    assertThat(labeled.sha256()).isEqualTo(own.sha256());
    assertThat(labeled.source()).startsWith("source, labels of ").endsWith("l.csv");
  }
}
