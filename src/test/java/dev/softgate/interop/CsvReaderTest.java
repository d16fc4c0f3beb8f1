package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {

  @TempDir Path folder;

  private CsvReader reader(String text) throws IOException {
    return CsvReader.open(Files.writeString(folder.resolve("t.csv"), text));
  }

  private List<List<String>> records(String text) throws IOException {
    List<List<String>> records = new ArrayList<>();
    try (CsvReader reader = reader(text)) {
      while (reader.next()) {
        records.add(reader.texts());
      }
    }
    return records;
  }

  @Test
  void readsRecords() throws IOException {
    assertThat(records("\uFEFFa, b ,\"c, d\"\r\n1,,\"say \"\"no\"\"\nmore\"\n\n \n"))
        .containsExactly(List.of("a", "b", "c, d"), List.of("1", "", "say \"no\"\nmore"));
    assertThat(records("")).isEmpty();
    assertThat(records("é,\u4e2d\ud83d\ude00")).containsExactly(List.of("é", "\u4e2d\ud83d\ude00"));
  }

  /** The buffer has 64 Ki characters: every kind of cell is cut somewhere. */
  @Test
  void readsAcrossBuffers() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(i).append(",\"a\"\"").append(i).append("\", x \r\n");
    }
    List<List<String>> records = records(text.toString());
    assertThat(records).hasSize(20_000);
    for (int i = 0; i < records.size(); i++) {
      assertThat(records.get(i)).containsExactly("" + i, "a\"" + i, "x");
    }
  }

  @Test
  void readsNumbers() throws IOException {
    String[] texts = {"0.1", "1e-5", "0.12345678901234568", "1.0E-30", "-0", "1", "3.4e38"};
    try (CsvReader reader = reader(String.join(",", texts))) {
      assertThat(reader.next()).isTrue();
      for (int cell = 0; cell < texts.length; cell++) {
        assertThat(reader.number(cell)).isEqualTo(Float.parseFloat(texts[cell]));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nan", "0,1", "1..2", "0x"})
  void rejectsOtherNumbers(String text) throws IOException {
    try (CsvReader reader = reader("1\n\"" + text + "\",2\n")) {
      reader.next();
      reader.next();
      assertThatExceptionOfType(BadInputException.class)
          .isThrownBy(() -> reader.number(0))
          .withMessage(
              "%s line 2: a number is expected in column 1, found \"%s\"",
              folder.resolve("t.csv"), text);
    }
  }

  @Test
  void rejectsEmptyLinesWithin() {
    assertThatThrownBy(() -> records("a\n1\n\n2\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(" line 3: the line is empty");
  }

  /** A quotation mark without its end must not read the whole file into the heap. */
  @Test
  void rejectsEndlessRecords() throws IOException {
    String text = "\"" + "x".repeat((1 << 24) + 1) + "\"";
    assertThatThrownBy(() -> records(text))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(" line 1: it has more than 16,777,216 characters");
  }

  @Test
  void namesOtherKindsOfFiles() throws IOException {
    Path file = Files.write(folder.resolve("t.csv"), new byte[] {0x1f, (byte) 0x8b, 8, 0});
    assertThatThrownBy(() -> CsvReader.open(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("compressed with gzip; decompress it first");
    Files.write(file, new byte[] {'a', ',', (byte) 0xe9, '\n'});
    assertThatThrownBy(
            () -> {
              try (CsvReader reader = CsvReader.open(file)) {
                reader.next();
              }
            })
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is not text in UTF-8");
    assertThatThrownBy(() -> CsvReader.open(folder.resolve("none.csv")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no such file");
  }
}
