package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingDynamics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From {@code noise} through {@code train} to {@code eval}: labels of a file. */
class LabelsTest {

  @TempDir static Path folder;

  private static Path noisy;
  private static JsonNode noise;
  private static TinyRun run;

  @BeforeAll
  static void train() throws IOException {
    noisy = folder.resolve("noisy.csv");
    noise =
        TinyRun.json(
            "noise",
            "--dataset=synthetic",
            "--kind=symmetric",
            "--rate=0.4",
            "--seed=3",
            "--out=" + noisy,
            "--json");
    run = TinyRun.train(folder, "noisy", "--labels", noisy.toString());
  }

  /** The file with something else in one column of each row. */
  private static Path changed(String name, int column, String to) throws IOException {
    List<String> lines =
        Files.readAllLines(noisy).stream()
            .map(
                line -> {
                  String[] cells = line.split(",", -1);
                  if (!cells[0].equals("index")) {
                    cells[column] = to;
                  }
                  return String.join(",", cells);
                })
            .toList();
    return Files.write(folder.resolve(name), lines);
  }

  @Test
  void noiseReportsItsOutput() throws Exception {
    int changed = noise.get("changed").intValue();
    assertThat(noise.get("images").intValue()).isEqualTo(5_000);
    assertThat(noise.get("rate").doubleValue()).isEqualTo(changed / 5_000.0);
    assertThat(changed / 5_000.0).isCloseTo(0.4, within(0.03));
    assertThat(noise.get("sha256").textValue()).isEqualTo(TinyRun.sha256(noisy));
    int wrong = 0;
    for (int k = 0; k < 10; k++) {
      for (int other = 0; other < 10; other++) {
        wrong += k == other ? 0 : noise.get("confusion").get(k).get(other).intValue();
      }
    }
    assertThat(wrong).isEqualTo(changed);
    int[] known = SyntheticDataset.generate(1).trainTrueLabels();
    List<String> lines = Files.readAllLines(noisy);
    assertThat(lines).hasSize(5_001).startsWith("index,given,clean");
    for (int id = 0; id < 5_000; id++) {
      assertThat(lines.get(id + 1)).startsWith(id + ",").endsWith("," + known[id]);
    }
  }

