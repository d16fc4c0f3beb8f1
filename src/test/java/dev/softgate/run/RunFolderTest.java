package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFolderTest {

  @TempDir private Path folder;

  @Test
  void opensOnlyWithAConfiguration() throws IOException {
    RunFolder created = RunFolder.create(folder.resolve("a").resolve("runs"), "first");

    assertThatThrownBy(() -> RunFolder.open(created.path()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("it lacks the file config.yaml")
        .hasMessageContaining("a run has config.yaml and checkpoints/");
    Files.writeString(created.config(), "depth: 20\n");
    assertThat(RunFolder.open(created.path())).isEqualTo(created);
    assertThat(created.name()).isEqualTo("first");
    assertThat(created.checkpoint("last"))
        .isEqualTo(created.path().resolve("checkpoints").resolve("last.safetensors"));
    Files.delete(created.checkpoints());
    assertThatThrownBy(() -> RunFolder.open(created.path()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("it lacks the folder checkpoints");
  }

  @Test
  void usesTheNextFreeSuffix() throws IOException {
    Files.writeString(folder.resolve("run-2"), "a file takes a name too");

    List<String> names =
        IntStream.range(0, 3).mapToObj(i -> RunFolder.create(folder, "run").name()).toList();

    assertThat(names).containsExactly("run", "run-3", "run-4");
  }

  @Test
  void concurrentRunsGetDistinctFolders() {
    List<String> names =
        IntStream.range(0, 40)
            .parallel()
            .mapToObj(i -> RunFolder.create(folder, "run").name())
            .toList();

    assertThat(names).doesNotHaveDuplicates().contains("run", "run-40");
  }

  @ParameterizedTest
  @CsvSource({
    "'', is empty",
    "'  ', is empty",
    "., starts with a dot",
    ".., starts with a dot",
    ".hidden, starts with a dot",
    "a/b, contains a path separator",
    "/etc, contains a path separator",
    "a\\b, contains a path separator",
    "'a\u0000b', contains a control character",
    "'a\nb', contains a control character",
    "'a\u0085b', contains a control character",
  })
  void rejectsInvalidNames(String name, String reason) {
    assertThatThrownBy(() -> RunFolder.create(folder, name))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void rejectsLongNames() {
    assertThat(RunFolder.create(folder, "x".repeat(200)).path()).isDirectory();
    assertThatThrownBy(() -> RunFolder.create(folder, "é".repeat(101)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("longer than 200 bytes");
  }

  @Test
  void rejectsFilesAsFolders() throws IOException {
    Path file = Files.writeString(folder.resolve("last.safetensors"), "x");

    assertThatThrownBy(() -> RunFolder.open(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is a file, not a run's folder");
    assertThatThrownBy(() -> RunFolder.open(folder.resolve("none")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("none: no such folder");
    assertThatThrownBy(() -> RunFolder.create(file, "run"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("runs-dir");
  }
}
