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
  void namesAnImageOfAnotherSize() throws IOException {
    write("train/b/odd.png", 5, 4, 1);
    assertRejected(this::load, "odd.png", "5×4", "6×4", "one size");
  }

  @Test
  void namesATestImageOfAnotherSize() throws IOException {
    write("test/b/odd.png", 4, 6, 1);
    assertRejected(this::load, "odd.png", "4×6");
  }

  @Test
  void namesFilesThatAreNotImages() throws IOException {
    Files.writeString(dir.resolve("train/b/0.png"), "nonsense");
    assertRejected(this::load, "0.png", "use PNG, JPEG");
  }

  @Test
  void namesUnknownTestClasses() throws IOException {
    write("test/c/t.png", 6, 4, 1);
    assertRejected(this::load, dir.resolve("test/c").toString(), "does not have");
  }

  @Test
  void namesEmptyClasses() throws IOException {
    Files.createDirectory(dir.resolve("train/empty"));
    assertRejected(this::load, dir.resolve("train/empty").toString(), "no image file");
  }

  @Test
  void namesMissingFolders() throws IOException {
    assertRejected(
        () -> ImageFolder.read("folder:no", dir.resolve("no"), null), "no", "DIR/train/CLASS/");
    delete(dir.resolve("test/b"));
    assertRejected(this::load, dir.resolve("test").toString(), "no class folders");
    delete(dir.resolve("test"));
    assertRejected(this::load, dir.resolve("test").toString(), "DIR/test/CLASS/");
  }

  @Test
  void rejectsASingleClass() throws IOException {
    delete(dir.resolve("train/a"));
    assertRejected(this::load, "1 class folders", "2 or more");
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
    return load(null);
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
