package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.interop.HostTensor;
import dev.softgate.study.Suspect;
import dev.softgate.study.SuspectsTable;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingDynamics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreCommandTest {

  private static final List<String> CLASSES = SyntheticDataset.generate(1).dataset().classNames();

  @TempDir static Path folder;

  private static TinyRun noisy;

  @BeforeAll
  static void train() {
    Path labels = TinyRun.noise(folder.resolve("noisy.csv"), 0.4);
    noisy = TinyRun.train(folder, "noisy", "--labels", labels.toString(), "--gate-at", "2,3");
  }

  private static List<String[]> table(TinyRun run) throws IOException {
    return table(run, "scores.csv");
  }

  private static List<String[]> table(TinyRun run, String name) throws IOException {
    return Files.readAllLines(run.path().resolve(name)).stream()
        .map(line -> line.split(",", -1))
        .toList();
  }

  private static double auroc(JsonNode said, String score) {
    for (JsonNode row : said.get("against_truth")) {
      if (row.get("score").asText().equals(score)) {
        return row.get("auroc").doubleValue();
      }
    }
    throw new AssertionError("no score " + score);
  }

  @Test
  void scoresEveryTrainingImage() throws IOException {
    JsonNode said;
    try (LogCapture log = new LogCapture()) {
      said = TinyRun.json("score", noisy.toString(), "--resamples", "20", "--json");
      assertThat(log.messages())
          .anyMatch(line -> line.contains("no score") && line.contains("without limit-train"));
    }
    List<String[]> rows = table(noisy);
    List<String> header = Arrays.asList(rows.get(0));
    assertThat(header)
        .startsWith("id", "file", "given", "suggested", "flags", "confident_learning")
        .contains("gate_last_b2", "gate_mean_b3", "gate_loss_b2", "aum", "forgetting", "el2n")
        .contains("loss", "confidence", "variability", "self_confidence", "consensus")
        .endsWith("clean");
    assertThat(rows).hasSize(1 + said.get("images").intValue());
    int all =
        TinyRun.json("data", "describe", "--dataset=synthetic", "--json")
            .get("train_images")
            .intValue();
    assertThat(said.get("images_without_score").intValue()).isEqualTo(all - rows.size() + 1);
    int wrong = 0;
    int flagged = 0;
    for (String[] row : rows.subList(1, rows.size())) {
      assertThat(row).hasSize(header.size());
      assertThat(row[5]).isEqualTo("in-sample");
      for (String cell : Arrays.copyOfRange(row, 6, row.length - 1)) {
        assertThat(Double.parseDouble(cell)).isBetween(0.0, 1.0);
      }
      wrong += row[2].equals(row[row.length - 1]) ? 0 : 1;
      flagged += row[4].equals("label-issue") ? 1 : 0;
    }
    assertThat(said.get("confident_learning").asText()).isEqualTo("in-sample");
    assertThat(said.get("wrong_labels").intValue()).isEqualTo(wrong).isPositive();
    assertThat(flagged).isZero(); // after four epochs on 64 images
    assertThat(said.get("flagged").isNull()).isTrue();
    assertThat(said.get("noise_rate_estimate").isNull()).isTrue();
    assertThat(said.get("too_weak").asText()).contains("too weak to tell", "of the given labels");
    assertThat(said.get("against_truth")).hasSize(header.size() - 7);
    for (JsonNode row : said.get("against_truth")) {
      assertThat(row.get("auroc").doubleValue())
          .isBetween(row.get("auroc_low").doubleValue(), row.get("auroc_high").doubleValue());
      assertThat(row.get("best_f1").doubleValue())
          .isBetween(row.get("best_f1_low").doubleValue(), row.get("best_f1_high").doubleValue());
    }
    JsonNode compared = said.get("gate_compared");
    assertThat(compared).hasSize(2 * 8); // two gates with four scores each
    for (JsonNode row : compared) {
      assertThat(row.get("auroc").doubleValue())
          .isCloseTo(
              auroc(said, row.get("score").asText()) - auroc(said, row.get("minus").asText()),
              within(1e-12))
          .isBetween(row.get("auroc_low").doubleValue(), row.get("auroc_high").doubleValue());
    }
    JsonNode epochs = said.get("by_epoch");
    assertThat(epochs).hasSize(TrainingDynamics.open(noisy.path()).epochs());
    JsonNode ended = epochs.get(epochs.size() - 1);
    assertThat(ended.get("epoch").intValue()).isEqualTo(epochs.size());
    for (String gate : List.of("b2", "b3")) {
      assertThat(ended.get("g_" + gate + "_auroc").doubleValue())
          .isCloseTo(auroc(said, "gate_last_" + gate), within(1e-12));
    }
    TrainingDynamics dynamics = TrainingDynamics.open(noisy.path());
    float[] predicted = dynamics.values("predicted")[epochs.size() - 1];
    float[] g = dynamics.values("g_b2")[epochs.size() - 1];
    int[] labels = dynamics.given();
    int[] truth = Objects.requireNonNull(dynamics.clean());
    double[] sums = new double[4]; // right as given, wrong as given, wrong as true, g of wrong
    for (int i = 0; i < labels.length; i++) {
      boolean isWrong = labels[i] != truth[i];
      sums[isWrong ? 1 : 0] += predicted[i] == labels[i] ? 1 : 0;
      sums[2] += isWrong && predicted[i] == truth[i] ? 1 : 0;
      sums[3] += isWrong ? g[i] : 0;
    }
    assertThat(ended.get("right_fitted").doubleValue())
        .isEqualTo(sums[0] / (labels.length - wrong));
    assertThat(ended.get("wrong_fitted").doubleValue()).isEqualTo(sums[1] / wrong);
    assertThat(ended.get("wrong_corrected").doubleValue()).isEqualTo(sums[2] / wrong);
    assertThat(ended.get("g_b2_wrong").doubleValue()).isCloseTo(sums[3] / wrong, within(1e-6));
    assertThat(ended.get("g_b2_right").doubleValue()).isBetween(0.0, 1.0);
    assertThat(TinyRun.run("report", noisy.toString()).exitCode()).isZero();
    assertThat(noisy.path().resolve("report.html"))
        .content()
        .contains("Train images predicted as labeled; as their true class, dashed")
        .contains("<title>wrong labels, true label: 1, ");
    int confused = 0;
    for (JsonNode given : said.get("given_by_suggested")) {
      for (JsonNode count : given) {
        confused += count.intValue();
      }
    }
    assertThat(confused).isEqualTo(rows.size() - 1);
    try (LogCapture log = new LogCapture()) {
      assertThat(TinyRun.run("score", noisy.toString(), "--resamples", "5", "--details").out())
          .contains("score", "auroc", "gate_last_b3");
      assertThat(log.messages())
          .anySatisfy(
              message -> assertThat(message).startsWith("no label is flagged, and how many"))
          .anySatisfy(
              message ->
                  assertThat(message)
                      .startsWith(
                          (all - rows.size() + 1) + " of " + all + " train images have no"));
    }
  }

  @Test
  void listsSuspectsWorstFirstWithReasons() throws IOException {
    CommandRun said = TinyRun.run("score", noisy.toString(), "--resamples=5", "--top=7");
    Path file = noisy.path().resolve("suspects.csv");
    List<Suspect> suspects = SuspectsTable.read(file);
    Map<String, String[]> scores = new LinkedHashMap<>();
    List<String[]> rows = table(noisy);
    rows.subList(1, rows.size()).forEach(row -> scores.put(row[0], row));
    List<String> header = Arrays.asList(rows.get(0));
    assertThat(suspects).hasSize(64).isSortedAccordingTo(Comparator.comparing(Suspect::score));
    TrainingDynamics dynamics = TrainingDynamics.open(noisy.path());
    float[] predicted = dynamics.values("predicted")[0];
    for (Suspect suspect : suspects) {
      String[] row = Objects.requireNonNull(scores.remove(suspect.image()));
      assertThat(suspect.given()).isEqualTo(row[2]);
      assertThat(suspect.suggested()).isEqualTo(row[3]);
      assertThat((float) suspect.score()).isEqualTo(Float.parseFloat(row[header.indexOf("aum")]));
      assertThat((float) suspect.probabilityGiven())
          .isEqualTo(Float.parseFloat(row[header.indexOf("self_confidence")]));
      double margin = Double.parseDouble(row[header.indexOf("normalized_margin")]);
      assertThat(suspect.probabilitySuggested())
          .isCloseTo(1 + suspect.probabilityGiven() - 2 * margin, within(1e-5));
      int place = Arrays.binarySearch(dynamics.ids(), suspect.id());
      String seen = CLASSES.get((int) predicted[place]);
      assertThat(suspect.reason()).isEqualTo("predicted %s in every epoch".formatted(seen));
    }
    List<String> lines = said.out().lines().toList();
    assertThat(lines.get(12)).matches("  7   %s".formatted(suspects.get(6).image()));
    assertThat(lines.get(13))
        .isEqualTo(
            "      %s → %s: %s"
                .formatted(
                    suspects.get(6).given(),
                    suspects.get(6).suggested(),
                    suspects.get(6).reason()));
    assertThat(lines.get(14)).isEmpty();
    assertThat(lines.subList(15, lines.size()))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("suspects  " + file + ", the worst 64 of 64 images"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "flagged   none: too weak to tell; look at the suspects from the top"),
            line -> assertThat(line).isEqualTo("estimate  -"),
            line -> assertThat(line).matches("known     \\d+ labels are wrong by the column .*"));
    assertThat(TinyRun.run("score", noisy.toString(), "--resamples=5", "--top=0").out())
        .startsWith("suspects  ");
    assertRefused(TinyRun.run("score", noisy.toString(), "--top=-1"), "--top: must be at least 0");
  }

  /** Each row equals what {@code eval} reports for a checkpoint put together by hand. */
  @ParameterizedTest
  @ValueSource(strings = {"classifier", "memory"})
  void rewindsUnitsOneByOne(String gate) throws IOException {
    TinyRun run =
        TinyRun.train(
            folder,
            "rewound-" + gate,
            "--labels=" + folder.resolve("noisy.csv"),
            "--gate=" + gate,
            "--keep-every=1");
    JsonNode said =
        TinyRun.json("score", run.toString(), "--rewind", "--rewind-images=99999", "--json");
    List<String[]> rows = table(run, "rewind.csv");
    assertThat(rows.get(0)).containsExactly("epoch", "unit", "clean_accuracy", "wrong_accuracy");
    String[] whole = rows.get(1);
    assertThat(whole).startsWith("1", "none");
    List<String[]> back = rows.stream().filter(row -> row[0].equals("0")).toList();
    List<String> units = back.stream().map(row -> row[1]).toList();
    assertThat(units)
        .startsWith("stem", "layer1.0", "layer1.1", "layer2.0")
        .contains("fc", gate.equals("memory") ? "layer3.1" : "o2")
        .doesNotHaveDuplicates();
    assertThat(rows).hasSize(2 + 2 * units.size());
    assertThat(rows.subList(2 + units.size(), rows.size()))
        .allSatisfy(row -> assertThat(row).startsWith("1").endsWith(whole[2], whole[3]));
    assertThat(said.get("rewind")).hasSize(1 + units.size());
    assertThat(said.get("rewind").get(1).get("wrong_accuracy").asText()).isEqualTo(back.get(0)[3]);
    assertThat(run.path().resolve("rewind.svg")).content().contains("<svg", "epoch 0");
    assertThat(TinyRun.run("report", run.toString()).exitCode()).isZero();
    assertThat(run.path().resolve("report.html")).content().contains("<section id=\"rewind\">");

    assertSaidByEval(run, gate, Checkpoint.read(run.checkpoint()), whole);
    int changed = 0;
    for (String[] row : List.of(back.get(0), back.get(3), back.get(units.indexOf("fc")))) {
      assertSaidByEval(run, gate, putBack(run, row[1]), row);
      changed += row[2].equals(whole[2]) && row[3].equals(whole[3]) ? 0 : 1;
    }
    assertThat(changed).isPositive();
  }

  private static Checkpoint putBack(TinyRun run, String unit) {
    Checkpoint last = Checkpoint.read(run.checkpoint());
    Path start = run.checkpoint().resolveSibling("epoch-0000.safetensors");
    Map<String, HostTensor> network = new LinkedHashMap<>(last.network());
    String names = unit.equals("stem") ? "conv1\\..*|bn1\\..*" : Pattern.quote(unit) + "\\..*";
    Checkpoint.read(start)
        .network()
        .forEach(
            (name, tensor) -> {
              if (name.matches(names)) {
                network.put(name, tensor);
              }
            });
    return new Checkpoint(
        last.config(),
        last.data(),
        last.progress(),
        network,
        last.optimizers(),
        last.epochGates(),
        last.extras(),
        null);
  }

  private static void assertSaidByEval(
      TinyRun run, String gate, Checkpoint checkpoint, String[] row) throws IOException {
    Path file = run.path().resolve("spliced.safetensors");
    checkpoint.write(file);
    List<String> eval =
        new ArrayList<>(List.of("eval", file.toString(), "--split=train", "--json"));
    if (gate.equals("memory")) {
      eval.add("--memory=on");
    }
    JsonNode said = TinyRun.json(eval.toArray(String[]::new));
    double wrong = said.get("wrong_labels").doubleValue() / said.get("images").doubleValue();
    assertThat(Double.parseDouble(row[3]))
        .as(row[1])
        .isCloseTo(said.get("wrong_fitted").doubleValue(), within(1e-9));
    assertThat((1 - wrong) * Double.parseDouble(row[2]) + wrong * Double.parseDouble(row[3]))
        .as(row[1])
        .isCloseTo(said.get("accuracy").doubleValue(), within(1e-9));
  }

  @Test
  void scoresFewImages() throws IOException {
    TinyRun run =
        TinyRun.train(
            folder,
            "few",
            "--labels=" + folder.resolve("noisy.csv"),
            "--gate=none",
            "--keep-every=9");
    TinyRun.json("score", run.toString(), "--rewind", "--rewind-images=10", "--json");
    assertThat(table(run, "rewind.csv").subList(1, 5))
        .allSatisfy(
            row -> {
              for (int column = 2; column < 4; column++) {
                double right = 5 * Double.parseDouble(row[column]);
                assertThat(right).isCloseTo(Math.rint(right), within(1e-9));
              }
            });
  }

  /** One image has one kind of label, and of one image no two scores agree. */
  @Test
  void scoresOneImage() throws IOException {
    String[] one =
        Arrays.stream(
                TinyRun.arguments(
                    folder,
                    "single",
                    1,
                    "--labels=" + folder.resolve("noisy.csv"),
                    "--keep-every=1"))
            .map(word -> word.equals("64") ? "1" : word)
            .toArray(String[]::new);
    assertThat(TinyRun.run(one).exitCode()).isZero();
    TinyRun run = new TinyRun(folder.resolve("runs/single"));
    JsonNode scored = TinyRun.json("score", run.toString(), "--rewind", "--json");
    assertThat(table(run).get(0)).contains("aum").doesNotContain("consensus");
    assertThat(scored.get("consensus_weights")).isEmpty();
    assertThat(scored.get("noise_estimate_by_class").toString()).doesNotContain("NaN");
    assertThat(table(run, "rewind.csv").get(0)).hasSize(3);
    assertThat(TinyRun.run("report", run.toString()).exitCode()).isZero();
  }

  @Test
  void worksWithoutDynamics() throws IOException {
    TinyRun run = TinyRun.train(folder, "quiet", "--dynamics=none", "--keep-every=1");
    JsonNode rewound = TinyRun.json("score", run.toString(), "--rewind", "--json");
    assertThat(rewound.has("scores")).isFalse();
    assertThat(rewound.get("rewind")).isNotEmpty();
    assertThat(run.path().resolve("scores.csv")).doesNotExist();
  }

  @Test
  void acceptsAMovedLabelFile() throws IOException {
    Path moved = folder.resolve("moved.csv");
    Path file = Files.copy(folder.resolve("noisy.csv"), moved);
    TinyRun run = TinyRun.train(folder, "far", "--gate=none", "--labels=" + file);
    Path now = Files.move(moved, folder.resolve("elsewhere.csv"));
    assertRefused(TinyRun.run("score", run.toString()), "moved.csv");
    TinyRun.json("score", run.toString(), "--labels=" + now, "--json");
    Path other = TinyRun.noise(folder.resolve("other.csv"), 0.9);
    assertRefused(
        TinyRun.run("score", run.toString(), "--labels=" + other), "labels are not the ones");
  }

  @Test
  void reportsOneAccuracyWithoutTrueLabels() throws IOException {
    TinyRun run = TinyRun.train(folder, "unknown", "--gate=none", "--keep-every=1");
    String shown = TinyRun.run("score", run.toString(), "--rewind").out();
    assertThat(shown).containsPattern("unit +epoch +accuracy");
    assertThat(table(run, "rewind.csv").get(0)).containsExactly("epoch", "unit", "accuracy");
  }

  @Test
  void rejectsRewindWithoutKeptCheckpoints() {
    assertRefused(TinyRun.run("score", noisy.toString(), "--rewind"), "train with --keep-every N");
    assertRefused(
        TinyRun.run("score", noisy.toString(), "--rewind", "--rewind-images=0"),
        "--rewind-images: must be at least 1");
    assertRefused(
        TinyRun.run("score", noisy.toString(), "--rewind-images=10"),
        "--rewind-images: is of --rewind; give that too");
  }

  @Test
  void scoresMemorizationWithOwnedChannels() throws IOException {
    TinyRun run = TinyRun.train(folder, "memory", "--gate", "memory");
    JsonNode said = TinyRun.json("score", run.toString(), "--json");
    assertThat(table(run).get(0))
        .contains("memorization", "memorization_margin")
        .doesNotContain("gate_last");
    JsonNode kept =
        new ObjectMapper().readTree(Files.readString(run.path().resolve("scores.json")));
    assertThat(kept).isEqualTo(said);
    for (String memory : new String[] {"on", "off"}) {
      assertThat(said.get("memory").get("train_accuracy_" + memory))
          .isEqualTo(
              TinyRun.json("eval", run.toString(), "--split=train", "--memory=" + memory, "--json")
                  .get("accuracy"));
    }
  }

  /** Class names may hold what separates cells; files are named below the folder. */
  @Test
  void scoresAnImageFolderByFile() throws IOException {
    Path root = Pictures.oddlyNamed(folder.resolve("own"));
    TinyRun run = TinyRun.trainOn(root, folder, "own");
    JsonNode said = TinyRun.json("score", run.toString(), "--json");
    assertThat(said.has("wrong_labels")).isFalse();
    List<String> lines = Files.readAllLines(run.path().resolve("scores.csv"));
    assertThat(lines.get(0)).doesNotContain("clean");
    assertThat(lines.get(1))
        .startsWith("0,\"train/a, \"\"b\"\" 0/x0.png\",\"a, \"\"b\"\" 0\",\"a, \"\"b\"\" ");
  }

  @Test
  void rejectsARunWithoutDynamics() {
    TinyRun run = TinyRun.train(folder, "silent", "--dynamics", "none");
    assertRefused(TinyRun.run("score", run.toString()), "--dynamics augmented");
    assertRefused(TinyRun.run("score", folder.resolve("gone").toString()), "gone");
    assertRefused(TinyRun.run("score", noisy.toString(), "--resamples", "0"), "--resamples");
    assertRefused(
        TinyRun.run("score", noisy.toString(), "--filter", "prune_by_class"),
        "--filter: must be one of low-self-confidence, low-normalized-margin, ");
  }
}
