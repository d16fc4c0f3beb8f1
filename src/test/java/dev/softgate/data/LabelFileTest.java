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
import org.junit.jupiter.params.provider.ValueSource;

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
          Arguments.of("index;given;x\n0;1;1\n", "line 1: the columns are index,given,x"),
          Arguments.of("file,given,decision\n", "softgate apply makes a label file of decisions"),
          Arguments.of("index,given\n", "line 1: the file labels no image"),
          Arguments.of("file,given\n0,1\n", "line 1: the images of source have no files"),
          Arguments.of("index,given\n0,1\n1\n2,1\n", "line 3: 2 cells are expected (index,given)"),
          Arguments.of("index,given\n0,1\n\n1,1\n2,1\n", "line 3: the line is empty"),
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
          Arguments.of("index,given\n0,Sea lions\n", "found 'Sea lions' (meant sea lion?)"),
          Arguments.of("index,given\r0,1\r0,2\r", "line 3: image 0 is on line 2 already"),
          Arguments.of("index,given,clean\n0,1,1\n1,1,\n2,1,1\n", "line 3: clean must be a class"));

  @TempDir private Path folder;

  private LabelFile read(String text) throws IOException {
    return LabelFile.read(Files.writeString(folder.resolve("l.csv"), text), dataset(NAMES));
  }

  /** Three train images and two test images. */
  private static Dataset dataset(List<String> classNames) {
    ImageSet train = ImageSet.of(new byte[3], new int[] {0, 1, 2}, 1, 1, 1);
    ImageSet test = ImageSet.of(new byte[2], new int[] {0, 1}, 1, 1, 1);
    return Dataset.of("x", classNames, train, test, "source");
  }

  /** The same images with files in a folder, {@code train/0.png} to {@code test/1.png}. */
  private static Dataset filed(Path root) {
    return filed(root, List.of("train/0.png", "train/1.png", "train/2.png"));
  }

  private static Dataset filed(Path root, List<String> train) {
    Dataset images = dataset(NAMES);
    return Dataset.of(
        "folder:x",
        NAMES,
        new Filed(images.train(), root, train),
        new Filed(images.test(), root, List.of("test/0.png", "test/1.png")),
        "folder x");
  }

  /** Images with files. */
  private record Filed(ImageSet images, Path root, List<String> files) implements ImageSet {

    @Override
    public int count() {
      return images.count();
    }

    @Override
    public int[] labels() {
      return images.labels();
    }

    @Override
    public int channels() {
      return images.channels();
    }

    @Override
    public int height(int id) {
      return images.height(id);
    }

    @Override
    public int width(int id) {
      return images.width(id);
    }

    @Override
    public void read(int id, Reader reader) {
      images.read(id, reader);
    }

    @Override
    public String file(int id) {
      return files.get(id);
    }

    @Override
    public Path path(int id) {
      return root.resolve(file(id));
    }
  }

  @ParameterizedTest
  @FieldSource("MALFORMED")
  void rejectsMalformedFilesWithTheirLine(String text, String says) {
    assertRejected(() -> read(text), folder.resolve("l.csv").toString(), says);
  }

  @Test
  void rejectsBinaryFiles() throws IOException {
    Path binary = Files.write(folder.resolve("b.csv"), new byte[] {'i', (byte) 0xff, 1, 2});
    assertRejected(() -> LabelFile.read(binary, dataset(NAMES)), "b.csv is not text in UTF-8");
    assertRejected(
        () -> LabelFile.read(folder.resolve("none.csv"), dataset(NAMES)), "none.csv: no such file");
    assertRejected(() -> LabelFile.read(folder, dataset(NAMES)), "is not a CSV file");
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
    LabelFile labels =
        LabelFile.of(Path.of("x"), new int[] {1, 0, 2}, new int[] {1, 2, 2}, dataset(NAMES));
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
    assertThat(LabelFile.read(file, dataset(numbers)).given()).containsExactly(0, 1, 0);
    LabelFile labels =
        LabelFile.of(file, new int[] {0, 1, 2}, new int[] {1, 1, 0}, dataset(numbers));
    assertThat(labels.text(numbers))
        .isEqualTo("index,given,clean\n0,1,10\n1,10,10\n2,\"2, \"\"two\"\"\",1\n");
    LabelFile again =
        LabelFile.read(Files.writeString(file, labels.text(numbers)), dataset(numbers));
    assertThat(again.given()).isEqualTo(labels.given());
    assertThat(again.clean()).isEqualTo(labels.clean());
    Path ids = Files.writeString(folder.resolve("i.csv"), "index,given\n0,1\n1,0\n2,1\n");
    assertRejected(
        () -> LabelFile.read(ids, dataset(numbers)),
        "line 3",
        "by name, as some names are numbers",
        "'0'");
    assertThat(LabelFile.read(ids, dataset(List.of("0", "1", "2"))).given())
        .containsExactly(1, 0, 1);
  }

  @Test
  void labelsTrainImagesByIndex() throws IOException {
    Dataset own = dataset(NAMES);
    Dataset labeled = own.labeled(read("index,given,clean\n0,2,0\n1,2,1\n2,0,2\n"));
    assertThat(labeled.train().labels()).containsExactly(2, 2, 0);
    assertThat(labeled.test().labels()).containsExactly(0, 1);
    assertThat(own.train().labels()).containsExactly(0, 1, 2);
    assertThat(labeled.train().pixels(2)).isEqualTo(own.train().pixels(2));
    assertThat(labeled.sha256()).isEqualTo(own.sha256());
    assertThat(labeled.source()).startsWith("source, labels of ").endsWith("l.csv");
  }

  @Test
  void keepsLabelsOfImagesThatItDoesNotList() throws IOException {
    LabelFile labels = read("index,given\n2,cat\n");
    assertThat(labels.given()).containsExactly(0, 1, 0);
    assertThat(labels.listed()).isEqualTo(1);
    assertThat(read("index,given,clean\n2,cat,dog\n").clean()).containsExactly(0, 1, 1);
  }

  @Test
  void leavesOutImagesWithoutALabel() throws IOException {
    LabelFile labels = read("index,given\n1,\n0,2\n");
    assertThat(labels.given()).containsExactly(2, 1, 2);
    assertThat(labels.train().leftOut()).containsExactly(1);
    assertThat(labels.train().kept(new int[] {2, 1, 0})).containsExactly(2, 0);
    assertThat(labels.test().leftOut()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "index,given\r0,sea lion\r1,\r",
        "\uFEFFindex;given\r\n0;sea lion\r\n1;\r\n",
        "index\tgiven\n0\tsea lion\n1\t",
        "\"index\",\"given\"\n\"0\",\"sea lion\"\n\"1\",\"\"\n"
      })
  void readsWhatSpreadsheetsWrite(String text) throws IOException {
    LabelFile labels = read(text);
    assertThat(labels.given()).containsExactly(2, 1, 2);
    assertThat(labels.train().leftOut()).containsExactly(1);
  }

  @Test
  void findsImagesByTheirFiles() throws IOException {
    Path set = folder.resolve("set");
    Dataset dataset = filed(set);
    Path beside = Files.createDirectories(folder.resolve("beside"));
    Path file =
        Files.writeString(
            beside.resolve("l.csv"),
            "file,given\ntrain/0.png,dog\n%s,0\n../set/train/2.png,\ntest/../test/1.png,cat\n"
                .formatted(set.resolve("train/1.png")));
    LabelFile labels = LabelFile.read(file, dataset);
    assertThat(labels.given()).containsExactly(1, 0, 2);
    assertThat(labels.train().leftOut()).containsExactly(2);
    assertThat(labels.test().labels()).containsExactly(0, 0);
    assertThat(List.of(labels.listed(), labels.relabeled(), labels.leftOut()))
        .containsExactly(4, 3, 1);
    Dataset labeled = dataset.labeled(labels);
    assertThat(labeled.train().labels()).containsExactly(1, 0, 2);
    assertThat(labeled.test().labels()).containsExactly(0, 0);
    assertThat(labels.labelsTestOf(dataset)).isTrue();
    assertThat(read("index,given\n0,1\n").labelsTestOf(dataset)).isFalse();
  }

  @Test
  void leavesOutFilesThatTheSetDoesNotHave() throws IOException {
    Path set = Files.createDirectories(folder.resolve("set"));
    Files.createDirectories(set.resolve("train"));
    Files.createFile(set.resolve("train/broken.png"));
    Path file =
        Files.writeString(
            folder.resolve("l.csv"),
            "file,given\ntrain/broken.png,\nset/train/broken.png,\ntrain/0.png,dog\n");
    LabelFile labels = LabelFile.read(file, filed(set));
    assertThat(labels.given()).containsExactly(1, 1, 2);
    assertThat(List.of(labels.listed(), labels.leftOut())).containsExactly(1, 0);
    Files.writeString(file, "file,given\ntrain/gone.png,\n");
    assertRejected(() -> LabelFile.read(file, filed(set)), "train/gone.png is no image of");
  }

  @Test
  void findsFilesThroughLinks() throws IOException {
    Path real = Files.createDirectories(folder.resolve("real"));
    Files.createDirectories(real.resolve("train"));
    Files.createFile(real.resolve("train/0.png"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    Path file =
        Files.writeString(
            folder.resolve("l.csv"), "file,given\n" + link.resolve("train/0.png") + ",dog\n");
    assertThat(LabelFile.read(file, filed(real)).given()).containsExactly(1, 1, 2);
  }

  @Test
  void rejectsFilesOfNoImageOrOfTwo() throws IOException {
    Path set = folder.resolve("set");
    Path file = Files.writeString(folder.resolve("l.csv"), "file,given\ntrain/0.png,1\nx.png,1\n");
    assertRejected(
        () -> LabelFile.read(file, filed(set)), "l.csv line 3: x.png is no image of folder x");
    Path twice =
        Files.writeString(
            folder.resolve("twice.csv"), "file,given\nset/train/0.png,1\ntrain/0.png,1\n");
    assertRejected(
        () -> LabelFile.read(twice, filed(set)), "line 3: image train/0.png is on line 2 already");
    Files.createDirectories(set.resolve("sub"));
    Path within = Files.writeString(set.resolve("sub/l.csv"), "file,given\nx.png,1\n");
    assertRejected(
        () -> LabelFile.read(within, filed(set, List.of("x.png", "sub/x.png", "y.png"))),
        "line 2: x.png is one image relative to the set's folder and another relative to the file");
  }
}
