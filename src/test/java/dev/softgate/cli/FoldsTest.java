package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.config.EpochScale;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.Fold;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.CsvTable;
import dev.softgate.run.RunFolder;
import dev.softgate.run.TrainRequest;
import dev.softgate.study.EvaluationImages;
import dev.softgate.study.EvaluationSplit;
import dev.softgate.study.Folds;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingDynamics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Confident learning from networks that have not seen the images. */
class FoldsTest {

  @TempDir static Path folder;

  private static TinyRun run;
  private static JsonNode said;

  @BeforeAll
  static void scoreOnce() throws IOException {
    TinyRun.noise(labels("noisy"), 0.4);
    run = train("divided", "noisy");
    said = TinyRun.json(score(run));
  }

  private static Path labels(String name) {
    return folder.resolve(name + ".csv");
  }

  private static TinyRun train(String name, String labels, String... options) {
    List<String> own =
        new ArrayList<>(List.of("--gate=none", "--schedule=2,3", "--lr=0.05", "--labels"));
    own.add(labels(labels).toString());
    own.addAll(List.of(options));
    return TinyRun.train(folder, name, 4, own.toArray(String[]::new));
  }

  private static String[] score(TinyRun of) {
    return new String[] {
      "score", of.toString(), "--folds=2", "--fold-epochs=2", "--resamples=5", "--json"
    };
  }

  private static TinyRun fold(TinyRun of, int part) {
    return new TinyRun(of.path().resolve("folds").resolve("fold-" + part));
  }

  private static int[] heldOut(TinyRun of, int part) {
    TrainingDynamics dynamics = TrainingDynamics.open(of.path());
    int[] labels = new int[Arrays.stream(dynamics.ids()).max().orElseThrow() + 1];
    for (int i = 0; i < dynamics.ids().length; i++) {
      labels[dynamics.ids()[i]] = dynamics.given()[i];
    }
    return new Fold(part, 2).heldOut(dynamics.ids(), labels, 1);
  }

  private static String weights(TinyRun of) throws IOException {
    return of.summary().get("weights_sha256").asText();
  }

  @Test
  void predictsEachImageWithItsHeldOutNetwork() {
    assertThat(said.get("confident_learning").asText()).isEqualTo("out-of-sample");
    CsvTable scores = CsvTable.read(run.path().resolve("scores.csv"));
    assertThat(scores.texts("confident_learning")).containsOnly("out-of-sample");
    double[] ids = scores.numbers("id");
    double[] confidence = scores.numbers("self_confidence");
    int others = 0;
    for (int part = 1; part <= 2; part++) {
      int[] held = heldOut(run, part);
      double[] own = givenProbabilities(fold(run, part), held);
      double[] other = givenProbabilities(fold(run, 3 - part), held);
      for (int i = 0; i < held.length; i++) {
        double scored = confidence[Arrays.binarySearch(ids, held[i])];
        assertThat(scored).isCloseTo(own[i], within(1e-4));
        others += Math.abs(scored - other[i]) > 1e-3 ? 1 : 0;
      }
    }
    assertThat(others).isGreaterThan(ids.length / 2);
  }

  private static double[] givenProbabilities(TinyRun network, int[] ids) {
    Checkpoint whole = Checkpoint.read(run.checkpoint());
    EvaluationImages images =
        EvaluationImages.load(
            whole, whole.config().data(), EvaluationSplit.TRAIN, DownloadListener.NONE);
    Checkpoint checkpoint = Checkpoint.read(network.checkpoint());
    Predictions predictions =
        new Evaluator(checkpoint.restoreNetwork(), checkpoint.data().normalization())
            .evaluate(images.images(), ids);
    return IntStream.range(0, ids.length)
        .mapToDouble(i -> predictions.probabilities(i)[predictions.labels()[i]])
        .toArray();
  }

