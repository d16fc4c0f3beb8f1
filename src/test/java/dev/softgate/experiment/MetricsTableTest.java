package dev.softgate.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.softgate.BadInputException;
import dev.softgate.training.EpochMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MetricsTableTest {

  private static final String HEADER =
      "epoch,learning_rate,gate_learning_rate,"
          + "train_images,train_accuracy,train_loss,train_gate_loss,train_mean_gate,"
          + "val_images,val_accuracy,val_loss,val_gate_loss,val_mean_gate,"
          + "test_images,test_accuracy,test_loss,test_gate_loss,test_mean_gate\n";
  private static final String ROW = "0,0.1,,100,0.5,1.5,,,,,,,,,,,,\n";

  @TempDir private Path folder;

  @Test
  void writesTheDocumentedText() {
    Path file = folder.resolve("metrics.csv");

    MetricsTable.write(file, Epochs.ALL);

    assertThat(file)
        .hasContent(
            HEADER
                + "0,0.01,0.001,45000,0.3333333333333333,1.2345678901234567,2.25,0.4375,"
                + "5000,0.25,1.5,2.5,0.5,10000,0.125,1.75,2.75,0.625\n"
                + "1,0.1,,45000,0.5,1.0E-300,,,,,,,,,,,,\n"
                + "2,0.1,,1,0.0,NaN,,,,,,,,0,1.0,-Infinity,,\n");
  }

  @Test
  void givesBackWhatWasWritten() {
    Path file = folder.resolve("metrics.csv");

    MetricsTable.write(file, Epochs.ALL);
    assertThat(MetricsTable.read(file)).isEqualTo(Epochs.ALL);
    MetricsTable.write(file, List.of());
    assertThat(MetricsTable.read(file)).isEmpty();
  }

  @Test
  void readsWhatASpreadsheetSavedAgain() throws IOException {
    Path file = folder.resolve("metrics.csv");
    String saved = HEADER + "0,1e-05,,100,1,2E+00,,,,,,,,,,,,\n";
    Files.writeString(file, saved.replace("\n", "\r\n"));

    EpochMetrics epoch = MetricsTable.read(file).get(0);

    assertThat(epoch.learningRate()).isEqualTo(1e-5);
    assertThat(epoch.train().classificationLoss()).isEqualTo(2.0);
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        arguments("", "last line is incomplete"),
        arguments(HEADER + ROW.strip(), "last line is incomplete"),
        arguments("\n", "its columns are not epoch,"),
        arguments(HEADER.replace("val_loss", "loss") + ROW, "its columns are not epoch,"),
        arguments(HEADER + "0,0.1\n", "line 2: 2 cells where 18 belong"),
        arguments(HEADER + ROW.replace(",\n", ",,\n"), "line 2: 19 cells where 18 belong"),
        arguments(HEADER + ROW + "\n", "line 3: 1 cells where 18 belong"),
        arguments(HEADER + ROW.replace("0,0.1", "1,0.1"), "epoch 1 stands where epoch 0 belongs"),
        arguments(HEADER + ROW + ROW, "line 3: epoch 0 stands where epoch 1 belongs"),
        arguments(HEADER + ROW.replace("0,0.1", "-1,0.1"), "epoch is not a count: \"-1\""),
        arguments(HEADER + ROW.replace("0.1", ""), "learning_rate is not a number: \"\""),
        arguments(HEADER + ROW.replace("0.1", "0x1p3"), "learning_rate is not a number: \"0x1p3\""),
        arguments(HEADER + ROW.replace("1.5", " 1.5"), "train_loss is not a number: \" 1.5\""),
        arguments(HEADER + ROW.replace("100,", "100.0,"), "train_images is not a count"),
        arguments(HEADER + ROW.replace("100,0.5,1.5", ",,"), "train_images is empty"),
        arguments(
            HEADER + ROW.replace("1.5,,,,", "1.5,,,,0.5"),
            "val_images is empty, but val_accuracy is not"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("malformed")
  void refusesMalformedTables(String text, String reason) throws IOException {
    Path file = Files.writeString(folder.resolve("metrics.csv"), text);

    assertThatThrownBy(() -> MetricsTable.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
  }

  @Test
  void refusesWhatIsNoTextFile() throws IOException {
    Path file = folder.resolve("metrics.csv");
    assertThatThrownBy(() -> MetricsTable.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no such file");
    Files.write(file, (HEADER + "\u00e9\n").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> MetricsTable.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("not UTF-8");
  }
}
