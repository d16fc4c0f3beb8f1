package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.interop.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads made-up CIFAR files, whole and spoiled, from a folder and from an archive. */
class CifarReadingTest {

  @TempDir Path temp;

  @Test
  void readsCifar10InOrder() {
    Dataset dataset = readFolder(CifarFormat.CIFAR10, CifarFiles.of(CifarFormat.CIFAR10, 4));
    ImageSet train = dataset.train();
    assertThat(train.count()).isEqualTo(20);
    assertThat(dataset.test().count()).isEqualTo(4);
    for (int file = 0; file < 5; file++) {
      byte[] rows = CifarFiles.rows(CifarFormat.CIFAR10, 4, file);
      for (int row = 0; row < 4; row++) {
        int id = 4 * file + row;
        assertThat(train.labels()[id]).isEqualTo(rows[row * 3073]);
        assertThat(train.pixels(id))
            .isEqualTo(Arrays.copyOfRange(rows, row * 3073 + 1, (row + 1) * 3073));
      }
    }
    assertThat(dataset.classNames()).startsWith("airplane").endsWith("truck").hasSize(10);
    assertThat(dataset.name()).isEqualTo("cifar10");
  }

  @Test
  void readsFineLabelsOfCifar100() {
    Dataset dataset = readFolder(CifarFormat.CIFAR100, CifarFiles.of(CifarFormat.CIFAR100, 6));
    byte[] rows = CifarFiles.rows(CifarFormat.CIFAR100, 6, 0);
    for (int row = 0; row < 6; row++) {
      assertThat(dataset.train().labels()[row]).isEqualTo(rows[row * 3074 + 1]);
      assertThat(dataset.train().pixels(row)[0]).isEqualTo(rows[row * 3074 + 2]);
    }
    assertThat(dataset.classes()).isEqualTo(100);
  }

  @Test
  void archiveAndFolderHaveTheSameHash() throws IOException {
    for (CifarFormat format : new CifarFormat[] {CifarFormat.CIFAR10, CifarFormat.CIFAR100}) {
      Map<String, byte[]> files = CifarFiles.of(format, 3);
      Dataset folder = readFolder(format, files);
      byte[] packed = CifarFiles.archive(format, files);
      Dataset archive = readArchive(format, packed);
      assertThat(archive.sha256()).isEqualTo(folder.sha256());
      assertThat(archive.train().pixels(0)).isEqualTo(folder.train().pixels(0));
      assertThat(archive.source())
          .contains(new Sha256().add(packed).hex(), "not the official archive");

      CifarFiles.file(files, format.layout().testFile())[100] ^= 1;
      assertThat(readFolder(format, files).sha256()).isNotEqualTo(folder.sha256());
    }
  }

  @Test
  void usesBuiltInClassNames() {
    for (CifarFormat format : new CifarFormat[] {CifarFormat.CIFAR10, CifarFormat.CIFAR100}) {
      Map<String, byte[]> files = CifarFiles.of(format, 1);
      files.remove(format.layout().classNamesFile());
      assertThat(readFolder(format, files).classNames()).isEqualTo(format.classNames());
    }
  }

  @Test
  void readsClassNames() {
    Map<String, byte[]> files = CifarFiles.of(CifarFormat.CIFAR10, 1);
    files.put("batches.meta.txt", utf8("a\nb\r\n c \nd\ne\nf\ng\nh\ni\nj\n\n"));
    assertThat(readFolder(CifarFormat.CIFAR10, files).classNames())
        .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
  }