  /** Other labels of its part change nothing of a network, and everything of the others. */
  @Test
  void networksNeverSeeTheirFold() throws IOException {
    Set<Integer> held =
        Arrays.stream(new Fold(1, 2).heldOut(TrainingDynamics.open(run.path()).ids(), null, 1))
            .boxed()
            .collect(Collectors.toSet());
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(labels("noisy"))) {
      String[] cells = line.split(",", -1);
      boolean change = !cells[0].equals("index") && held.contains(Integer.valueOf(cells[0]));
      int given = change ? (Integer.parseInt(cells[1]) + 1) % 10 : 0;
      lines.add(change ? cells[0] + "," + given + "," + cells[2] : line);
    }
    Files.write(labels("changed"), lines);
    for (String part : List.of("1/2", "2/2")) {
      String[] fold = {"--fold=" + part, "--fold-by=chance"};
      String weights = weights(train("noisy-" + part.charAt(0), "noisy", fold));
      assertThat(weights(train("changed-" + part.charAt(0), "changed", fold)).equals(weights))
          .isEqualTo(part.equals("1/2"));
    }
  }

  @Test
  void stratifiesFoldsByGivenLabel() {
    TrainingDynamics dynamics = TrainingDynamics.open(run.path());
    int[] counts = new int[20];
    for (int part = 1; part <= 2; part++) {
      for (int id : heldOut(run, part)) {
        counts[2 * dynamics.given()[Arrays.binarySearch(dynamics.ids(), id)] + part - 1]++;
      }
    }
    for (int label = 0; label < 10; label++) {
      assertThat(counts[2 * label] - counts[2 * label + 1]).isBetween(-1, 1);
    }
  }

  /** The part that was left out is a matter of the labels trained on, whichever are looked at. */
  @Test
  void ignoresOtherLabelsInTraining() throws IOException {
    TinyRun.noise(labels("others"), 0.9);
    String[] eval = {"eval", fold(run, 1).toString(), "--split=train", "--json"};
    JsonNode own = TinyRun.json(eval);
    List<String> others = new ArrayList<>(List.of(eval));
    others.add("--labels=" + labels("others"));
    JsonNode other = TinyRun.json(others.toArray(String[]::new));
    assertThat(other.get("images")).isEqualTo(own.get("images"));
    int[] train = TrainingDynamics.open(run.path()).ids();
    assertThat(own.get("images").intValue()).isEqualTo(train.length - heldOut(run, 1).length);
  }

  /** As in the issue: 6 and 7 of 8 epochs, in 6. */
  @Test
  void scalesMilestones() {
    assertThat(EpochScale.milestones(List.of(6, 7), 8, 6)).containsExactly(4, 5);
    assertThat(EpochScale.milestones(List.of(133, 200), 333, 40)).containsExactly(16, 24);
    assertThat(EpochScale.milestones(List.of(60, 85), 100, 100)).containsExactly(60, 85);
    assertThat(EpochScale.milestones(List.of(12, 13, 14), 15, 5)).containsExactly(4);
    assertThat(EpochScale.milestones(List.of(2, 9), 8, 4)).containsExactly(1, 5);
    assertThat(EpochScale.milestones(List.of(6, 7), 8, 1)).isEmpty();
    assertThat(EpochScale.milestones(List.of(), 8, 3)).isEmpty();
  }

  @Test
  void eachNetworkIsARunWithAScaledSchedule() throws IOException {
    for (int part = 1; part <= 2; part++) {
      RunConfig config = RunConfig.read(fold(run, part).path().resolve("config.yaml"));
      assertThat(config.data().fold()).isEqualTo(part + "/2");
      assertThat(config.optimization().epochs()).isEqualTo(2);
      assertThat(config.optimization().schedule().milestones()).containsExactly(1);
      assertThat(config.optimization().lrDecayGamma()).isCloseTo(0.01, within(1e-12));
      JsonNode eval = TinyRun.json("eval", fold(run, part).toString(), "--split=train", "--json");
      assertThat(eval.get("images").intValue()).isEqualTo(64 - heldOut(run, part).length);
    }
  }

  @Test
  void resumesInterruptedFolds() throws IOException {
    TinyRun copy = train("stopped", "noisy");
    Checkpoint whole = Checkpoint.read(copy.checkpoint());
    EvaluationImages images =
        EvaluationImages.load(
            whole, whole.config().data(), EvaluationSplit.TRAIN, DownloadListener.NONE);
    int[] asked = {0};
    TrainRequest request =
        new TrainRequest(whole.config(), null, List.of(), () -> ++asked[0] >= 2, "test");
    assertThat(
            Folds.train(new RunFolder(copy.path()), images, request, 2, 2, DownloadListener.NONE))
        .isNull();
    assertThat(fold(copy, 1).checkpoint()).doesNotExist();
    Files.createDirectories(fold(copy, 2).path().resolve("checkpoints")); // killed right here
    TinyRun.json(score(copy));
    assertThat(weights(fold(copy, 2))).isEqualTo(weights(fold(run, 2)));
    assertThat(fold(copy, 1).path().resolve("sessions.txt")).content().hasLineCount(2);
    assertThat(weights(fold(copy, 1))).isEqualTo(weights(fold(run, 1)));
    byte[] scores = Files.readAllBytes(copy.path().resolve("scores.csv"));
    assertThat(scores).isEqualTo(Files.readAllBytes(run.path().resolve("scores.csv")));
    TinyRun.json(score(copy)); // all is there: nothing is trained
    assertThat(fold(copy, 1).path().resolve("sessions.txt")).content().hasLineCount(2);
    assertThat(copy.path().resolve("scores.csv")).hasBinaryContent(scores);
  }

  /** Networks of an earlier version: no key fold-by, milestones that may have fallen together. */
  @Test
  void resumesFoldsOfAnEarlierVersion() throws IOException {
    TinyRun earlier = train("earlier", "noisy");
    TinyRun.json(score(earlier));
    for (int part = 1; part <= 2; part++) {
      Path config = fold(earlier, part).path().resolve("config.yaml");
      String text =
          Files.readString(config)
              .replaceFirst(" *fold-by: .*\n", "")
              .replaceFirst("schedule:\n  - 1\n", "schedule:\n  - 1\n  - 2\n")
              .replaceFirst("lr-decay-gamma: .*", "lr-decay-gamma: 0.1");
      Files.writeString(config, text);
      assertThat(RunConfig.parse(text, "earlier").data().foldBy()).isEqualTo(Fold.By.CHANCE);
    }
    TinyRun.json(score(earlier));
    assertThat(fold(earlier, 2).path().resolve("sessions.txt")).content().hasLineCount(1);
  }

  /** Ten classes of one to three images: none has the four that four folds need. */
  @Test
  void doesNotJudgeClassesSmallerThanTheFolds() throws IOException {
    String[] twelve =
        Arrays.stream(
                TinyRun.arguments(folder, "few", 1, "--gate=none", "--labels=" + labels("noisy")))
            .map(word -> word.equals("64") ? "12" : word)
            .toArray(String[]::new);
    assertThat(TinyRun.run(twelve).exitCode()).isZero();
    TinyRun few = new TinyRun(folder.resolve("runs/few"));
    JsonNode said =
        TinyRun.json(
            "score", few.toString(), "--folds=4", "--fold-epochs=1", "--resamples=5", "--json");
    CsvTable scores = CsvTable.read(few.path().resolve("scores.csv"));
    List<String> given = scores.texts("given");
    List<String> named = new ArrayList<>();
    said.get("classes_not_judged").forEach(name -> named.add(name.asText()));
    for (int i = 0; i < given.size(); i++) {
      String label = given.get(i);
      boolean judged = given.stream().filter(label::equals).count() >= 4;
      assertThat(named.contains(label)).isEqualTo(!judged);
      assertThat(scores.texts("suggested").get(i).isEmpty()).isEqualTo(!judged);
      assertThat(scores.texts("flags").get(i)).isEmpty();
    }
    assertThat(named).isNotEmpty();
  }

  @Test
  void dropsSuspectsBeforeFolding() throws IOException {
    Path scores = Files.copy(run.path().resolve("scores.csv"), folder.resolve("scores.csv"));
    String[] suspects = {"--drop-suspects=0.25", "--scores=" + scores};
    int[] kept = TrainingDynamics.open(train("kept", "noisy", suspects).path()).ids();
    TinyRun half =
        train("half", "noisy", suspects[0], suspects[1], "--fold=1/2", "--fold-by=chance");
    assertThat(TrainingDynamics.open(half.path()).ids())
        .containsExactly(new Fold(1, 2).trained(kept, null, 1));
    assertThat(TinyRun.json("eval", half.toString(), "--split=train", "--json").get("images"))
        .hasToString("24");
  }

  @Test
  void rejectsIndivisibleSets() {
    String name = run.toString();
    assertRefused(TinyRun.run("score", name, "--folds=1"), "--folds: must be at least 2");
    assertRefused(TinyRun.run("score", name, "--folds=65"), "at most the run's 64 training images");
    assertRefused(TinyRun.run("score", name, "--fold-epochs=2"), "--folds; give that too");
    assertRefused(
        TinyRun.run("score", name, "--folds=3", "--fold-epochs=2"), "was trained with fold 1/2");
    TinyRun based =
        TinyRun.train(folder, "based", "--gate=none", "--init=baseline:" + run.checkpoint());
    assertRefused(TinyRun.run("score", based.toString(), "--folds=2"), "--init");
  }
}
