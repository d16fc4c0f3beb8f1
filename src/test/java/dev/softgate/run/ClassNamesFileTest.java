package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassNamesFileTest {

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("names"), text);
  }

  /** One a line, a list, by class id as Keras and Hugging Face have it, and reversed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tench\ngreat white\n",
        "tench\r\ngreat white",
        "[\"tench\", \"great white\"]",
        "{\"1\": \"great white\", \"0\": \"tench\"}",
        "{\"0\": [\"n01440764\", \"tench\"], \"1\": [\"n01484850\", \"great white\"]}",
        "{\"id2label\": {\"0\": \"tench\", \"1\": \"great white\"}}",
        "{\"tench\": 0, \"great white\": 1}"
      })
  void readsTheCommonForms(String text) throws IOException {
    assertThat(ClassNamesFile.read(file(text), 2)).containsExactly("tench", "great white");
  }

  @Test
  void equalNamesGetTheirClassId() throws IOException {
    assertThat(ClassNamesFile.read(file("crane\ncrane\nbus"), 3))
        .containsExactly("crane (0)", "crane (1)", "bus");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a | 1 names for a network of 2 classes",
        "[\"a\", \"b\", \"c\"] | 3 names for a network of 2 classes",
        "[\"a\", 7] | 7 is no name",
        "{\"0\": \"a\", \"2\": \"b\"} | no name for class 1",
        "{\"x\": \"a\", \"1\": \"b\"} | 'x' is no class id",
        "[\"a\", \"b\" | not JSON"
      })
  void refusesOtherFiles(String text, String says) {
    assertThatThrownBy(() -> ClassNamesFile.read(file(text), 2))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(says);
  }
}
