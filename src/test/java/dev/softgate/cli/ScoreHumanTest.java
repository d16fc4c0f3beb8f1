package dev.softgate.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.data.Dataset;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.scoring.CrossEntropy;
import dev.softgate.scoring.statistics.RankCorrelation;
import dev.softgate.scoring.statistics.Ranks;
import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code score --human}: what is hard for a run and what is hard for people. */
class ScoreHumanTest {

  @TempDir static Path folder;

  private static final Dataset DATA = SyntheticDataset.generate(1).dataset();

  private static TinyRun run;

  @BeforeAll
  static void train() {
    run = TinyRun.train(folder, "run");
  }

  private static Path file(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines);
  }

  private static double[] column(Path table, String name) throws IOException {
    List<String> lines = Files.readAllLines(table);
    int place = List.of(lines.get(0).split(",", -1)).indexOf(name);
    return lines.stream()
        .skip(1)
        .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[place]))
        .toArray();
  }

  /** For images with a greater loss, more people choose another class. */
  @Test
  void comparesVotesWithTheNetwork() throws IOException {
    Checkpoint checkpoint = Checkpoint.read(run.checkpoint());
    int[] ids = IntStream.range(0, DATA.test().count()).toArray();
    Predictions predictions =
        new Evaluator(checkpoint.restoreNetwork(), checkpoint.data().normalization())
            .evaluate(DATA.test(), ids);
    double[] loss =
        doubles(
            CrossEntropy.eachNats(
                predictions.logits(), predictions.labels(), predictions.classes()));
    double[] ranks = new Ranks(loss).midranks();
    List<String> lines = new ArrayList<>();
    lines.add("index,label," + String.join(",", DATA.classNames()));
    for (int id : ids) {
      int label = DATA.test().labels()[id];
      StringBuilder line = new StringBuilder().append(id).append(',').append(label);
      for (int k = 0; k < 10; k++) {
        line.append(',');
        line.append(k == label ? 2_000 : k == (label + 1) % 10 ? (int) ranks[id] : 0);
      }
      lines.add(line.toString());
    }
    JsonNode human =
        TinyRun.json(
                "score",
                run.toString(),
                "--human=" + file("votes.csv", lines),
                "--resamples=20",
                "--json")
            .get("human");
    assertThat(human.get("file").textValue()).endsWith("votes.csv");
    assertThat(human.get("images").intValue()).as("no limit holds").isEqualTo(1_000);
    assertThat(human.get("measure").textValue()).isEqualTo("entropy of the votes in nats");
    Map<String, double[]> quantities =
        Map.of(
            "g",
            doubles(requireNonNull(predictions.g())),
            "gate_entropy",
            doubles(requireNonNull(predictions.entropyNats())),
            "entropy",
            doubles(predictions.predictionEntropyNats()),
            "loss",
            loss);
    JsonNode correlations = human.get("correlations");
    assertThat(correlations.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(quantities.keySet());
    quantities.forEach(
        (name, values) -> {
          JsonNode correlation = correlations.get(name);
          assertThat(correlation.get("rho").doubleValue())
              .as(name)
              .isCloseTo(new RankCorrelation(values, ranks).value(), within(1e-3))
              .isBetween(
                  correlation.get("low").doubleValue(), correlation.get("high").doubleValue());
        });
    assertThat(correlations.get("loss").get("rho").doubleValue()).isCloseTo(1, within(1e-3));
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  @Test
  void comparesHumanLabelsWithScores() throws IOException {
    // three people agree where the first run's margin is great
    TinyRun.json("score", run.toString(), "--resamples=1", "--json");
    Path scores = run.path().resolve("scores.csv");
    double[] ids = column(scores, "id");
    double[] aum = column(scores, "aum");
    double[] sorted = Arrays.stream(aum).sorted().toArray();
    int[] distinct = new int[DATA.train().count()];
    Arrays.fill(distinct, 1);
    double[] hardness = new double[ids.length];
    for (int i = 0; i < ids.length; i++) {
      int place = Arrays.binarySearch(sorted, aum[i]);
      distinct[(int) ids[i]] = place < 16 ? 3 : place < 32 ? 2 : 1;
      hardness[i] = distinct[(int) ids[i]];
    }
    List<String> lines = new ArrayList<>(List.of("index,clean,random1,random2,random3"));
    for (int id = 0; id < distinct.length; id++) {
      int label = DATA.train().labels()[id];
      lines.add(
          "%d,%d,%d,%d,%d"
              .formatted(
                  id,
                  label,
                  label,
                  distinct[id] > 1 ? (label + 1) % 10 : label,
                  distinct[id] > 2 ? (label + 2) % 10 : label));
    }
    Path file = file("people.csv", lines);
    JsonNode human =
        TinyRun.json("score", run.toString(), "--human=" + file, "--resamples=20", "--json")
            .get("human");
    assertThat(human.get("images").intValue()).isEqualTo(64);
    assertThat(human.get("measure").textValue()).isEqualTo("distinct labels of three people");
    assertThat(human.get("correlations").fieldNames())
        .toIterable()
        .startsWith("g", "gate_entropy", "entropy")
        .contains("gate_last", "gate_loss", "aum", "loss", "self_confidence", "consensus");
    double[] turned = Arrays.stream(aum).map(score -> -score).toArray();
    assertThat(human.get("correlations").get("aum").get("rho").doubleValue())
        .as("positive, as low scores are of images that people found hard")
        .isPositive()
        .isCloseTo(new RankCorrelation(turned, hardness).value(), within(1e-9));
    assertThat(TinyRun.run("score", run.toString(), "--human=" + file, "--resamples=5").out())
        .contains("distinct labels of three people, of 64 images in " + file)
        .containsPattern("hardness +rho +low +high\\R")
        .containsPattern("\\Rself_confidence +-?0\\.\\d{4} ");
  }

  @Test
  void rejectsFilesWithoutHardness() throws IOException {
    Path one = file("one.csv", List.of("index,clean,noisy,clean_coarse,noisy_coarse", "0,1,1,1,1"));
    CommandRun refused = TinyRun.run("score", run.toString(), "--human=" + one);
    assertThat(refused.err())
        .startsWith("softgate: ")
        .contains("one.csv line 1: CIFAR-100N has one person's label")
        .hasLineCount(1);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(TinyRun.run("score", run.toString(), "--human=gone.csv").err())
        .contains("gone.csv: no such file");
  }
}
