package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.data.Dataset;
import dev.softgate.data.SyntheticDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict --out} of 300 files, which are three blocks, the last one short. */
class PredictShardsTest {

  private static final int FILES = 300;
  private static final List<String> TABLES =
      List.of("predictions.csv", "unreadable.csv", "predictions.json");

  @TempDir static Path folder;

  private static TinyRun run;
  private static Path photos;

  @BeforeAll
  static void trainAndPaint() throws IOException {
    run = TinyRun.train(folder, "gated");
    photos = Files.createDirectories(folder.resolve("photos"));
    Dataset images = SyntheticDataset.generate(1).dataset();
    for (int i = 0; i < FILES; i++) {
      Path file = photos.resolve("%03d.png".formatted(i));
      if (i % 100 == 7) {
        Files.writeString(file, "no image");
      } else {
        Pictures.write(images.test(), i, file);
      }
    }
  }

  private static CommandRun predict(Path out, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("predict", run.toString(), photos.toString(), "--threads", "1"));
    arguments.addAll(List.of("--threshold", "0.5", "--out", out.toString()));
    arguments.addAll(List.of(options));
    return TinyRun.run(arguments.toArray(String[]::new));
  }

  @Test
  void collectedShardsHaveTheBytesOfTheWhole() throws IOException {
    Path out = folder.resolve("out");
    CommandRun whole = predict(out);
    List<byte[]> expected = new ArrayList<>();
    for (String name : TABLES) {
      expected.add(Files.readAllBytes(out.resolve(name)));
      Files.delete(out.resolve(name));
    }

    assertThat(predict(out, "--shard", "1/2").out())
        .startsWith("shard 1/2: 127 images and 1 unreadable files, in ");
    assertThat(predict(out, "--shard", "0/2").exitCode()).isEqualTo(2); // has unreadable files
    CommandRun collected = predict(out, "--collect");

    assertThat(collected).isEqualTo(whole);
    assertThat(whole.exitCode()).isEqualTo(2);
    assertThat(whole.err()).hasLineCount(1).contains("3 files cannot be read").contains("unread");
    for (int i = 0; i < TABLES.size(); i++) {
      assertThat(Files.readAllBytes(out.resolve(TABLES.get(i)))).isEqualTo(expected.get(i));
    }
  }

  @Test
  void tablesHaveWhatIsPrintedAsJson() throws IOException {
    Path out = folder.resolve("few");
    String image = photos.resolve("012.png").toString();
    JsonNode printed =
        TinyRun.json("predict", run.toString(), image, "--threshold", "0.5", "--json")
            .at("/predictions/0");

    TinyRun.json(
        "predict", run.toString(), image, "--threshold", "0.5", "--json", "--out", out.toString());

    List<String> rows = Files.readAllLines(out.resolve("predictions.csv"));
    assertThat(rows.get(0))
        .isEqualTo(
            "file,label,label_index,probability,entropy,hardness,g,skipped,skipped_stages,"
                + "label_2,probability_2,label_3,probability_3");
    assertThat(List.of(rows.get(1).split(",", -1)))
        .containsExactly(
            image,
            printed.get("label").asText(),
            printed.get("label_index").asText(),
            printed.get("probability").asText(),
            printed.get("entropy").asText(),
            printed.get("hardness").asText(),
            printed.get("g").asText(),
            printed.get("skipped").asText(),
            printed.get("skipped_stages").isEmpty() ? "" : "3",
            printed.at("/probabilities/1/label").asText(),
            printed.at("/probabilities/1/probability").asText(),
            printed.at("/probabilities/2/label").asText(),
            printed.at("/probabilities/2/probability").asText());
    assertThat(rows).hasSize(2);
    assertThat(out.resolve("unreadable.csv")).hasContent("file,reason");
  }

  @Test
  void refusesShardsThatDoNotBelongTogether() throws IOException {
    Path out = folder.resolve("mixed");
    assertRefused(predict(out, "--collect"), "has no predictions of shards");
    predict(out, "--shard", "0/3", "--top", "2");
    predict(out, "--shard", "2/3");
    assertRefused(predict(out, "--collect"), "lacks the shards 1/3");
    predict(out, "--shard", "1/3");
    assertRefused(
        predict(out, "--collect"), "--top differs: 2 in ", "predictions-0-of-3", "3 in this");
    predict(out, "--shard", "0/3", "--precision", "fp32", "--engine", "libtorch");
    assertRefused(predict(out, "--collect"), "--engine differs: libtorch in ");
    predict(out, "--shard", "0/3");
    Path added = Files.copy(photos.resolve("000.png"), photos.resolve("zzz.png"));
    assertRefused(predict(out, "--collect"), "the number of files differs: 300 in ");
    Files.delete(added);
    assertThat(out.resolve("predictions.csv")).doesNotExist();
    assertThat(predict(out, "--collect").err()).contains("3 files cannot be read");
  }

  @Test
  void namesTheNetworksOfShardsThatDiffer() {
    Path out = folder.resolve("networks");
    TinyRun other = TinyRun.train(folder, "other", "--seed=2");
    predict(out, "--shard", "0/2");
    TinyRun.run(
        "predict",
        other.toString(),
        photos.toString(),
        "--threads=1",
        "--threshold=0.5",
        "--out=" + out,
        "--shard=1/2");
    assertRefused(
        predict(out, "--collect"),
        "the network differs: " + other.path(),
        " (SHA-256 ",
        "predictions-1-of-2.safetensors, " + run.path(),
        "run that shard again, or collect with its settings, or give each its own --out");
  }

  /** Whoever collects needs the files of all shards. */
  @Test
  void saysThatAShardIsEmpty() {
    Path out = folder.resolve("empty");
    assertThat(predict(out, "--shard", "999999/1000000").out())
        .startsWith("shard 999999/1000000: 0 images, in ")
        .contains("This shard is empty");
    assertThat(predict(out, "--shard", "3/4").out()).contains("This shard is empty");
    for (String shard : List.of("0/4", "1/4", "2/4")) {
      assertThat(predict(folder.resolve("few"), "--shard", shard).out()).doesNotContain("empty");
    }
  }

  @Test
  void requiresAFolder() {
    for (String[] options : new String[][] {{"--shard", "0/2"}, {"--collect"}}) {
      List<String> arguments = new ArrayList<>(List.of("predict", run.toString()));
      arguments.add(photos.toString());
      arguments.addAll(List.of(options));
      assertRefused(TinyRun.run(arguments.toArray(String[]::new)), "--out is missing");
    }
    assertRefused(predict(folder.resolve("both"), "--collect", "--shard", "0/2"), "omit --shard");
  }
}
