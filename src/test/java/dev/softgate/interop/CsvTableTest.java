package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {

  @TempDir Path folder;

  private CsvTable table(String text) throws IOException {
    return CsvTable.read(Files.writeString(folder.resolve("t.csv"), text));
  }

  @Test
  void readsQuotedCells() throws IOException {
    CsvTable table = table("id,\"a, b\",c\r\n1, x ,\"say \"\"no\"\"\nmore\"\n2,,\n\n");
    assertThat(table.header()).containsExactly("id", "a, b", "c");
    assertThat(table.rows()).isEqualTo(2);
    assertThat(table.texts("a, b")).containsExactly("x", "");
    assertThat(table.texts("c")).containsExactly("say \"no\"\nmore", "");
    assertThat(table.numbers("id")).containsExactly(1, 2);
  }

  @Test
  void readsManyColumns() throws IOException {
    List<String> names = IntStream.range(0, 70).mapToObj(i -> "c" + i).toList();
    CsvTable table = table(String.join(",", names) + "\n" + String.join(",", names) + "\n");
    assertThat(table.header()).isEqualTo(names);
    assertThat(table.texts("c69")).containsExactly("c69");
  }

  @Test
  void readsEmptyCellsAsNan() throws IOException {
    assertThat(table("a,b\n,1\n").numbers("a")).containsExactly(Double.NaN);
    assertThat(table("a\n").numbers("a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a,b;1,2;3 | line 3: 2 cells are expected (a,b), found '3'",
        "a,b;1,2,3 | line 2: 2 cells are expected (a,b), found '1,2,3'",
        "a,a;1,2 | line 1: a header of distinct column names is expected",
        "a,;1,2 | line 1: a header of distinct column names is expected",
        "~~ | line 1: a header of distinct column names is expected",
        "a,b;1,\"2;3,4 | line 2: a quotation mark without its end",
        "a,b;1,\"2\"x | line 2: a separator or the end of the line is expected after a quoted cell",
        "a,b;1,2;x,4 | line 3: a number is expected, found \"x\" in column \"a\"",
        "b,c;1,2 | line 1: the column \"a\" is missing",
      })
  void rejectsMalformedTablesWithTheirLine(String text, String message) {
    assertThatExceptionOfType(BadInputException.class)
        .isThrownBy(() -> table(text.replace(';', '\n')).numbers("a"))
        .withMessageStartingWith(folder.resolve("t.csv") + " " + message)
        .withMessageEndingWith("; correct the file or create it again");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id,name\r1,\"a\rb\"\r2,\r",
        "\uFEFFid;name\r\n1;\"a\nb\"\r\n2;\r\n\r\n",
        "id\tname\n1\t\"a\nb\"\n2\t",
        "id\tname\n1\t\"a\r\nb\"\n2\t\n\n"
      })
  void readsWhatSpreadsheetsWrite(String text) throws IOException {
    CsvTable table = table(text);
    assertThat(table.numbers("id")).containsExactly(1, 2);
    assertThat(table.texts("name").get(0)).matches("a\\Rb");
    assertThat(table.texts("name").get(1)).isEmpty();
    assertThat(table.line(1)).isEqualTo(4);
  }

  @Test
  void readsDecimalCommasBetweenSemicolons() throws IOException {
    assertThat(table("a;b,c\n0,25;x\n1.5;y\n").numbers("a")).containsExactly(0.25, 1.5);
  }

  @Test
  void hashesItsBytes() throws IOException {
    assertThat(table("a\n1\n").sha256())
        .isEqualTo(table("a\n1\n").sha256())
        .matches("[0-9a-f]{64}")
        .isNotEqualTo(table("a\n1\n\n").sha256());
  }

  @Test
  void countsLines() {
    assertThatExceptionOfType(BadInputException.class)
        .isThrownBy(() -> table("a,b\n\"x\ny\",1\nz\n"))
        .withMessageContaining(" line 4: 2 cells are expected");
  }

  @Test
  void rejectsBinaryFiles() throws IOException {
    Path file = folder.resolve("b.csv");
    Files.write(file, "é".getBytes(StandardCharsets.ISO_8859_1));
    assertThatExceptionOfType(BadInputException.class)
        .isThrownBy(() -> CsvTable.read(file))
        .withMessage(file + " is not text in UTF-8; give a CSV file, saved as UTF-8");
    assertThatExceptionOfType(BadInputException.class)
        .isThrownBy(() -> CsvTable.read(folder.resolve("none.csv")))
        .withMessage(folder.resolve("none.csv") + ": no such file; check the path");
    assertThatExceptionOfType(BadInputException.class)
        .isThrownBy(() -> CsvTable.read(folder))
        .withMessage(folder + " is not a CSV file of less than 256 MiB");
  }
}
