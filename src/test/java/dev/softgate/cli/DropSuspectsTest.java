package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageSet;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.run.Experiment;
import dev.softgate.run.TrainRequest;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingDynamics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From {@code score} to a {@code train} without the labels that seem worst. */
class DropSuspectsTest {

  @TempDir static Path folder;

  private static Path noisy;
  private static TinyRun all;
  private static Path scores;
  private static TinyRun some;

  @BeforeAll
  static void train() throws IOException {
    noisy = TinyRun.noise(folder.resolve("noisy.csv"), 0.4);
    all = TinyRun.train(folder, "all", "--labels", noisy.toString());
    TinyRun.json("score", all.toString(), "--resamples=1", "--json");
    scores = Files.copy(all.path().resolve("scores.csv"), folder.resolve("scores.csv"));
    some = train("some", "0.25", scores, "--score", "aum");
  }

  private static TinyRun train(String name, String share, Path file, String... options) {
    return TinyRun.train(folder, name, options(share, file, options));
  }

  private static String[] options(String share, Path file, String... others) {
    List<String> options = new ArrayList<>(List.of("--labels", noisy.toString()));
    options.addAll(List.of("--drop-suspects", share, "--scores", file.toString()));
    options.addAll(List.of(others));
    return options.toArray(String[]::new);
  }

  private static String weights(TinyRun run) throws IOException {
    return run.summary().get("weights_sha256").textValue();
  }

  /** The rows of the scores, worst first. */
  private static List<String[]> byScore(String column) throws IOException {
    List<String> lines = Files.readAllLines(scores);
    int place = List.of(lines.get(0).split(",", -1)).indexOf(column);
    return lines.subList(1, lines.size()).stream()
        .map(line -> line.split(",", -1))
        .sorted(Comparator.comparingDouble(cells -> Double.parseDouble(cells[place])))
        .toList();
  }

  @Test
  void dropsTheWorstLabels() throws IOException {
    List<String[]> rows = byScore("aum");
    assertThat(rows).hasSize(64);
    int[] kept =
        rows.subList(16, 64).stream()
            .mapToInt(cells -> Integer.parseInt(cells[0]))
            .sorted()
            .toArray();
    assertThat(TrainingDynamics.open(some.path()).ids()).isEqualTo(kept);
    long wrong =
        rows.subList(0, 16).stream()
            .filter(cells -> !cells[2].equals(cells[cells.length - 1]))
            .count();
    assertThat(Files.readString(some.path().resolve("train.log")))
        .contains("16 training images left out by aum of " + scores + ", 48 trained on")
        .contains(wrong + " of those left out have a wrong label by " + noisy);
    assertThat(TinyRun.json("eval", some.toString(), "--split=train", "--json").get("images"))
        .hasToString("48");
    assertThat(TinyRun.json("eval", some.toString(), "--split=val", "--json").get("images"))
        .hasToString("60");
    assertThat(TinyRun.json("score", some.toString(), "--resamples=1", "--json").get("images"))
        .hasToString("48");
  }

  @Test
  void recordsShareColumnAndFile() throws Exception {
    assertThat(Files.readString(some.path().resolve("config.yaml")))
        .contains("drop-suspects: 0.25\n", "scores: " + scores + "\n", "score: aum\n");
    JsonNode summary = some.summary();
    assertThat(summary.get("drop_suspects").doubleValue()).isEqualTo(0.25);
    assertThat(summary.get("score").textValue()).isEqualTo("aum");
    assertThat(summary.get("scores_sha256").textValue()).isEqualTo(TinyRun.sha256(scores));
    assertThat(Checkpoint.read(some.checkpoint()).data().scoresSha256())
        .isEqualTo(TinyRun.sha256(scores));
    assertThat(all.summary().get("drop_suspects").isNull()).isTrue();
    assertThat(all.summary().get("score").isNull()).isTrue();
  }

  @Test
  void shareOfZeroChangesNothing() throws IOException {
    TinyRun zero = train("zero", "0", scores);
    assertThat(weights(zero)).isEqualTo(weights(all)).isNotEqualTo(weights(some));
  }

  /** With the scores elsewhere. */
  @Test
  void resumesWithTheSameImages() throws IOException {
    CommandRun stopped =
        CommandRun.of(
            request ->
                Experiment.run(
                    new TrainRequest(
                        request.config(),
                        request.resume(),
                        request.listeners(),
                        () -> true,
                        request.commandLine()),
                    DownloadListener.NONE),
            TinyRun.arguments(folder, "stopped", 1, options("0.25", scores, "--score=aum")));
    assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(130);
    TinyRun run = new TinyRun(folder.resolve("runs").resolve("stopped"));
    assertThat(run.summary().get("epochs").intValue()).isZero();
    Path copy = Files.copy(scores, folder.resolve("copy.csv"));
    CommandRun resumed =
        TinyRun.run("train", "--resume", run.toString(), "--scores", copy.toString());
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(weights(run)).isEqualTo(weights(some));
  }

