package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataCommandTest {

  private static final int ROW_BYTES = 1 + 3 * 32 * 32;

  @TempDir Path folder;

  /**
   * An archive in the layout of CIFAR-10, with {@code rowsOfClass} rows of every class in each
   * file.
   */
  private Path archive(String name, int rowsOfClass) throws IOException {
    return archive(folder.resolve(name), rowsOfClass);
  }

  /** Writes such an archive. */
  static Path archive(Path file, int rowsOfClass) throws IOException {
    byte[] rows = new byte[10 * rowsOfClass * ROW_BYTES];
    for (int i = 0; i < 10 * rowsOfClass; i++) {
      rows[i * ROW_BYTES] = (byte) (i % 10);
      rows[i * ROW_BYTES + 1] = (byte) i;
    }
    try (OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
      for (String entry :
          new String[] {
            "data_batch_1",
            "data_batch_2",
            "data_batch_3",
            "data_batch_4",
            "data_batch_5",
            "test_batch"
          }) {
        TarArchiveEntry header = new TarArchiveEntry("cifar-10-batches-bin/" + entry + ".bin");
        header.setSize(rows.length);
        tar.putArchiveEntry(header);
        tar.write(rows);
        tar.closeArchiveEntry();
      }
    }
    return file;
  }

  @Test
  void describesTheSyntheticSet() throws IOException {
    JsonNode set = TinyRun.json("data", "describe", "--dataset", "synthetic", "--json");
    assertThat(set.fieldNames())
        .toIterable()
        .containsExactly(
            "dataset",
            "source",
            "sha256",
            "official_archive",
            "train_images",
            "test_images",
            "classes",
            "empty_classes",
            "split",
            "split_sha256",
            "train",
            "validation",
            "height",
            "width",
            "class_names",
            "train_by_class",
            "test_by_class",
            "pixel_mean",
            "pixel_std",
            "normalization_mean",
            "normalization_std",
            "kinds");
    assertThat(set.get("official_archive").isNull()).isTrue();
    assertThat(set.get("train").intValue()).isEqualTo(4500);
    assertThat(set.get("validation").intValue()).isEqualTo(500);
    assertThat(set.get("class_names")).hasSize(10);
    assertThat(set.get("test_by_class")).extracting(JsonNode::intValue).containsOnly(100);
    int train = 0;
    for (JsonNode count : set.get("train_by_class")) {
      train += count.intValue();
    }
    assertThat(train).isEqualTo(set.get("train_images").intValue()).isEqualTo(5000);
    assertThat(set.get("kinds").toString())
        .isEqualTo("{\"easy\":0.7,\"hard\":0.25,\"mislabeled\":0.05}");
    JsonNode other = TinyRun.json("data", "describe", "--dataset=synthetic", "--seed=2", "--json");
    assertThat(other.get("sha256")).isNotEqualTo(set.get("sha256"));
  }

  @Test
  void printsATable() throws IOException {
    Path set = archive("cifar-10-few.tar.gz", 2);
    CommandRun run = TinyRun.run("data", "describe", "--data-dir", set.toString());
    assertThat(run.out())
        .containsPattern("(?m)^official +no$")
        .containsPattern("(?m)^images +90 train, 10 validation \\(seeded split\\), 20 test$")
        .containsPattern("(?m)^normalized by +mean 0\\.4914 0\\.4822 0\\.4465, std 0\\.2023 ")
        .containsPattern("(?m)^class 3 +cat: 10 train, 2 test$")
        .doesNotContain("mislabeled");
  }

  @Test
  void downloadsOnceAndVerifies() throws IOException {
    Path data = folder.resolve("data");
    String url = archive("elsewhere.tar.gz", 1).toUri().toString();
    JsonNode first;
    try (LogCapture log = new LogCapture()) {
      first =
          TinyRun.json(
              "data", "download", "--data-dir", data.toString(), "--data-url", url, "--json");
      assertThat(log.messages()).anyMatch(line -> line.startsWith("downloading " + url));
    }
    assertThat(first.fieldNames())
        .toIterable()
        .containsExactly("dataset", "data_dir", "downloaded", "source", "sha256");
    assertThat(first.get("downloaded").booleanValue()).isTrue();
    JsonNode again = TinyRun.json("data", "download", "--data-dir", data.toString(), "--json");
    assertThat(again.get("downloaded").booleanValue()).isFalse();
    assertThat(again.get("sha256")).isEqualTo(first.get("sha256"));
    JsonNode verified = TinyRun.json("data", "verify", "--data-dir", data.toString(), "--json");
    assertThat(verified.fieldNames())
        .toIterable()
        .contains(
            "dataset",
            "source",
            "sha256",
            "official_archive",
            "train_images",
            "test_images",
            "classes",
            "empty_classes");
    assertThat(verified.get("sha256")).isEqualTo(first.get("sha256"));
    assertThat(verified.get("official_archive").booleanValue()).isFalse();
    assertThat(verified.get("train_images").intValue()).isEqualTo(50);
    assertThat(TinyRun.run("data", "download", "--data-dir", data.toString()).out())
        .startsWith("already there");
  }

  @Test
  void verificationRejectsAnIncompleteSet() throws IOException {
    Path set = Pictures.folders(folder.resolve("set"), 3);
    assertThat(TinyRun.run("data", "verify", "--dataset", "folder:" + set).out())
        .contains("3 train and 3 test images of 3 classes");
    Files.writeString(set.resolve("train/class1/notes.txt"), "not read");
    try (LogCapture log = new LogCapture()) {
      TinyRun.run("data", "verify", "--dataset", "folder:" + set);
      assertThat(log.messages())
          .anyMatch(said -> said.matches(".*class1.notes\\.txt is ignored: .*"));
    }
    Files.writeString(set.resolve("test/class1/0.png"), "not an image");
    CommandRun broken = TinyRun.run("data", "verify", "--dataset", "folder:" + set);
    assertThat(broken.exitCode()).isEqualTo(2);
    assertThat(broken.out()).contains("unreadable: 1 file").contains("test/class1/0.png: ");
    Path archive = archive("cut.tar.gz", 1);
    byte[] whole = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(TinyRun.run("data", "verify", "--data-dir", archive.toString()), "cut.tar.gz");
  }

  @ParameterizedTest
  @CsvSource({
    "data, 'download, check or describe'",
    "data download --dataset synthetic, is not downloaded",
    "data describe --dataset mnist, --dataset",
    "data describe --dataset folder:absent, absent",
    "data verify --data-dir absent.tar.gz, absent.tar.gz",
    "data vreify, verify",
    "data describe --data-url ftp://x, data-url",
  })
  void reportsBadUsageInOneLine(String line, String says) {
    assertRefused(TinyRun.run(line.split(" ", -1)), says);
  }
}