  @Test
  void noiseReadsAColumn() throws IOException {
    Path copy = folder.resolve("copy.csv");
    CommandRun result =
        TinyRun.run(
            "noise", "--dataset=synthetic", "--from=" + noisy, "--column=given", "--out=" + copy);
    assertThat(result.exitCode()).as(result.toString()).isZero();
    assertThat(copy).hasSameBinaryContentAs(noisy);
    assertThat(result.out()).contains("copy.csv, SHA-256 ", "of 5,000 images (");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--kind=symmetric | specify either --kind and --rate",
        "--kind=symmetric --rate=0.4 --from=x.csv --column=y | specify either --kind and --rate",
        "--rate=0.4 | specify either --kind and --rate",
        "--from=x.csv | belong together",
        "--kind=symmetric --rate=0.4 --column=y | belong together",
        "--kind=symmetric --rate=1.4 | --rate must be from 0 to 1, found 1.4",
        "--kind=pairs --rate=0.4 | --kind must be one of symmetric, asymmetric, found 'pairs'",
        "--from=x.csv --column=y | x.csv: no such file",
        "--kind=symmetric --rate=0.4 --dataset=mnist | dataset: must be one of cifar10",
        "--kind=symmetric --rate=0.4 --out=none/x.csv | cannot write none/x.csv: the folder"
      })
  void noiseRejectsInvalidSettings(String options, String says) {
    String[] words = ("noise " + options).split(" ", -1);
    List<String> arguments = new ArrayList<>(List.of(words));
    if (!options.contains("--out")) {
      arguments.add("--out=" + folder.resolve("never.csv"));
    }
    if (!options.contains("--dataset")) {
      arguments.add("--dataset=synthetic");
    }
    assertRefused(TinyRun.run(arguments.toArray(String[]::new)), says);
    assertThat(folder.resolve("never.csv")).doesNotExist();
  }

  @Test
  void recordsTheFileAndItsHash() throws Exception {
    assertThat(Files.readString(run.path().resolve("config.yaml"))).contains("labels: " + noisy);
    assertThat(run.summary().get("labels_sha256").textValue()).isEqualTo(TinyRun.sha256(noisy));
    assertThat(Checkpoint.read(run.checkpoint()).data().labelsSha256())
        .isEqualTo(TinyRun.sha256(noisy));
  }

  @Test
  void dynamicsHaveTheFilesLabels() throws IOException {
    TrainingDynamics dynamics = TrainingDynamics.open(run.path());
    int[] clean = requireNonNull(dynamics.clean());
    List<String> lines = Files.readAllLines(noisy);
    assertThat(dynamics.ids()).hasSize(64);
    for (int place = 0; place < 64; place++) {
      assertThat(dynamics.ids()[place] + "," + dynamics.given()[place] + "," + clean[place])
          .isEqualTo(lines.get(1 + dynamics.ids()[place]));
    }
    assertThat(dynamics.values("gate_loss_b3")).hasDimensions(1, 64);
  }

  /** With a control: other given labels do change the weights. */
  @Test
  void cleanLabelsAffectNeitherLossNorBest() throws IOException {
    Set<String> weights = new HashSet<>();
    Set<String> best = new HashSet<>();
    for (Path file : List.of(changed("clean0.csv", 2, "0"), changed("clean9.csv", 2, "9"))) {
      JsonNode summary = TinyRun.train(folder, "c", "--labels", file.toString()).summary();
      weights.add(summary.get("weights_sha256").textValue());
      best.add(summary.get("best_epoch") + " " + summary.get("best_val_accuracy"));
      deleteRun("c");
    }
    assertThat(weights).hasSize(1);
    assertThat(best).hasSize(1);
    JsonNode other =
        TinyRun.train(folder, "g", "--labels", changed("given0.csv", 1, "0").toString()).summary();
    assertThat(weights).doesNotContain(other.get("weights_sha256").textValue());
    assertThat(other.get("val_accuracy").doubleValue())
        .as("validation by the given labels, of which there is one")
        .isEqualTo(1.0);
  }

  private static void deleteRun(String name) throws IOException {
    Files.move(
        folder.resolve("runs").resolve(name),
        Files.createTempDirectory(folder, "old").resolve(name));
  }

  @Test
  void evalCountsFittedAndCorrectedLabels() throws IOException {
    JsonNode result = TinyRun.json("eval", run.toString(), "--split=val", "--json");
    Path gates = folder.resolve("g.csv");
    TinyRun.json("eval", run.toString(), "--split=val", "--json", "--dump-gates=" + gates);
    List<String> labels = Files.readAllLines(noisy);
    int count = 0;
    int fitted = 0;
    int corrected = 0;
    for (String line : Files.readAllLines(gates)) {
      String[] cells = line.split(",", -1); // id,label,predicted,…
      if (cells[0].equals("id")) {
        continue;
      }
      String[] truth = labels.get(1 + Integer.parseInt(cells[0])).split(",", -1);
      assertThat(cells[1]).isEqualTo(truth[1]);
      if (!truth[1].equals(truth[2])) {
        count++;
        fitted += cells[2].equals(truth[1]) ? 1 : 0;
        corrected += cells[2].equals(truth[2]) ? 1 : 0;
      }
    }
    assertThat(count).as("of 60, at a rate of 0.4").isBetween(12, 40);
    assertThat(result.get("wrong_labels").intValue()).isEqualTo(count);
    assertThat(result.get("wrong_fitted").doubleValue()).isEqualTo((double) fitted / count);
    assertThat(result.get("wrong_corrected").doubleValue()).isEqualTo((double) corrected / count);
    assertThat(TinyRun.run("eval", run.toString(), "--split=train").out())
        .containsPattern("wrong labels +\\d+; [\\d.]+% predicted as given, [\\d.]+% as true");
  }

  @Test
  void evalAcceptsOtherTrainingLabelsOnly() throws IOException {
    Path right = changed("given0.csv", 1, "0");
    JsonNode result =
        TinyRun.json("eval", run.toString(), "--split=train", "--labels=" + right, "--json");
    assertThat(result.get("wrong_labels").intValue()).isGreaterThan(50);
    assertThat(TinyRun.json("eval", run.toString(), "--json").has("wrong_labels")).isFalse();
    assertRefused(
        TinyRun.run("eval", run.toString(), "--labels=" + right),
        "labels no test image; use it with --split train or --split val");
  }

  @Test
  void rejectsAChangedFile() throws IOException {
    Path mine = Files.copy(noisy, folder.resolve("mine.csv"));
    TinyRun.runOneStep(TinyRun.arguments(folder, "mine", 1, "--labels", mine.toString()));
    TinyRun trained = new TinyRun(folder.resolve("runs").resolve("mine"));
    Files.copy(changed("given0.csv", 1, "0"), mine, StandardCopyOption.REPLACE_EXISTING);

    assertRefused(
        TinyRun.run("train", "--resume", trained.toString()),
        "other labels",
        "mine.csv",
        "--labels");
    assertRefused(
        TinyRun.run("eval", trained.toString(), "--split=val"), "mine.csv has changed", "--labels");
    assertThat(TinyRun.run("eval", trained.toString()).exitCode()).isZero();
    assertRefused(
        TinyRun.run("train", "--resume", trained.toString(), "--labels", "none"),
        "other labels than the data set now has");
    assertThat(
            TinyRun.run("train", "--resume", trained.toString(), "--labels", noisy.toString())
                .exitCode())
        .as("the same labels, elsewhere")
        .isZero();
  }

  @Test
  void rejectsAnUnknownClass() throws IOException {
    Path part = Files.writeString(folder.resolve("part.csv"), "index,given\n7,disc\n9,rign\n");
    assertRefused(
        TinyRun.run(
            "train",
            "--dataset=synthetic",
            "--runs-dir=" + folder.resolve("refused"),
            "--labels=" + part),
        "part.csv line 3: given must be a class, from 0 to 9 or by name, found 'rign' (meant"
            + " ring?)");
    assertThat(folder.resolve("refused")).doesNotExist();
  }
}