  @Test
  void rejectsAChangedOrMissingFile() throws IOException {
    Path mine = Files.copy(scores, folder.resolve("mine.csv"));
    TinyRun.runOneStep(TinyRun.arguments(folder, "mine", 1, options("0.25", mine)));
    TinyRun run = new TinyRun(folder.resolve("runs").resolve("mine"));
    Files.writeString(mine, Files.readString(mine) + "\n");
    assertRefused(
        TinyRun.run("train", "--resume", run.toString()),
        "left images out by other scores than",
        "mine.csv",
        "--scores");
    assertRefused(TinyRun.run("eval", run.toString(), "--split=train"), "mine.csv has changed");
    Files.delete(mine);
    assertRefused(TinyRun.run("train", "--resume", run.toString()), "mine.csv: no such file");
    assertRefused(TinyRun.run("eval", run.toString(), "--split=train"), "mine.csv: no such file");
    assertThat(TinyRun.run("eval", run.toString()).exitCode()).isZero();
    assertThat(TinyRun.run("eval", run.toString(), "--split=val").exitCode()).isZero();
  }

  /** Any other has trained on the images that this run is to leave out. */
  @Test
  void baselineDropsTheSameImages() {
    TinyRun.train(folder, "plain", "--gate=none", "--labels=" + noisy);
    train("plain-half", "0.5", scores, "--gate=none", "--score=aum");
    String[] gated =
        TinyRun.arguments(
            folder, "gated", 1, options("0.25", scores, "--init=baseline", "--score=aum"));
    assertRefused(
        TinyRun.run(gated),
        "no finished baseline run",
        " --drop-suspects 0.25 --scores " + scores + " ");
    train("plain-quarter", "0.25", scores, "--gate=none", "--score=aum");
    CommandRun found = TinyRun.run(gated);
    assertThat(found.exitCode()).as(found.err()).isZero();
    assertThat(folder.resolve("runs").resolve("gated").resolve("train.log"))
        .content()
        .contains("weights from ", "plain-quarter");
  }

  @Test
  void acceptsOtherLabelsLater() throws IOException {
    Path clean = TinyRun.noise(folder.resolve("clean.csv"), 0);
    JsonNode said =
        TinyRun.json("eval", some.toString(), "--split=train", "--labels=" + clean, "--json");
    assertThat(said.get("images").intValue()).isEqualTo(48);
    assertThat(said.get("wrong_labels").intValue()).isZero();
  }

  @Test
  void rejectsInvalidSettings() {
    Path runs = folder.resolve("refused");
    String start = "train --dataset=synthetic --limit-train=64 --runs-dir=" + runs + " ";
    String labels = start + "--labels=" + noisy + " ";
    String file = "--scores=" + scores + " ";
    assertRefused(run(start + "--drop-suspects=0.1"), "--scores: must be a file");
    assertRefused(run(start + file), "--drop-suspects: must be given");
    assertRefused(run(start + "--score=loss"), "--score: must be left out without --drop-suspects");
    assertRefused(run(labels + file + "--drop-suspects=1"), "at least 0 and below 1, found 1.0");
    assertRefused(run(labels + file + "--drop-suspects=0.1 --score=x"), "--score: must be one of");
    assertRefused(run(start + file + "--drop-suspects=0.1"), "scores.csv line ", "--labels");
    assertRefused(
        run(labels + file + "--drop-suspects=0.1 --seed=2"), "scores.csv ", "has no score of");
    assertRefused(
        run(labels + "--drop-suspects=0.1 --scores=" + noisy), "it has no columns id and given");
    assertRefused(run(labels + "--drop-suspects=0.1 --scores=" + folder), "is not a CSV file");
    assertRefused(
        run("train --resume=" + all + " " + file + "--drop-suspects=0.1"),
        "--drop-suspects would change the result",
        "leave out");
    assertThat(runs).doesNotExist();
  }

  private static CommandRun run(String words) {
    return TinyRun.run(words.strip().split(" ", -1));
  }

  @Test
  void worksOnAnImageFolder() throws IOException {
    Path root = Pictures.oddlyNamed(folder.resolve("own"));
    TinyRun own = TinyRun.trainOn(root, folder, "own", "--val-fraction=0.25");
    TinyRun.json("score", own.toString(), "--json");
    String[] drop = {
      "--val-fraction=0.25", "--drop-suspects=0.5", "--scores=" + own.path().resolve("scores.csv")
    };
    TinyRun half = TinyRun.trainOn(root, folder, "half", drop);
    assertThat(TrainingDynamics.open(half.path()).ids()).hasSize(6);
    ImageSet images = SyntheticDataset.generate(1).dataset().train();
    Pictures.write(images, 77, root.resolve("train").resolve("a, \"b\" 0").resolve("w.png"));
    assertRefused(
        TinyRun.run(TinyRun.argumentsOn(root, folder, "other", drop)),
        "in the file and ",
        "give scores of this data set");
  }
}
