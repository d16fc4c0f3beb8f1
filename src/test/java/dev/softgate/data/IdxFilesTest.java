package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Made files, whole and damaged in each way that the format allows. */
class IdxFilesTest {

  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path dir;

  /** Four train images of 2×3 pixels, whose values count up, and two test images. */
  @BeforeEach
  void writeSet() throws IOException {
    Files.write(dir.resolve(IMAGES), images(4, 2, 3));
    Files.write(dir.resolve(LABELS), labels(0, 2, 1, 2));
    Files.write(dir.resolve("t10k-images-idx3-ubyte.gz"), CifarFiles.gzip(images(2, 2, 3)));
    Files.write(dir.resolve("t10k-labels-idx1-ubyte.gz"), CifarFiles.gzip(labels(1, 3)));
  }

  private static byte[] images(int count, int height, int width) {
    ByteBuffer file = ByteBuffer.allocate(16 + count * height * width);
    file.putInt(0x803).putInt(count).putInt(height).putInt(width);
    for (int i = 0; file.hasRemaining(); i++) {
      file.put((byte) i);
    }
    return file.array();
  }

  private static byte[] labels(int... labels) {
    ByteBuffer file = ByteBuffer.allocate(8 + labels.length);
    file.putInt(0x801).putInt(labels.length);
    for (int label : labels) {
      file.put((byte) label);
    }
    return file.array();
  }

  private Dataset load() {
    return Datasets.load(
        new DatasetRequest("idx:" + dir, Path.of("unused"), null, 0), DownloadListener.NONE);
  }

  @Test
  void readsGrayAsThreePlanes() {
    Dataset set = load();
    assertThat(set.height()).isEqualTo(2);
    assertThat(set.width()).isEqualTo(3);
    assertThat(set.classNames()).containsExactly("0", "1", "2", "3");
    assertThat(set.train().labels()).containsExactly(0, 2, 1, 2);
    assertThat(set.test().labels()).containsExactly(1, 3);
    assertThat(set.train().pixels(1))
        .containsExactly(6, 7, 8, 9, 10, 11, 6, 7, 8, 9, 10, 11, 6, 7, 8, 9, 10, 11);
    assertThat(set.test().pixels(1)).isEqualTo(set.train().pixels(1));
  }

  @Test
  void readsOtherNamesAndSetsWithoutTestImages() throws IOException {
    String expected = load().sha256();
    Files.move(dir.resolve(IMAGES), dir.resolve("emnist-letters-train-images.idx3-ubyte"));
    Files.move(dir.resolve(LABELS), dir.resolve("emnist-letters-train-labels.idx1-ubyte"));
    assertThat(load().sha256()).isEqualTo(expected);
    Files.delete(dir.resolve("t10k-images-idx3-ubyte.gz"));
    assertRejected(this::load, "only one of t10k-images");
    Files.delete(dir.resolve("t10k-labels-idx1-ubyte.gz"));
    assertThat(load().test().count()).isZero();
  }

  @Test
  void resizesWhereAskedTo() {
    Dataset set =
        Datasets.load(
            new DatasetRequest(
                "idx:" + dir,
                Path.of("unused"),
                null,
                0,
                null,
                new Decoding("6x4", Resize.CROP, false, Decoding.NONE, 1)),
            DownloadListener.NONE);
    assertThat(set.width()).isEqualTo(6);
    assertThat(set.train().labels()).containsExactly(0, 2, 1, 2);
    assertThat(set.test().count()).isEqualTo(2);
  }

  @Test
  void rejectsDamagedFiles() throws IOException {
    byte[] images = images(4, 2, 3);
    byte[] labels = labels(0, 2, 1, 2);
    for (int length = 0; length < images.length; length++) {
      Files.write(dir.resolve(IMAGES), Arrays.copyOf(images, length));
      assertRejected(this::load, IMAGES);
    }
    Files.write(dir.resolve(IMAGES), Arrays.copyOf(images, images.length + 1));
    assertRejected(this::load, IMAGES, "41 bytes, not the 40");
    Files.write(dir.resolve(IMAGES), images);
    for (int length = 0; length < labels.length; length++) {
      Files.write(dir.resolve(LABELS), Arrays.copyOf(labels, length));
      assertRejected(this::load, LABELS);
    }
    Files.write(dir.resolve(LABELS), Arrays.copyOf(labels, labels.length + 1));
    assertRejected(this::load, LABELS, "more bytes");
    Files.write(dir.resolve(LABELS), labels(0, 1));
    assertRejected(this::load, "4 images", "2 labels");
    Files.write(dir.resolve(LABELS), images);
    assertRejected(this::load, LABELS, "00000803", "00000801");
  }

  @Test
  void rejectsHeadersThatCannotBe() throws IOException {
    for (int[] sizes : new int[][] {{-1, 2, 3}, {4, 0, 3}, {4, 2, 5000}, {2_000_000_000, 2, 3}}) {
      ByteBuffer file = ByteBuffer.wrap(images(4, 2, 3));
      file.putInt(4, sizes[0]).putInt(8, sizes[1]).putInt(12, sizes[2]);
      Files.write(dir.resolve(IMAGES), file.array());
      assertRejected(this::load, IMAGES, "states a size");
    }
    Files.write(
        dir.resolve("t10k-images-idx3-ubyte.gz"), CifarFiles.gzip(new byte[] {0, 0, 8, 3, 127}));
    Files.write(dir.resolve(IMAGES), images(4, 2, 3));
    assertRejected(this::load, "t10k-images", "truncated");
    Files.write(dir.resolve("t10k-images-idx3-ubyte.gz"), new byte[] {1, 2, 3});
    assertRejected(this::load, "t10k-images");
    Files.write(dir.resolve("t10k-images-idx3-ubyte.gz"), CifarFiles.gzip(images(2, 3, 2)));
    assertRejected(this::load, "3×2", "2×3");
  }

  @Test
  void rejectsFoldersWithoutASet() throws IOException {
    Files.delete(dir.resolve(LABELS));
    assertRejected(this::load, "only one of train-images");
    Files.delete(dir.resolve(IMAGES));
    assertRejected(this::load, "no train-images-idx3-ubyte");
    Files.write(dir.resolve("a-" + IMAGES), images(4, 2, 3));
    Files.write(dir.resolve("b-" + IMAGES), images(4, 2, 3));
    assertRejected(this::load, "a-train", "b-train");
  }
}