  static Stream<Arguments> spoiledSets() {
    return Stream.of(
        spoiled("last byte lost", f -> cut(f, "data_batch_3.bin", 1), "data_batch_3.bin", "6,145"),
        spoiled("empty file", f -> f.put("data_batch_2.bin", new byte[0]), "data_batch_2.bin"),
        spoiled("one byte more", f -> f.put("test_batch.bin", new byte[3074]), "test_batch.bin"),
        spoiled(
            "label too large",
            f -> CifarFiles.file(f, "data_batch_4.bin")[3073] = 10,
            "data_batch_4.bin",
            "row 1",
            "label 10",
            "byte 3,073",
            "end at 9"),
        spoiled(
            "label 255", f -> CifarFiles.file(f, "test_batch.bin")[0] = -1, "label 255", "byte 0"),
        spoiled("file missing", f -> f.remove("data_batch_5.bin"), "no data_batch_5.bin"),
        spoiled("test missing", f -> f.remove("test_batch.bin"), "no test_batch.bin"),
        spoiled(
            "rows of the other set",
            f -> f.put("data_batch_1.bin", CifarFiles.rows(CifarFormat.CIFAR100, 1, 0)),
            "data_batch_1.bin",
            "3,074",
            "3,073"),
        spoiled(
            "too few class names", f -> f.put("batches.meta.txt", utf8("a\nb")), "names 2 classes"),
        spoiled(
            "too many class names",
            f -> f.put("batches.meta.txt", new byte[1 << 20]),
            "batches.meta.txt",
            "1,048,576"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spoiledSets")
  void rejectsDamagedFolders(
      String what, Consumer<Map<String, byte[]>> spoil, String[] messageParts) {
    Map<String, byte[]> files = CifarFiles.of(CifarFormat.CIFAR10, 2);
    spoil.accept(files);
    assertRejected(() -> readFolder(CifarFormat.CIFAR10, files), messageParts);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spoiledSets")
  void rejectsDamagedArchives(
      String what, Consumer<Map<String, byte[]>> spoil, String[] messageParts) {
    Map<String, byte[]> files = CifarFiles.of(CifarFormat.CIFAR10, 2);
    spoil.accept(files);
    byte[] packed = CifarFiles.archive(CifarFormat.CIFAR10, files);
    assertRejected(() -> readArchive(CifarFormat.CIFAR10, packed), messageParts);
  }

  @Test
  void rejectsCoarseLabelsOutOfRange() {
    Map<String, byte[]> files = CifarFiles.of(CifarFormat.CIFAR100, 2);
    CifarFiles.file(files, "train.bin")[3074] = 20;
    assertRejected(
        () -> readFolder(CifarFormat.CIFAR100, files), "train.bin", "row 1", "label 20", "19");
  }

  @Test
  void suggestsTheOtherSet() {
    byte[] packed =
        CifarFiles.archive(CifarFormat.CIFAR100, CifarFiles.of(CifarFormat.CIFAR100, 1));
    assertRejected(
        () -> readArchive(CifarFormat.CIFAR10, packed),
        "no data_batch_1.bin",
        "binary or the Python version");
  }

  @Test
  void rejectsAFolderInPlaceOfAFile() throws IOException {
    Path folder = temp.resolve("set");
    CifarFiles.writeFolder(folder, CifarFiles.of(CifarFormat.CIFAR10, 1));
    Files.delete(folder.resolve("test_batch.bin"));
    Files.createDirectory(folder.resolve("test_batch.bin"));
    assertRejected(() -> Datasets.readFolder(CifarFormat.CIFAR10, folder), "test_batch.bin");
  }

  private static Arguments spoiled(
      String what, Consumer<Map<String, byte[]>> spoil, String... messageParts) {
    return Arguments.of(what, spoil, messageParts);
  }

  private static void cut(Map<String, byte[]> files, String name, int bytes) {
    files.computeIfPresent(name, (key, all) -> Arrays.copyOf(all, all.length - bytes));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Dataset readFolder(CifarFormat format, Map<String, byte[]> files) {
    try {
      Path folder = Files.createTempDirectory(temp, "set");
      CifarFiles.writeFolder(folder, files);
      return Datasets.readFolder(format, folder);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Dataset readArchive(CifarFormat format, byte[] packed) throws IOException {
    Path file = Files.write(Files.createTempFile(temp, "set", ".tar.gz"), packed);
    return CifarArchive.read(format, file, "the archive");
  }
}
