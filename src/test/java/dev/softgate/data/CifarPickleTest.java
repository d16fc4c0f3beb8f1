package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CifarPickleTest {

  @TempDir Path dir;

  private static Dataset load(String name, Path dataDir) {
    return Datasets.load(new DatasetRequest(name, dataDir, null, 0), DownloadListener.NONE);
  }

  @ParameterizedTest
  @CsvSource({"cifar10,false", "cifar10,true", "cifar100,false", "cifar100,true"})
  void hasTheHashOfTheBinaryVersion(String name, boolean python3) throws IOException {
    CifarFormat format = name.equals("cifar10") ? CifarFormat.CIFAR10 : CifarFormat.CIFAR100;
    Map<String, byte[]> binary = CifarFiles.of(format, 3);
    CifarFiles.writeFolder(dir.resolve("bin"), binary);
    String expected = load(name, dir.resolve("bin")).sha256();

    Map<String, byte[]> pickles = CifarPickles.of(format, binary, python3);
    CifarFiles.writeFolder(dir.resolve("py").resolve(format.python().folder()), pickles);
    Dataset read = load(name, dir.resolve("py"));
    assertThat(read.sha256()).isEqualTo(expected);
    assertThat(read.classNames()).isEqualTo(format.classNames());
    assertThat(load(name, dir.resolve("py").resolve(format.python().folder())).sha256())
        .isEqualTo(expected);

    byte[] archive =
        CifarFiles.tarGz(
            tar -> {
              for (Map.Entry<String, byte[]> file : pickles.entrySet()) {
                CifarFiles.put(
                    tar,
                    new TarArchiveEntry(format.python().folder() + "/" + file.getKey()),
                    file.getValue());
              }
            });
    Path file = dir.resolve(name.replaceFirst("(\\d+)", "-$1") + "-python.tar.gz");
    Files.write(file, archive);
    assertThat(load(name, file).sha256()).isEqualTo(expected);
  }

  @Test
  void rejectsDamagedPickles() throws IOException {
    CifarFormat format = CifarFormat.CIFAR10;
    Map<String, byte[]> pickles = CifarPickles.of(format, CifarFiles.of(format, 2), false);
    byte[] whole = CifarFiles.file(pickles, "data_batch_1");
    Path batch = dir.resolve("data_batch_1");
    CifarFiles.writeFolder(dir, pickles);
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(batch, Arrays.copyOf(whole, length));
      assertRejected(() -> load("cifar10", dir), "data_batch_1");
    }
    Files.write(batch, CifarPickles.batchOf(format, CifarFiles.rows(format, 2, 0), "i1"));
    assertRejected(() -> load("cifar10", dir), "data_batch_1", "uint8");
    Files.write(
        batch,
        new String(whole, StandardCharsets.ISO_8859_1)
            .replace("K\0K\7", "K\0K\12")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertRejected(() -> load("cifar10", dir), "data_batch_1", "label 10");
  }

  @Test
  void neverActs() throws IOException {
    CifarFormat format = CifarFormat.CIFAR10;
    CifarFiles.writeFolder(dir, CifarPickles.of(format, CifarFiles.of(format, 2), false));
    Files.writeString(
        dir.resolve("test_batch"), "cos\nsystem\n(U\4truetR.", StandardCharsets.ISO_8859_1);
    assertRejected(() -> load("cifar10", dir), "test_batch", "os.system", "Nothing was run");
  }
}
