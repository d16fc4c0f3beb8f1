package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixWriterTest {

  private static final float[] ROWS = {1, 2, 3, -4, Float.MIN_VALUE, 6};

  @TempDir Path folder;

  private Path safetensors(Map<String, String> metadata) {
    Path file = folder.resolve("matrix.safetensors");
    MatrixWriter.safetensors(
        file,
        "features",
        3,
        metadata,
        matrix -> {
          matrix.add(ROWS, 1);
          matrix.add(new float[] {-4, Float.MIN_VALUE, 6, 99}, 1);
          return new MatrixWriter.Ending(
              Map.of("labels", HostTensor.ofInts(new int[] {7, 8}, 2)), Map.of("late", "yes"));
        });
    return file;
  }

  @Test
  void sealedSafetensorsHaveAllRowsAndWhatWasKnownAtTheEnd() {
    Safetensors.Contents contents = Safetensors.readSealed(safetensors(Map.of("early", "ja")));

    assertThat(contents.metadata())
        .containsExactlyInAnyOrderEntriesOf(Map.of("early", "ja", "late", "yes"));
    assertThat(contents.tensor("features").shape()).containsExactly(2, 3);
    assertThat(contents.tensor("features").toFloats()).containsExactly(ROWS);
    assertThat(contents.tensor("labels").toLongs()).containsExactly(7, 8);
  }

  @Test
  void longMetadataFits() {
    String names = "class of images, ".repeat(10_000);
    assertThat(Safetensors.readSealed(safetensors(Map.of("names", names))).metadata())
        .containsEntry("names", names);
  }

  @Test
  void changedByteBreaksTheSeal() throws IOException {
    Path file = safetensors(Map.of());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 9] ^= 1; // a feature
    Files.write(file, bytes);
    assertThatThrownBy(() -> Safetensors.readSealed(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("does not match its own checksum");
  }

  @Test
  void numpyFileHasNumpysLayout() throws IOException {
    Path file = folder.resolve("matrix.npy");
    String returned =
        MatrixWriter.numpy(
            file,
            3,
            matrix -> {
              matrix.add(ROWS, 2);
              return "done";
            });

    assertThat(returned).isEqualTo("done");
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(128 + 4 * ROWS.length);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
        .matches("\\{'descr': '<f4', 'fortran_order': False, 'shape': \\(2, 3\\), } *\n");
    float[] read = new float[6];
    try (MatrixFile matrix = MatrixFile.open(file, null)) {
      matrix.read(0, 2, read);
      assertThat(matrix.rows()).isEqualTo(2);
    }
    assertThat(read).containsExactly(ROWS);
  }

  @Test
  void failureLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("old.npy"), "old");
    assertThatThrownBy(
            () ->
                MatrixWriter.numpy(
                    file,
                    1,
                    matrix -> {
                      matrix.add(new float[1], 1);
                      throw new BadInputException("no image");
                    }))
        .hasMessage("no image");
    assertThat(Files.readString(file)).isEqualTo("old");
    assertThat(names()).containsExactly("old.npy");
  }

  @Test
  void deletesWhatAKilledProcessLeftAndNotWhatALivingOneWrites() throws IOException {
    Path file = folder.resolve("a.npy");
    String left = ".a.npy.00000000-0000-0000-0000-000000000000.tmp";
    String ofAnother = ".b.npy.00000000-0000-0000-0000-000000000000.tmp";
    Files.writeString(folder.resolve(left), "half");
    Files.writeString(folder.resolve(ofAnother), "half");
    MatrixWriter.numpy(
        file,
        1,
        outer -> {
          assertThat(names()).doesNotContain(left).contains(ofAnother).hasSize(2);
          MatrixWriter.numpy(file, 1, inner -> "inner"); // as a second process would
          assertThat(names()).hasSize(3); // the outer file, a.npy, and the other's
          return "outer";
        });
    assertThat(names()).containsExactlyInAnyOrder("a.npy", ofAnother);
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
