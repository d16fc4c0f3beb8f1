package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which data set a name and a folder lead to. */
class DatasetsTest {

  private static final Map<String, byte[]> SMALL = CifarFiles.of(CifarFormat.CIFAR10, 1);
  private static final Map<String, byte[]> LARGER = CifarFiles.of(CifarFormat.CIFAR10, 2);

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"", "mnist", "CIFAR10", "cifar10 ", "folder", "a\nb"})
  void listsKnownNamesForAnUnknownName(String name) {
    assertRejected(() -> load(name, dir), "cifar10, cifar100, synthetic, folder:DIR");
  }

  @Test
  void rejectsInvalidFolderNames() {
    assertRejected(() -> load("folder:a\0b", dir), "folder:DIR");
  }

  @Test
  void findsUnpackedFiles() {
    Path unpacked = dir.resolve("cifar-10-batches-bin");
    CifarFiles.writeFolder(unpacked, SMALL);
    assertThat(load("cifar10", unpacked).train().count()).isEqualTo(5);
    assertThat(load("cifar10", dir).train().count()).isEqualTo(5);
  }

  @Test
  void findsAnArchiveByPath() throws IOException {
    Path archive = Files.write(dir.resolve("whatever"), packed(SMALL));
    assertThat(load("cifar10", archive).train().count()).isEqualTo(5);
  }

  @Test
  void prefersUnpackedFilesAndOfficialNames() throws IOException {
    Files.write(dir.resolve("cifar-10-other.tar.gz"), packed(LARGER));
    assertThat(load("cifar10", dir).train().count()).isEqualTo(10);
    Files.write(dir.resolve("cifar-10-binary.tar.gz"), packed(SMALL));
    assertThat(load("cifar10", dir).train().count()).isEqualTo(5);
    CifarFiles.writeFolder(dir, LARGER);
    assertThat(load("cifar10", dir).train().count()).isEqualTo(10);
  }

  @Test
  void takesTheOnlyMatchingArchive() throws IOException {
    Files.write(dir.resolve("mine.tgz"), packed(LARGER));
    assertThat(load("cifar10", dir).train().count()).isEqualTo(10);
    Files.write(dir.resolve("cifar-100-small.tar.gz"), new byte[1]);
    Files.write(dir.resolve("cifar-10-small.tar.gz"), packed(SMALL));
    assertThat(load("cifar10", dir).train().count()).isEqualTo(5);
  }

  @Test
  void rejectsSeveralArchives() throws IOException {
    Files.write(dir.resolve("b.tar.gz"), packed(LARGER));
    Files.write(dir.resolve("a.tar.gz"), packed(SMALL));
    assertRejected(() -> load("cifar10", dir), "a.tar.gz, b.tar.gz", "name the one to use");
  }

  @Test
  void doesNotDownloadANamedArchive() {
    assertRejected(() -> load("cifar10", dir.resolve("no.tar.gz")), "no such archive");
  }

  @Test
  void syntheticDependsOnTheSeed() {
    DatasetRequest request = new DatasetRequest("synthetic", dir, null, 3);
    assertThat(Datasets.load(request, DownloadListener.NONE).sha256())
        .isEqualTo(SyntheticDataset.generate(3).dataset().sha256());
  }

  @Test
  void rejectsMismatchedHalves() {
    ImageSet two = ImageSet.of(new byte[24], new int[] {0, 1}, 3, 2, 2);
    ImageSet wide = ImageSet.of(new byte[24], new int[1], 3, 2, 4);
    assertThatThrownBy(() -> Dataset.of("x", List.of("a", "b"), two, wide, ""))
        .hasMessageContaining("differ in size");
    assertThatThrownBy(() -> Dataset.of("x", List.of("a"), two, two, ""))
        .hasMessageContaining("label 1 of 1");
  }

  @Test
  void acceptsNoTestImagesAndNamedValidationImages() {
    ImageSet four = ImageSet.of(new byte[12], new int[] {0, 1, 0, 1}, 3, 1, 1);
    ImageSet none = ImageSet.of(new byte[0], new int[0], 3, 1, 1);
    List<String> names = List.of("a", "b");

    Dataset set = Dataset.of("x", names, four, none, "", new int[] {1, 2});
    assertThat(set.test().loaded()).isEmpty();
    assertThat(set.sha256())
        .isNotEqualTo(Dataset.of("x", names, four, none, "").sha256())
        .isNotEqualTo(Dataset.of("x", names, four, none, "", new int[] {1, 3}).sha256());
    for (int[] wrong : new int[][] {{4}, {-1}, {2, 1}, {1, 1}}) {
      assertThatThrownBy(() -> Dataset.of("x", names, four, none, "", wrong))
          .hasMessageContaining("validation ids");
    }
  }

  /** Nothing is reached here: a missing file takes the place of the internet. */
  private static Dataset load(String name, Path dataDir) {
    URI nowhere = URI.create("file:///no/such/archive.tar.gz");
    return Datasets.load(new DatasetRequest(name, dataDir, nowhere, 0), DownloadListener.NONE);
  }

  private static byte[] packed(Map<String, byte[]> files) {
    return CifarFiles.archive(CifarFormat.CIFAR10, files);
  }
}
