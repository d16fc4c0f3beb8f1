package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.data.Dataset;
import dev.softgate.data.SyntheticDataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictCommandTest {

  /** Where width and height stand in a PNG file, and the checksum of that chunk. */
  private static final int PNG_SIZE_AT = 16;

  private static final int PNG_HEADER_CHUNK_AT = 12;
  private static final int PNG_HEADER_CHECKSUM_AT = 29;

  @TempDir static Path folder;

  private static TinyRun run;
  private static Path picture;

  @BeforeAll
  static void train() throws IOException {
    run = TinyRun.train(folder, "gated");
    picture = Pictures.write(images().test(), 0, folder.resolve("picture.png"));
  }

  private static Dataset images() {
    return SyntheticDataset.generate(1).dataset();
  }

  private static JsonNode predict(TinyRun network, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("predict", network.toString(), picture.toString(), "--json"));
    arguments.addAll(List.of(options));
    return TinyRun.json(arguments.toArray(String[]::new)).get("predictions").get(0);
  }

  @Test
  void predictsAFileLikeTheSetsImage() throws IOException {
    Dataset dataset = images();
    List<String[]> rows =
        Files.readAllLines(run.path().resolve("gates-test.csv")).stream()
            .skip(1)
            .limit(20)
            .map(line -> line.split(",", -1))
            .toList();
    List<String> arguments = new ArrayList<>(List.of("predict", run.toString(), "--json"));
    for (String[] row : rows) {
      Path file = folder.resolve("test-" + row[0] + ".png");
      arguments.add(Pictures.write(dataset.test(), Integer.parseInt(row[0]), file).toString());
    }
    JsonNode predictions = TinyRun.json(arguments.toArray(String[]::new)).get("predictions");
    assertThat(predictions).hasSize(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      JsonNode prediction = predictions.get(i);
      int predicted = Integer.parseInt(rows.get(i)[2]);
      assertThat(prediction.get("file").textValue()).isEqualTo(arguments.get(3 + i));
      assertThat(prediction.get("label_index").intValue()).isEqualTo(predicted);
      assertThat(prediction.get("label").textValue())
          .isEqualTo(dataset.classNames().get(predicted));
      assertThat(prediction.get("entropy").doubleValue())
          .isCloseTo(Double.parseDouble(rows.get(i)[4]), within(1e-4));
      assertThat(prediction.get("g").doubleValue())
          .isCloseTo(Double.parseDouble(rows.get(i)[5]), within(1e-4));
    }
  }

  @Test
  void printsTheContractsKeysAndRanksClasses() throws IOException {
    JsonNode prediction = predict(run, "--top", "99");
    assertThat(prediction.fieldNames())
        .toIterable()
        .containsExactly(
            "file",
            "label",
            "label_index",
            "probability",
            "probabilities",
            "entropy",
            "hardness",
            "g",
            "skipped",
            "skipped_stages");
    JsonNode ranking = prediction.get("probabilities");
    assertThat(ranking).hasSize(10);
    double sum = 0;
    for (int i = 0; i < 10; i++) {
      double probability = ranking.get(i).get("probability").doubleValue();
      assertThat(probability)
          .isLessThanOrEqualTo(ranking.get(Math.max(0, i - 1)).get("probability").doubleValue());
      sum += probability;
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
    assertThat(ranking.get(0).get("label")).isEqualTo(prediction.get("label"));
    assertThat(ranking.get(0).get("probability")).isEqualTo(prediction.get("probability"));
    assertThat(prediction.get("hardness").doubleValue())
        .isCloseTo(prediction.get("entropy").doubleValue() / Math.log(10), within(1e-12));
    assertThat(predict(run).get("probabilities")).hasSize(3);
  }

  @Test
  void reportsSkippedStages() throws IOException {
    TinyRun two = TinyRun.train(folder, "two", "--gate-at", "2,3");
    JsonNode prediction = predict(two, "--threshold", "1,0");
    assertThat(prediction.get("skipped").booleanValue()).isFalse();
    assertThat(prediction.get("skipped_stages").toString()).isEqualTo("[2]");
    assertThat(predict(two, "--threshold", "1").get("skipped").booleanValue()).isTrue();
    assertThat(
            TinyRun.run("predict", two.toString(), picture.toString(), "--threshold", "1,0").out())
        .contains("stage 2");
  }

  @Test
  void skipsBelowTheThreshold() throws IOException {
    double g = predict(run).get("g").doubleValue();
    assertThat(predict(run).get("skipped").booleanValue()).isFalse(); // no thresholds stored
    String between = Double.toString(g - 1e-4);
    assertThat(predict(run, "--threshold", between).get("skipped").booleanValue()).isFalse();
    between = Double.toString(g + 1e-4);
    assertThat(predict(run, "--threshold", between).get("skipped").booleanValue()).isTrue();
    assertThat(predict(run, "--threshold", "0").get("skipped").booleanValue()).isFalse();
    assertThat(predict(run, "--threshold", "1").get("skipped").booleanValue()).isTrue();
    assertThat(predict(run, "--threshold", "1").get("skipped_stages").toString()).isEqualTo("[3]");
    assertThat(predict(run).get("skipped_stages")).isEmpty();
    assertThat(predict(run, "--threshold", "1").get("probability"))
        .isNotEqualTo(predict(run).get("probability"));
  }

  @Test
  void explainsWhyANetworkCannotSkip() throws IOException {
    TinyRun plain = TinyRun.train(folder, "plain", "--gate", "none");
    JsonNode ungated = predict(plain);
    assertThat(List.of("entropy", "hardness", "g", "skipped"))
        .allMatch(key -> ungated.get(key).isNull());
    TinyRun exit = TinyRun.train(folder, "exit", "--gate-tap", "exit");
    try (LogCapture log = new LogCapture()) {
      JsonNode prediction = predict(exit, picture.toString(), "--threshold", "1");
      assertThat(prediction.get("g").isNumber()).isTrue();
      assertThat(prediction.get("skipped").isNull()).isTrue();
      assertThat(log.messages())
          .containsOnlyOnce(
              "nothing can be skipped: its gate reads the exit of the additional layers,"
                  + " after they have been computed");
    }
    assertThat(TinyRun.run("predict", plain.toString(), picture.toString()).out())
        .containsPattern("picture\\.png +- +- +- +- ");
  }

  @Test
  void printsARowForEachFile() {
    CommandRun command =
        TinyRun.run("predict", run.toString(), picture.toString(), picture.toString());
    assertThat(command.out()).hasLineCount(3).startsWith("file ").contains(" no ");
  }

  @Test
  void namesBadFilesAndPredictsTheOthers() throws IOException {
    byte[] whole = Files.readAllBytes(picture);
    Path empty = Files.createFile(folder.resolve("empty.png"));
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
    Path huge = Files.write(folder.resolve("huge.png"), withSize(whole, 60_000));
    for (Path bad : List.of(empty, text, cut, huge, folder.resolve("absent.png"))) {
      CommandRun command =
          TinyRun.run("predict", run.toString(), bad.toString(), picture.toString(), "--json");
      assertThat(command.exitCode()).isEqualTo(2);
      assertThat(command.err()).startsWith("softgate: " + bad).hasLineCount(1);
      JsonNode said = new ObjectMapper().readTree(command.out());
      assertThat(said.get("predictions")).hasSize(1);
      assertThat(said.at("/predictions/0/file").textValue()).isEqualTo(picture.toString());
      assertThat(said.at("/unreadable/0/file").textValue()).isEqualTo(bad.toString());
      assertThat(said.at("/unreadable/0").fieldNames())
          .toIterable()
          .containsExactly("file", "reason");
    }
    assertRefused(
        TinyRun.run("predict", run.toString(), empty.toString(), cut.toString(), text.toString()),
        "empty.png",
        "and 2 more");
  }

  @Test
  void predictsAFolder() throws IOException {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    Files.copy(picture, photos.resolve("b.PNG"));
    Files.copy(picture, Files.createDirectory(photos.resolve("below")).resolve("a.png"));
    Files.writeString(photos.resolve("notes.txt"), "no image");
    JsonNode predictions =
        TinyRun.json("predict", run.toString(), photos.toString(), "--json").get("predictions");
    assertThat(predictions.findValuesAsText("file"))
        .containsExactly(
            photos.resolve("b.PNG").toString(), photos.resolve("below/a.png").toString());
    Path without = Files.createDirectory(folder.resolve("without"));
    assertRefused(
        TinyRun.run("predict", run.toString(), without.toString()), without + " has no image file");
  }

  private static byte[] withSize(byte[] png, int side) {
    byte[] changed = png.clone();
    ByteBuffer.wrap(changed).putInt(PNG_SIZE_AT, side).putInt(PNG_SIZE_AT + 4, side);
    CRC32 checksum = new CRC32();
    checksum.update(changed, PNG_HEADER_CHUNK_AT, PNG_HEADER_CHECKSUM_AT - PNG_HEADER_CHUNK_AT);
    ByteBuffer.wrap(changed).putInt(PNG_HEADER_CHECKSUM_AT, (int) checksum.getValue());
    return changed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"--top=0", "--threshold=1.5", "--threshold=NaN", "--precision=fp8"})
  void rejectsInvalidValues(String option) {
    assertRefused(
        TinyRun.run("predict", run.toString(), picture.toString(), option),
        option.replaceAll("=.*", ""));
  }

  @Test
  void requiresANetworkAndAFile() {
    assertRefused(TinyRun.run("predict", run.toString()), "FILE");
    String absent = folder.resolve("absent").toString();
    assertRefused(TinyRun.run("predict", absent, picture.toString()), absent);
  }
}
