package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a set is decoded, counted by a listener, and that pixels never depend on the cache. */
class PixelCacheTest {

  @TempDir Path dir;
  private Path cache;
  private String expected;

  @BeforeEach
  void writeSet() throws IOException {
    cache = dir.resolve("cache");
    for (int i = 0; i < 12; i++) {
      write(i, 10 * i);
    }
    expected = load(Decoding.NONE, Resize.CROP).sha256;
  }

  private void write(int i, int gray) throws IOException {
    TestImages.write(
        TestImages.gray(40 + i, 36, gray), dir.resolve("set/%s/%02d.png".formatted(i % 2, i)));
  }

  /** A set's hash and how many files were decoded for it. */
  private record Loaded(String sha256, int decoded) {}

  private Loaded load(String cacheDir, Resize resize) {
    int[] decoded = new int[1];
    Dataset set =
        Datasets.load(
            new DatasetRequest(
                "folder:" + dir.resolve("set"),
                Path.of("unused"),
                null,
                0,
                null,
                new Decoding("32", resize, false, cacheDir, 2)),
            new DownloadListener() {
              @Override
              public void progressed(String activity, int done, int total) {
                decoded[0] += activity.equals("decoding") ? 1 : 0;
              }
            });
    return new Loaded(set.sha256(), decoded[0]);
  }

  private Loaded load() {
    return load(cache.toString(), Resize.CROP);
  }

  private List<Path> segments() throws IOException {
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(cache)) {
      return files.filter(file -> file.toString().endsWith(PixelSegment.ENDING)).sorted().toList();
    }
  }

  @Test
  void decodesOnce() {
    assertThat(load()).isEqualTo(new Loaded(expected, 12));
    assertThat(load()).isEqualTo(new Loaded(expected, 0));
    assertThat(load(cache.toString(), Resize.PAD).decoded).isEqualTo(12);
    assertThat(load(cache.toString(), Resize.PAD).decoded).isZero();
    assertThat(load()).isEqualTo(new Loaded(expected, 0));
  }

  @Test
  void decodesWhatIsNewOrChanged() throws IOException {
    load();
    write(12, 200);
    assertThat(load().decoded).isOne();
    Path changed = dir.resolve("set/0/04.png");
    byte[] before = Files.readAllBytes(changed);
    write(4, 222);
    Files.setLastModifiedTime(changed, FileTime.fromMillis(1_000_000));
    Loaded other = load();
    assertThat(other.decoded).isOne();
    assertThat(other.sha256).isEqualTo(load(Decoding.NONE, Resize.CROP).sha256);
    Files.write(changed, before);
    Files.delete(dir.resolve("set/0/12.png"));
    assertThat(load().sha256).isEqualTo(expected);
    assertThat(load()).isEqualTo(new Loaded(expected, 0));
  }

  @Test
  void marksWhatItOpens() throws IOException {
    load();
    Path segment = segments().get(0);
    Files.setLastModifiedTime(segment, FileTime.fromMillis(1_000_000));
    load();
    assertThat(Files.getLastModifiedTime(segment)).isGreaterThan(FileTime.fromMillis(1_000_000));
  }

  @Test
  void mergesManySegments() throws IOException {
    load();
    for (int i = 0; i < 10; i++) {
      write(12, 200 + i);
      Files.setLastModifiedTime(dir.resolve("set/0/12.png"), FileTime.fromMillis(1_000_000 + i));
      assertThat(load().decoded).isOne();
    }
    assertThat(segments()).hasSizeLessThan(5);
    assertThat(load()).isEqualTo(new Loaded(load(Decoding.NONE, Resize.CROP).sha256, 0));
  }

  @Test
  void decodesAgainWhatIsDamaged() throws IOException {
    load();
    Path segment = segments().get(0);
    byte[] whole = Files.readAllBytes(segment);
    int pixelBytes = 12 * 3 * 32 * 32;
    for (int at : new int[] {0, pixelBytes - 1}) { // one image
      write(segment, whole, at);
      assertThat(load()).isEqualTo(new Loaded(expected, 1));
      assertThat(load()).isEqualTo(new Loaded(expected, 0));
      Files.delete(segments().get(1));
    }
    for (int at : new int[] {pixelBytes, pixelBytes + 9, whole.length - 30, whole.length - 1}) {
      write(segment, whole, at);
      assertThat(load()).isEqualTo(new Loaded(expected, 12));
      assertThat(segment).doesNotExist();
      Files.delete(segments().get(0));
    }
    for (int length = 0; length < whole.length; length += 997) { // as after a power cut
      Files.write(segment, java.util.Arrays.copyOf(whole, length));
      assertThat(load()).isEqualTo(new Loaded(expected, 12));
      Files.delete(segments().get(0));
    }
  }

  private static void write(Path file, byte[] bytes, int flipped) throws IOException {
    byte[] copy = bytes.clone();
    copy[flipped] ^= 0x10;
    Files.deleteIfExists(file); // a mapped file is never overwritten
    Files.write(file, copy);
  }

  @Test
  void ignoresWhatAKilledProcessLeft() throws IOException {
    load();
    Path folder = Objects.requireNonNull(segments().get(0).getParent());
    Path left = Files.writeString(folder.resolve(PixelSegment.UNFINISHED + "old"), "x");
    Files.setLastModifiedTime(left, FileTime.fromMillis(1_000_000));
    Path current = Files.writeString(folder.resolve(PixelSegment.UNFINISHED + "new"), "x");
    write(12, 200);
    assertThat(load().decoded).isOne();
    assertThat(left).doesNotExist();
    assertThat(current).exists();
  }

  @Test
  void goesOnWithoutAFolderToWriteTo() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "not a folder");
    assertThat(load(file.toString(), Resize.CROP)).isEqualTo(new Loaded(expected, 12));
    assertThat(file).hasContent("not a folder");
  }

  @Test
  void severalAtOnceAgree() throws Exception {
    List<Loaded> loaded = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          new Thread(
              () -> {
                Loaded one = load();
                synchronized (loaded) {
                  loaded.add(one);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(loaded).hasSize(4).allMatch(one -> one.sha256.equals(expected));
    assertThat(load()).isEqualTo(new Loaded(expected, 0));
  }
}
