package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

  @TempDir Path dir;

  /** Class b before class a, so that sorting shows; gray levels tell the images apart. */
  @BeforeEach
  void writeSet() throws IOException {
    write("train/b/2.png", 6, 4, 12);
    write("train/b/1.JPG", 6, 4, 11);
    write("train/a/x.jpeg", 6, 4, 10);
    write("test/b/t.png", 6, 4, 13);
  }

  @Test
  void sortsClassesAndImages() throws IOException {
    Files.writeString(dir.resolve("train/a/notes.txt"), "ignored");
    Files.createDirectory(dir.resolve("train/.hidden"));
    Dataset dataset = load();
    assertThat(dataset.classNames()).containsExactly("a", "b");
    assertThat(dataset.train().labels()).containsExactly(0, 1, 1);
    assertThat(dataset.test().labels()).containsExactly(1);
    assertThat(dataset.width()).isEqualTo(6);
    assertThat(dataset.height()).isEqualTo(4);
    assertThat(grays(dataset.train())).containsExactly(10, 11, 12);
    assertThat(dataset.name()).isEqualTo("folder:" + dir);
  }

  @Test
  void requiresOneSizeIfAskedTo() throws IOException {
    write("train/b/odd.png", 5, 4, 1);
    assertRejected(
        () -> load(dir, decoding(Decoding.OWN, Resize.CROP, false, Decoding.NONE)),
        "odd.png",
        "5×4",
        "6×4",
        "image-size");
  }

  @Test
  void choosesTheSizeByTheMedian() throws IOException {
    write("train/b/odd.png", 5, 4, 1);
    Dataset small = load();
    assertThat(small.height()).isEqualTo(32);
    assertThat(small.width()).isEqualTo(32);
    for (int i = 0; i < 9; i++) {
      write("train/b/large%d.png".formatted(i), 60 + i, 50 + i, i);
    }
    assertThat(load().height()).isEqualTo(64);
    assertThat(load(dir, decoding("9x8", Resize.PAD, false, Decoding.NONE)).width()).isEqualTo(9);
    assertThat(small.sha256()).isNotEqualTo(load().sha256());
  }

  @Test
  void namesFilesThatAreNotImages() throws IOException {
    Files.writeString(dir.resolve("train/b/0.png"), "nonsense");
    assertRejected(this::load, "0.png", "use PNG, JPEG");
  }

  @Test
  void listsAllUnreadableFilesOrLeavesThemOut() throws IOException {
    Files.writeString(dir.resolve("train/b/0.png"), "nonsense");
    Files.writeString(dir.resolve("train/a/empty.png"), "");
    Files.writeString(dir.resolve("test/b/cut.gif"), "GIF89a");
    assertRejected(this::load, "3 of 7", "0.png", "empty.png", "cut.gif", "skip-bad");
    Dataset dataset = load(dir, decoding(Decoding.AUTO, Resize.CROP, true, Decoding.NONE));
    assertThat(dataset.train().labels()).containsExactly(0, 1, 1);
    assertThat(grays(dataset.train())).containsExactly(10, 11, 12);
    assertThat(dataset.train().file(1)).isEqualTo("train/b/1.JPG");
    assertThat(dataset.test().count()).isOne();
  }

  @Test
  void limitsChooseAmongReadableFiles() throws IOException {
    for (int i = 0; i < 40; i++) {
      write("train/a/m%02d.png".formatted(i), 6, 4, 100 + i);
      Files.writeString(dir.resolve("train/b/m%02d.png".formatted(i)), "nonsense");
    }
    Limits limits = new Limits(SplitKind.SEEDED, 0.25, 10, Limits.AUTO, 5, 3);
    Dataset dataset =
        Datasets.load(
            new DatasetRequest(
                "folder:" + dir,
                Path.of("unused"),
                null,
                0,
                limits,
                decoding(Decoding.AUTO, Resize.CROP, true, Decoding.NONE)),
            DownloadListener.NONE);
    Division division =
        Division.of(
            limits, dataset.name(), dataset.train().labels(), new int[0], dataset.test().labels());
    assertThat(division.train()).hasSize(10);
    for (int id : division.train()) {
      assertThat(dataset.train().pixels(id)).hasSize(3 * 6 * 4);
    }
  }

  @Test
  void joinsTheClassesOfAllParts() throws IOException {
    write("test/c/t.png", 6, 4, 9);
    write("valid/a/v.png", 6, 4, 20);
    write("val/c/w.png", 6, 4, 21);
    Dataset dataset = load();
    assertThat(dataset.classNames()).containsExactly("a", "b", "c");
    assertThat(dataset.train().labels()).containsExactly(0, 1, 1, 0, 2);
    assertThat(grays(dataset.train())).containsExactly(10, 11, 12, 20, 21);
    assertThat(dataset.validation()).containsExactly(3, 4);
    assertThat(dataset.test().labels()).containsExactly(1, 2);
  }

  @Test
  void passesOverEmptyClassFolders() throws IOException {
    Files.createDirectory(dir.resolve("train/empty"));
    assertThat(load().classNames()).containsExactly("a", "b");
  }

  @Test
  void readsTrainAlone() throws IOException {
    delete(dir.resolve("test/b"));
    delete(dir.resolve("test"));
    Dataset dataset = load();
    assertThat(dataset.test().count()).isZero();
    assertThat(grays(dataset.train())).containsExactly(10, 11, 12);
    assertThat(dataset.validation()).isEmpty();
  }

  @Test
  void readsFlatAndNestedFolders() throws IOException {
    write("flat/dog/z/deep/2.png", 6, 4, 32);
    write("flat/dog/y.png", 6, 4, 31);
    write("flat/cat/1.png", 6, 4, 30);
    write("flat/__MACOSX/cat/._1.png", 6, 4, 99);
    write("flat/.trash/1.png", 6, 4, 99);
    Files.writeString(dir.resolve("flat/cat/Thumbs.db"), "");
    Dataset dataset = load("flat");
    assertThat(dataset.classNames()).containsExactly("cat", "dog");
    assertThat(dataset.train().labels()).containsExactly(0, 1, 1);
    assertThat(grays(dataset.train())).containsExactly(30, 31, 32);
    assertThat(dataset.train().file(2)).isEqualTo("dog/z/deep/2.png");
    assertThat(dataset.train().path(2)).isEqualTo(dir.resolve("flat/dog/z/deep/2.png"));
    assertThat(dataset.test().count()).isZero();
    write("archive/inner/dog/1.png", 6, 4, 1);
    write("archive/inner/cat/2.png", 6, 4, 2);
    assertThat(load("archive").train().file(0)).isEqualTo("inner/cat/2.png");
  }

  @Test
  void tellsClassesCalledTrainFromParts() throws IOException {
    write("vehicles/train/1.png", 6, 4, 1);
    write("vehicles/test/2.png", 6, 4, 2);
    assertThat(load("vehicles").classNames()).containsExactly("test", "train");
    write("vehicles/train/steam/3.png", 6, 4, 3);
    write("vehicles/bus/4.png", 6, 4, 4);
    Dataset vehicles = load("vehicles");
    assertThat(vehicles.classNames()).containsExactly("bus", "test", "train");
    assertThat(grays(vehicles.train())).containsExactly(4, 2, 1, 3);
    write("unlabeled/u.png", 6, 4, 5);
    assertThat(load().classNames()).containsExactly("a", "b");
  }

  @Test
  void followsLinksWithoutLooping() throws IOException {
    Files.createSymbolicLink(dir.resolve("train/a/again"), dir.resolve("train/a"));
    Files.createSymbolicLink(dir.resolve("train/a/up"), dir);
    Files.createSymbolicLink(dir.resolve("train/a/also"), dir.resolve("train/b"));
    Files.createSymbolicLink(dir.resolve("train/b/other"), dir.resolve("train/a"));
    Files.createSymbolicLink(dir.resolve("val"), dir.resolve("test"));
    Dataset dataset = load();
    assertThat(grays(dataset.train()))
        .as("b below a, a, b, a below b, val")
        .containsExactly(11, 12, 10, 11, 12, 10, 13);
  }

  @Test
  void namesMissingFolders() throws IOException {
    assertRejected(() -> load("no"), "no", "DIR/train/CLASS/");
    Files.createDirectory(dir.resolve("nothing"));
    assertRejected(() -> load("nothing"), "no class folders");
    write("untrained/test/a/1.png", 6, 4, 1);
    write("untrained/test/b/1.png", 6, 4, 1);
    assertRejected(() -> load("untrained"), "no images to train on");
  }

  @Test
  void rejectsASingleClass() throws IOException {
    write("one/train/a/1.png", 6, 4, 1);
    assertRejected(() -> load("one"), "images of 1 class:", "2 or more");
  }

  @Test
  void readsOnlyLimitedImages() throws IOException {
    for (int i = 0; i < 40; i++) {
      write("train/a/m%02d.png".formatted(i), 6, 4, 100 + i);
      write("train/b/m%02d.png".formatted(i), 6, 4, 150 + i);
      write("test/a/m%02d.png".formatted(i), 6, 4, 200);
    }
    Limits limits = new Limits(SplitKind.SEEDED, 0.25, 10, Limits.AUTO, 5, 3);
    Dataset whole = load();
    Dataset limited = load(limits);
    Division division =
        Division.of(
            limits,
            whole.name(),
            whole.train().labels(),
            whole.validation(),
            whole.test().labels());

    assertThat(division.train()).hasSize(10);
    assertThat(division.validation()).hasSize(3); // of 21 as 10 of 62
    assertThat(limited.train().labels()).isEqualTo(whole.train().labels());
    assertThat(limited.train().loaded()).hasSize(13).contains(division.train());
    assertThat(limited.test().loaded()).containsExactly(division.test());
    for (int id : limited.train().loaded()) {
      assertThat(limited.train().file(id)).isEqualTo(whole.train().file(id));
      assertThat(limited.train().pixels(id)).isEqualTo(whole.train().pixels(id));
    }
    assertThat(limited.sha256())
        .isNotEqualTo(whole.sha256())
        .isEqualTo(load(limits).sha256())
        .isNotEqualTo(load(new Limits(SplitKind.SEEDED, 0.25, 10, Limits.AUTO, 5, 4)).sha256());
    assertThat(load(new Limits(SplitKind.SEEDED, 0.25, 10, Limits.ALL, 5, 3)).sha256())
        .isEqualTo(whole.sha256());

    int unread = 0;
    while (Arrays.binarySearch(limited.train().loaded(), unread) >= 0) {
      unread++;
    }
    int absent = unread;
    assertThatThrownBy(() -> limited.train().pixels(absent))
        .hasMessage("image " + absent + " was not read");
    Files.writeString(dir.resolve(whole.train().file(absent)), "nonsense");
    assertThat(load(limits).sha256()).isEqualTo(limited.sha256());
    assertRejected(this::load, whole.train().file(absent));
  }

  private Dataset load() {
    return load((Limits) null);
  }

  private static Decoding decoding(String size, Resize resize, boolean skipBad, String cache) {
    return new Decoding(size, resize, skipBad, cache, 3);
  }

  private static Dataset load(Path folder, Decoding decoding) {
    return Datasets.load(
        new DatasetRequest("folder:" + folder, Path.of("unused"), null, 0, null, decoding),
        DownloadListener.NONE);
  }

  private Dataset load(String below) {
    return Datasets.load(
        new DatasetRequest("folder:" + dir.resolve(below), Path.of("unused"), null, 0),
        DownloadListener.NONE);
  }

  private Dataset load(@Nullable Limits limits) {
    return Datasets.load(
        new DatasetRequest("folder:" + dir, Path.of("unused"), null, 0, limits),
        DownloadListener.NONE);
  }

  private void write(String name, int width, int height, int gray) throws IOException {
    TestImages.write(TestImages.gray(width, height, gray), dir.resolve(name));
  }

  private static int[] grays(ImageSet images) {
    int[] grays = new int[images.count()];
    for (int id = 0; id < grays.length; id++) {
      grays[id] = images.pixels(id)[0];
    }
    return grays;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
