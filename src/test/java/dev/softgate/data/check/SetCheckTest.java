package dev.softgate.data.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.data.Dataset;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageListing;
import dev.softgate.data.ImageSet;
import dev.softgate.data.check.SetReport.ClassCount;
import dev.softgate.data.check.SetReport.Common;
import dev.softgate.data.check.SetReport.Unreadable;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetCheckTest {

  private static final int WIDTH = 120;
  private static final int HEIGHT = 90;

  @TempDir Path dir;

  private int seed;

  /** 12 photos a class to train on and 2 to test on, with nothing wrong. */
  @BeforeEach
  void writeSoundSet() throws IOException {
    for (String name : List.of("cat", "dog", "owl")) {
      for (int i = 0; i < 12; i++) {
        write("train/%s/%02d.png".formatted(name, i), photo());
      }
      for (int i = 0; i < 2; i++) {
        write("test/%s/%02d.png".formatted(name, i), photo());
      }
    }
  }

  private BufferedImage photo() {
    return TestPhotos.photo(++seed, WIDTH, HEIGHT);
  }

  private void write(String name, BufferedImage image) throws IOException {
    TestPhotos.write(image, dir.resolve(name));
  }

  private void copy(String from, String to) throws IOException {
    Files.createDirectories(dir.resolve(to).getParent());
    Files.copy(dir.resolve(from), dir.resolve(to));
  }

  private SetReport check() {
    return SetCheck.run(
        new ListedFiles(ImageListing.of("folder:" + dir)), null, DownloadListener.NONE);
  }

  /** The findings of each kind: names of images, then the note after a colon. */
  private static Map<String, List<String>> problems(SetReport report) {
    Map<String, List<String>> problems = new TreeMap<>();
    for (Issue issue : report.issues()) {
      problems.put(
          issue.issue().key(),
          issue.findings().stream()
              .map(
                  found ->
                      String.join(" ", found.images().stream().map(report::relative).toList())
                          + ": "
                          + found.note())
              .toList());
    }
    return problems;
  }

  private static List<String> of(SetReport report, IssueKind kind) {
    return problems(report).getOrDefault(kind.key(), List.of());
  }

  @Test
  void soundSetHasNoProblems() {
    SetReport report = check();
    assertThat(problems(report)).isEmpty();
    assertThat(report.common()).isEmpty();
    assertThat(report.files()).isEqualTo(42);
    assertThat(report.images()).isEqualTo(42);
    assertThat(report.trainImages()).isEqualTo(36);
    assertThat(report.testImages()).isEqualTo(6);
    assertThat(report.classCounts())
        .containsExactly(
            new ClassCount("cat", 12, 0, 2),
            new ClassCount("dog", 12, 0, 2),
            new ClassCount("owl", 12, 0, 2));
    assertThat(report.imbalance()).isEqualTo(1);
    assertThat(report.sizes())
        .isEqualTo(new SetReport.Sizes(1, List.of(WIDTH, HEIGHT), List.of(WIDTH, HEIGHT)));
    assertThat(report.formats()).isEqualTo(Map.of("PNG", 42));
  }

  @Test
  void listsUnreadableFilesWithTheirReasons() throws IOException {
    Files.createFile(dir.resolve("train/cat/empty.jpg"));
    write("train/cat/cut.jpg", photo());
    byte[] whole = Files.readAllBytes(dir.resolve("train/cat/cut.jpg"));
    Files.write(dir.resolve("train/cat/cut.jpg"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(dir.resolve("train/dog/<script>alert('1')\u0007\".png"), "no image");
    copy("train/dog/<script>alert('1')\u0007\".png", "train/dog/again.png");
    Files.createDirectories(dir.resolve("train/dog/folder.png"));
    SetReport report = check();
    assertThat(report.files()).isEqualTo(46);
    assertThat(report.images()).isEqualTo(42);
    assertThat(report.unreadable())
        .extracting(Unreadable::file)
        .containsExactly(
            dir.resolve("train/cat/cut.jpg").toString(),
            dir.resolve("train/cat/empty.jpg").toString(),
            dir.resolve("train/dog/<script>alert('1')\u0007\".png").toString(),
            dir.resolve("train/dog/again.png").toString());
    assertThat(report.unreadable().get(0).reason()).contains("ends too early");
    assertThat(report.unreadable().get(1).reason()).startsWith("is empty");
    assertThat(report.unreadable().get(2).reason()).startsWith("is not an image");
    assertThat(report.unreadable())
        .allSatisfy(bad -> assertThat(bad.reason()).doesNotContain(dir.toString()));
    assertThat(problems(report)).containsOnlyKeys("unreadable");
    assertThat(report.exactDuplicates()).isEmpty();
  }

  @Test
  void listsFilesWithoutPermission() throws IOException {
    Path file = dir.resolve("train/cat/00.png");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(file), "the superuser reads all files");
    assertThat(check().unreadable()).extracting(Unreadable::file).containsExactly(file.toString());
  }

  @Test
  void groupsIdenticalImages() throws IOException {
    copy("train/cat/00.png", "train/cat/copy.png"); // the same bytes
    write("train/dog/01.bmp", read("train/dog/01.png")); // another format
    copy("train/owl/02.png", "train/dog/x.png"); // another label
    copy("train/cat/03.png", "test/cat/t.png"); // another part
    SetReport report = check();
    assertThat(problems(report))
        .containsOnlyKeys("conflicting_duplicates", "split_duplicates", "exact_duplicates");
    assertThat(of(report, IssueKind.EXACT_DUPLICATES))
        .containsExactlyInAnyOrder(
            "train/cat/00.png train/cat/copy.png: the same bytes",
            "train/cat/03.png test/cat/t.png: the same bytes; in train and test",
            "train/dog/01.bmp train/dog/01.png: the same pixels as BMP and PNG",
            "train/dog/x.png train/owl/02.png: the same bytes; labels dog and owl");
    assertThat(of(report, IssueKind.CONFLICTING_DUPLICATES))
        .containsExactly("train/dog/x.png train/owl/02.png: the same bytes; labels dog and owl");
    assertThat(of(report, IssueKind.SPLIT_DUPLICATES))
        .containsExactly("train/cat/03.png test/cat/t.png: the same bytes; in train and test");
    assertThat(report.conflictingDuplicates())
        .containsExactly(
            List.of(
                dir.resolve("train/dog/x.png").toString(),
                dir.resolve("train/owl/02.png").toString()));
    assertThat(report.exactDuplicates()).hasSize(4);
  }

  private BufferedImage read(String name) throws IOException {
    return javax.imageio.ImageIO.read(dir.resolve(name).toFile());
  }

  @Test
  void groupsNearlyIdenticalImages() throws IOException {
    write("train/cat/00.jpg", read("train/cat/00.png"));
    write("train/owl/z.png", TestPhotos.scaled(read("train/dog/03.png"), .9));
    SetReport report = check();
    assertThat(problems(report)).containsOnlyKeys("near_duplicates");
    assertThat(of(report, IssueKind.NEAR_DUPLICATES))
        .containsExactly( // two labels are worse
            "train/dog/03.png train/owl/z.png: look alike; labels dog and owl",
            "train/cat/00.jpg train/cat/00.png: look alike");
  }

  @Test
  void listsOddImages() throws IOException {
    write("train/cat/dark.png", TestPhotos.scaled(photo(), .25));
    BufferedImage bright = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    BufferedImage faint = TestPhotos.scaled(photo(), .04);
    for (int at = 0; at < WIDTH * HEIGHT; at++) {
      bright.setRGB(at % WIDTH, at / WIDTH, faint.getRGB(at % WIDTH, at / WIDTH) + 0xF5F5F5);
    }
    write("train/cat/bright.png", bright);
    BufferedImage blank = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = blank.createGraphics();
    graphics.setColor(new Color(90, 120, 60));
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    graphics.dispose();
    write("train/dog/blank.png", blank);
    write(
        "train/dog/blurred.png",
        TestPhotos.resized(
            TestPhotos.blurred(TestPhotos.photo(++seed, 300, 240), 45), WIDTH, HEIGHT));
    write("train/owl/long.png", TestPhotos.photo(++seed, 360, 30));
    write("train/owl/other.png", TestPhotos.photo(++seed, 150, 100)); // not odd
    write("train/owl/tiny.png", TestPhotos.photo(++seed, 16, 12));
    write("train/owl/gray.png", TestPhotos.gray(photo()));
    SetReport report = check();
    assertThat(problems(report))
        .containsOnlyKeys(
            "blank", "bright", "blurred", "dark", "grayscale", "odd_aspect_ratio", "odd_size");
    assertThat(of(report, IssueKind.BLANK))
        .containsExactly("train/dog/blank.png: 0.0 bits of entropy");
    assertThat(of(report, IssueKind.DARK))
        .singleElement()
        .asString()
        .startsWith("train/cat/dark.png");
    assertThat(of(report, IssueKind.BRIGHT))
        .singleElement()
        .asString()
        .startsWith("train/cat/bright.png");
    assertThat(of(report, IssueKind.BLURRED))
        .singleElement()
        .asString()
        .startsWith("train/dog/blurred.png");
    assertThat(of(report, IssueKind.ODD_ASPECT_RATIO))
        .containsExactly("train/owl/long.png: shorter side 0.08 of the longer one");
    assertThat(of(report, IssueKind.ODD_SIZE))
        .containsExactly("train/owl/tiny.png: root of the area 14 pixels");
    assertThat(of(report, IssueKind.GRAYSCALE))
        .containsExactly("train/owl/gray.png: red, green and blue equal");
    assertThat(report.grayImages()).isEqualTo(1);
  }

  /** Images are 0.1 apart, the last one 0.3; the last but one has no features. */
  @Test
  void listsWhatIsFarFromItsNeighbors() {
    ListedFiles set = new ListedFiles(ImageListing.of("folder:" + dir));
    int[] neighbors = new int[42];
    float[] similarities = new float[42];
    Arrays.fill(similarities, .9f);
    similarities[41] = .7f;
    neighbors[40] = -1;
    similarities[40] = Float.NaN;
    SetReport report =
        SetCheck.run(set, new FeatureNeighbors(1, neighbors, similarities), DownloadListener.NONE);
    assertThat(problems(report)).containsOnlyKeys("outliers");
    assertThat(of(report, IssueKind.OUTLIERS))
        .containsExactly(
            report.relative(set.image(41)) + ": 3.0 times as far from its neighbors as the median");
  }

  @Test
  void namesSmallClasses() throws IOException {
    write("train/yak/0.png", photo());
    write("test/emu/0.png", photo());
    SetReport report = check();
    assertThat(report.smallClasses()).containsExactly("emu", "yak");
    assertThat(of(report, IssueKind.SMALL_CLASSES))
        .containsExactly(": emu: 0 training images", ": yak: 1 training image");
    assertThat(report.imbalance()).isNull();
    assertThat(report.classCounts()).contains(new ClassCount("emu", 0, 0, 1));
  }

  /** What most images are is how the set is, and digits on black are not blank. */
  @Test
  void mostImagesAreNotOdd() {
    int side = 20;
    byte[] pixels = new byte[30 * side * side];
    int[] labels = new int[30];
    for (int id = 0; id < 30; id++) {
      labels[id] = id % 2;
      for (int stroke = 0; stroke < 8; stroke++) { // in another place each
        int at = id * side * side + (7 * id + 37 * stroke) % (side * side);
        pixels[at] = (byte) (60 + stroke);
      }
    }
    ImageSet train = ImageSet.of(pixels, labels, 1, side, side);
    ImageSet test = ImageSet.of(new byte[side * side], new int[1], 1, side, side);
    SetReport report =
        SetCheck.run(
            new LoadedImages(
                new Dataset("digits", List.of("odd", "even"), train, test, "0", "made here")),
            null,
            DownloadListener.NONE);
    assertThat(problems(report)).containsOnlyKeys("blank");
    assertThat(of(report, IssueKind.BLANK)).containsExactly("test:0: 0.0 bits of entropy");
    assertThat(report.common())
        .containsExactly(new Common(IssueKind.DARK, 31), new Common(IssueKind.GRAYSCALE, 31));
    assertThat(report.formats()).isEqualTo(Map.of("raw", 31));
    assertThat(report.root()).isNull();
  }
}
