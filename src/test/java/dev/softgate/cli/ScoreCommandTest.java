package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.data.ImageSet;
import dev.softgate.data.SyntheticDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {

  @TempDir static Path folder;

  private static TinyRun noisy;

  @BeforeAll
  static void train() {
    Path labels = folder.resolve("noisy.csv");
    TinyRun.run(
        "noise", "--dataset=synthetic", "--kind=symmetric", "--rate=0.4", "--out=" + labels);
    noisy = TinyRun.train(folder, "noisy", "--labels", labels.toString(), "--gate-at", "2,3");
  }

  private static void assertRefused(CommandRun run, String says) {
    assertThat(run.err()).startsWith("softgate: ").contains(says).hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  private static List<String[]> table(TinyRun run) throws IOException {
    return Files.readAllLines(run.path().resolve("scores.csv")).stream()
        .map(line -> line.split(",", -1))
        .toList();
  }

  @Test
  void everyTrainingImageHasItsScores() throws IOException {
    JsonNode said = TinyRun.json("score", noisy.toString(), "--resamples", "20", "--json");
    List<String[]> rows = table(noisy);
    List<String> header = Arrays.asList(rows.get(0));
    assertThat(header)
        .startsWith("id", "file", "given", "suggested", "flags")
        .contains("gate_last_b2", "gate_mean_b3", "gate_loss_b2", "aum", "forgetting", "el2n")
        .contains("loss", "confidence", "variability", "self_confidence", "consensus")
        .endsWith("clean");
    assertThat(rows).hasSize(1 + said.get("images").intValue());
    int wrong = 0;
    int flagged = 0;
    for (String[] row : rows.subList(1, rows.size())) {
      assertThat(row).hasSize(header.size());
      for (String cell : Arrays.copyOfRange(row, 5, row.length - 1)) {
        assertThat(Double.parseDouble(cell)).isBetween(0.0, 1.0);
      }
      wrong += row[2].equals(row[row.length - 1]) ? 0 : 1;
      flagged += row[4].equals("label-issue") ? 1 : 0;
    }
    assertThat(said.get("wrong_labels").intValue()).isEqualTo(wrong).isPositive();
    assertThat(said.get("flagged").intValue()).isEqualTo(flagged);
    assertThat(said.get("against_truth")).hasSize(header.size() - 6);
    for (JsonNode row : said.get("against_truth")) {
      assertThat(row.get("auroc").doubleValue())
          .isBetween(row.get("auroc_low").doubleValue(), row.get("auroc_high").doubleValue());
    }
    int confused = 0;
    for (JsonNode given : said.get("given_by_suggested")) {
      for (JsonNode count : given) {
        confused += count.intValue();
      }
    }
    assertThat(confused).isEqualTo(rows.size() - 1);
    assertThat(TinyRun.run("score", noisy.toString(), "--resamples", "5").out())
        .contains("score", "auroc", "gate_last_b3");
  }

  @Test
  void aNetworkWithAMemorySaysWhatItRemembers() throws IOException {
    TinyRun run = TinyRun.train(folder, "memory", "--gate", "memory");
    TinyRun.json("score", run.toString(), "--json");
    assertThat(table(run).get(0)).contains("memorization").doesNotContain("gate_last");
  }

  /** Class names may hold what separates cells; files are named below the folder. */
  @Test
  void aFolderOfImagesIsScoredByFile() throws IOException {
    ImageSet images = SyntheticDataset.generate(1).dataset().train();
    Path root = folder.resolve("own");
    for (String half : List.of("train", "test")) {
      for (int k = 0; k < 2; k++) {
        Path of = Files.createDirectories(root.resolve(half).resolve("a, \"b\" " + k));
        for (int i = 0; i < 8; i++) {
          Pictures.write(images, 10 * k + i, of.resolve("x" + i + ".png"));
        }
      }
    }
    String options =
        "--depth 14 --epochs 1 --batch-size 8 --threads 1 --name own --dataset folder:%s"
            + " --runs-dir %s";
    CommandRun trained =
        TinyRun.run(("train " + options.formatted(root, folder.resolve("runs"))).split(" ", -1));
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    TinyRun run = new TinyRun(folder.resolve("runs").resolve("own"));
    JsonNode said = TinyRun.json("score", run.toString(), "--json");
    assertThat(said.has("wrong_labels")).isFalse();
    List<String> lines = Files.readAllLines(run.path().resolve("scores.csv"));
    assertThat(lines.get(0)).doesNotContain("clean");
    assertThat(lines.get(1))
        .startsWith("0,\"train/a, \"\"b\"\" 0/x0.png\",\"a, \"\"b\"\" 0\",\"a, \"\"b\"\" ");
  }

  @Test
  void withoutDynamicsThereIsNothingToScore() {
    TinyRun run = TinyRun.train(folder, "silent", "--dynamics", "none");
    assertRefused(TinyRun.run("score", run.toString()), "--dynamics augmented");
    assertRefused(TinyRun.run("score", folder.resolve("gone").toString()), "gone");
    assertRefused(TinyRun.run("score", noisy.toString(), "--resamples", "0"), "--resamples");
  }
}
