package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.config.RunConfig;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.interop.HostTensor;
import dev.softgate.run.RunFolder;
import dev.softgate.run.RunLock;
import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SkipCommandTest {

  @TempDir static Path folder;

  private static TinyRun one;
  private static TinyRun two;
  private static TinyRun plain;

  @BeforeAll
  static void train() {
    one = TinyRun.train(folder, "one", "--val-fraction", "0.1");
    two = TinyRun.train(folder, "two", "--gate-at", "2,3", "--val-fraction", "0.1");
    plain = TinyRun.train(folder, "plain", "--gate", "none");
  }

  private static String[] arguments(Object run, String... options) {
    List<String> all = new ArrayList<>(List.of("skip", run.toString(), "--seconds", "0"));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private static JsonNode skip(TinyRun run, String... options) throws IOException {
    String[] all = arguments(run, options);
    all = Arrays.copyOf(all, all.length + 1);
    all[all.length - 1] = "--json";
    return TinyRun.json(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"libtorch", "onednn"})
  void softBlendEqualsTheNetworkWithNothingSkipped(String engine) throws IOException {
    for (TinyRun run : List.of(one, two)) {
      String zeros = run.equals(one) ? "0" : "0,0";
      JsonNode said = skip(run, "--threshold", zeros, "--skip-blend", "soft", "--engine", engine);
      assertThat(said.get("accuracy")).isEqualTo(said.get("accuracy_without_skipping"));
      assertThat(said.get("accuracy").doubleValue())
          .isEqualTo(run.summary().get("test_accuracy").doubleValue());
      assertThat(said.get("macs_saved").doubleValue()).isZero();
      assertThat(said.get("engine").textValue()).isEqualTo(engine);
    }
  }

  @Test
  void skippingAllSavesTheAdditionalLayers() throws IOException {
    JsonNode said = skip(two, "--threshold", "1,1");
    assertThat(said.get("skip_rates")).allMatch(rate -> rate.doubleValue() == 1);
    JsonNode listed = two.summary();
    assertThat(said.get("macs_without_skipping")).isEqualTo(listed.get("macs"));
    assertThat(said.get("macs_saved").doubleValue()).isBetween(0.3, 0.7);
    assertThat(said.get("blend").textValue()).isEqualTo("hard");
  }

  @Test
  void storesAndUsesTheCalibration() throws IOException {
    TinyRun run = TinyRun.train(folder, "calibrated", "--val-fraction", "0.1");
    try (RunLock lock = RunLock.take(new RunFolder(run.path()))) {
      assertRefused(TinyRun.run(arguments(run, "--calibrate")), "is being written by process");
    }
    assertRefused(TinyRun.run(arguments(run)), "holds no thresholds");
    String weights = run.summary().get("weights_sha256").textValue();
    JsonNode said = skip(run, "--calibrate", "--max-accuracy-drop", "1");
    assertThat(said.get("calibration").get("on").textValue()).isEqualTo("val");
    assertThat(said.get("skip_rates").get(0).doubleValue()).isCloseTo(1, within(0.1));
    Checkpoint stored = Checkpoint.read(run.checkpoint());
    double threshold = Objects.requireNonNull(stored.skipping()).thresholds().get(0);
    assertThat(said.get("thresholds").get(0).doubleValue()).isEqualTo(threshold);
    assertThat(skip(run).get("thresholds")).isEqualTo(said.get("thresholds"));
    assertThat(TinyRun.json("eval", run.toString(), "--json").get("accuracy"))
        .isEqualTo(run.summary().get("test_accuracy"));
    assertThat(weights).isNotEmpty();
    assertRefused(
        TinyRun.run(arguments(run, "--calibrate", "--min-saving=0", "--baseline=/absent")),
        "/absent");
    assertThat(Objects.requireNonNull(Checkpoint.read(run.checkpoint()).skipping()).thresholds())
        .as("what fails changes nothing")
        .containsExactly(threshold);

    Path picture =
        Pictures.write(
            SyntheticDataset.generate(1).dataset().test(), 0, folder.resolve("picture.png"));
    JsonNode predicted =
        TinyRun.json("predict", run.toString(), picture.toString(), "--json")
            .get("predictions")
            .get(0);
    assertThat(predicted.get("skipped").booleanValue())
        .isEqualTo(predicted.get("g").doubleValue() < threshold);
  }

  /** Finite weights can give infinite logits, whose softmax is no number. */
  @Test
  void rejectsNanGates() {
    TinyRun run = TinyRun.train(folder, "overflowing", "--val-fraction", "0.1");
    Checkpoint trained = Checkpoint.read(run.checkpoint());
    Map<String, HostTensor> network = new LinkedHashMap<>(trained.network());
    network.replaceAll(
        (name, tensor) -> {
          float[] values = new float[Math.toIntExact(tensor.elements())];
          Arrays.fill(values, 3e38f);
          return name.matches("g_layer.*weight")
              ? HostTensor.ofFloats(values, tensor.shape())
              : tensor;
        });
    new Checkpoint(
            trained.config(),
            trained.data(),
            trained.progress(),
            network,
            trained.optimizers(),
            trained.epochGates(),
            Checkpoint.Extras.NONE,
            null)
        .write(run.checkpoint());

    assertRefused(
        TinyRun.run(arguments(run, "--calibrate", "--target-skip", "0.5")), "predicts NaN");
    assertThat(Checkpoint.read(run.checkpoint()).skipping()).isNull();
  }

  @Test
  void choosesThresholdsForASavingOrShares() throws IOException {
    JsonNode saving =
        skip(two, "--calibrate", "--calibrate-on", "test-half", "--min-saving", "0.2");
    assertThat(saving.get("calibration").get("min_saving").doubleValue()).isEqualTo(0.2);
    assertThat(saving.get("calibration").get("macs_saved").doubleValue())
        .isGreaterThanOrEqualTo(0.2);
    JsonNode shares =
        skip(two, "--calibrate", "--calibrate-on", "test-half", "--target-skip", "0.2,0.6");
    assertThat(shares.get("calibration").get("skip_rates").get(0).doubleValue()).isEqualTo(0.2);
    assertThat(shares.get("calibration").get("skip_rates").get(1).doubleValue()).isEqualTo(0.6);
    assertRefused(
        TinyRun.run(
            arguments(two, "--calibrate", "--calibrate-on=test-half", "--min-saving", "0.9")),
        "can be saved");
    assertRefused(
        TinyRun.run(
            arguments(
                two, "--calibrate", "--calibrate-on=test-half", "--target-skip", "0.1,0.1,0.1")),
        "one for each of the 2 gates");
  }

  @Test
  void trainedThresholdsNeedNoCalibration() throws IOException {
    TinyRun run =
        TinyRun.train(
            folder,
            "hard",
            "--gate-at",
            "2,3",
            "--target-skip",
            "0.3,0.6",
            "--distill",
            plain.toString(),
            "--val-fraction",
            "0.1");
    JsonNode said = skip(run);
    assertThat(said.get("thresholds")).hasSize(2);
    assertThat(said.get("accuracy_without_skipping").doubleValue())
        .isEqualTo(run.summary().get("test_accuracy").doubleValue());
    assertThat(TinyRun.json("eval", run.toString(), "--json").get("accuracy"))
        .isEqualTo(run.summary().get("test_accuracy"));
    assertThat(Files.readString(run.path().resolve("metrics.csv")))
        .contains("train_skip_rate,val_skip_rate,val_skip_accuracy");
  }

  /** What thresholds were chosen on says nothing of others, now or later. */
  @Test
  void choosesAndReportsOnTestHalves() throws IOException {
    String[] half = {"--calibrate-on", "test-half", "--test-half", "second"};
    JsonNode said =
        skip(two, "--calibrate", half[0], half[1], half[2], half[3], "--max-accuracy-drop", "0.5");
    assertThat(said.get("images").intValue()).isEqualTo(25);
    assertThat(said.get("calibration").get("images").intValue()).isEqualTo(25);
    assertThat(said.get("calibration").get("on").textValue()).isEqualTo("second half of test");
    assertThat(said.get("thresholds")).hasSize(2);
    try (LogCapture log = new LogCapture()) {
      JsonNode again = skip(two, half);
      for (String key : List.of("images", "thresholds", "accuracy", "thresholds_chosen_on")) {
        assertThat(again.get(key)).as(key).isEqualTo(said.get(key));
      }
      skip(two, "--split", "val");
      skip(two, "--threshold", "0.5");
      assertThat(log.messages()).noneMatch(message -> message.contains("too good"));
    }
    for (String[] options :
        new String[][] {{}, {half[0], half[1]}, {"--calibrate", "--split", "val"}}) {
      try (LogCapture log = new LogCapture()) {
        skip(two, options);
        assertThat(log.messages())
            .as(String.join(" ", options))
            .anyMatch(message -> message.contains("too good"));
      }
    }
  }

  @Test
  void appliesOneThresholdToAllGates() throws IOException {
    JsonNode said = skip(two, "--threshold", "0.75");
    assertThat(said.get("thresholds").toString()).isEqualTo("[0.75,0.75]");
    assertThat(said.get("thresholds_chosen_on").isNull()).isTrue();
  }

  @Test
  void warnsIfWeightsMayHaveSeenValidation() throws IOException {
    TinyRun same = from(one, "same", "0.1");
    TinyRun others = from(one, "others", "0.2");
    TinyRun second = from(others, "second", "0.2");
    assertThat(warnings(same)).noneMatch(message -> message.contains("may have trained on"));
    for (TinyRun run : List.of(others, second)) {
      assertThat(warnings(run)).anyMatch(message -> message.contains(one + ", which may have"));
    }
    Files.move(others.path(), folder.resolve("moved"));
    assertThat(warnings(second)).anyMatch(message -> message.contains(others + ", which may have"));
  }

  private static TinyRun from(TinyRun origin, String name, String held) {
    return TinyRun.train(folder, name, "--init", "baseline:" + origin, "--val-fraction", held);
  }

  private static List<String> warnings(TinyRun run) throws IOException {
    try (LogCapture log = new LogCapture()) {
      skip(run, "--calibrate", "--target-skip", "0.5");
      return log.messages();
    }
  }

  @Test
  void writesTheCurveWithItsChart() throws IOException {
    JsonNode said =
        TinyRun.json(
            "skip", two.toString(), "--curve", "--seconds", "0.01", "--batch-sizes", "1", "--json");
    List<String> rows = Files.readAllLines(two.path().resolve("skip-curve.csv"));
    assertThat(rows.get(0)).startsWith("blend,threshold_b2,threshold_b3,skip_rate_b2");
    assertThat(rows).anyMatch(row -> row.startsWith("soft,0.0,0.0,0.0,0.0,"));
    assertThat(rows).anyMatch(row -> row.startsWith("hard,0.0,0.0,0.0,0.0,"));
    assertThat(Files.readString(two.path().resolve("skip-curve.svg"))).startsWith("<svg");
    assertThat(said.get("forced")).hasSize(5);
    assertThat(said.has("break_even_skip_rate")).isTrue();
  }

  @Test
  void measuresSpeedAgainstNetworkAndBaseline() throws IOException {
    JsonNode said =
        TinyRun.json(
            "skip",
            one.toString(),
            "--threshold",
            "0.5",
            "--seconds",
            "0.01",
            "--batch-sizes",
            "1,7",
            "--baseline",
            plain.toString(),
            "--json");
    assertThat(said.get("speed")).hasSize(2);
    assertThat(said.get("speed").get(1).get("images_per_second_of_baseline").doubleValue())
        .isPositive();
    assertThat(said.get("baseline").get("accuracy"))
        .isEqualTo(plain.summary().get("test_accuracy"));
    CommandRun text = TinyRun.run(arguments(one, "--threshold", "0.5"));
    assertThat(text.out()).containsPattern("macs saved +0\\.").contains("skip rates");
  }

  @Test
  void rejectsNetworksThatCannotSkip() {
    TinyRun exit = TinyRun.train(folder, "exit", "--gate-tap", "exit");
    TinyRun units = TinyRun.train(folder, "units", "--gate", "exclusive");
    assertRefused(TinyRun.run(arguments(plain, "--threshold", "0.5")), "no gate");
    assertRefused(TinyRun.run(arguments(plain, "--calibrate")), "no gate");
    assertRefused(TinyRun.run(arguments(exit, "--threshold", "0.5")), "exit");
    assertRefused(TinyRun.run(arguments(exit, "--calibrate")), "exit");
    assertRefused(TinyRun.run(arguments(units, "--threshold", "0.5")), "units");
    TinyRun all = TinyRun.train(folder, "all", "--val-fraction", "0");
    assertRefused(TinyRun.run(arguments(all, "--calibrate")), "--calibrate-on test-half");
    assertRefused(TinyRun.run(arguments(all, "--curve")), "--calibrate-on test-half");
  }

  /** What was trained softly learns to be gated hard, gates included. */
  @Test
  void hardGatesStartFromASoftTraining() {
    TinyRun hard =
        TinyRun.train(
            folder,
            "hardened",
            "--gate-mix=hard",
            "--init=baseline:" + one,
            "--lr=1e-12",
            "--lr-gate=1e-12",
            "--weight-decay=0",
            "--val-fraction=0.1");
    Map<String, HostTensor> soft = Checkpoint.read(one.checkpoint()).network();
    Map<String, HostTensor> hardened = Checkpoint.read(hard.checkpoint()).network();
    assertThat(hardened.keySet()).isEqualTo(soft.keySet());
    soft.forEach(
        (name, tensor) -> {
          if (name.endsWith("weight") || name.endsWith("bias")) {
            assertThat(Objects.requireNonNull(hardened.get(name)).toFloats())
                .as(name)
                .containsExactly(tensor.toFloats(), within(1e-6f));
          }
        });
    assertRefused(
        TinyRun.run(
            TinyRun.arguments(folder, "other", 1, "--gate-at=2,3", "--init=baseline:" + one)),
        "no baseline of this network");
  }

  /** A training goes on from there. */
  @Test
  void keepsTheLastCheckpointOfAnUnfinishedRun() throws IOException {
    TinyRun run = TinyRun.train(folder, "unfinished", "--val-fraction", "0.1");
    Files.delete(run.checkpoint());
    Path last = run.checkpoint().resolveSibling("last.safetensors");
    Checkpoint ended = Checkpoint.read(last);
    RunConfig longer = ended.config().with(Map.of("epochs", "9"));
    new Checkpoint(
            longer,
            ended.data(),
            ended.progress(),
            ended.network(),
            ended.optimizers(),
            ended.epochGates(),
            Checkpoint.Extras.NONE,
            null)
        .write(last);
    byte[] before = Files.readAllBytes(last);
    assertRefused(TinyRun.run(arguments(run, "--calibrate")), "best.safetensors");
    assertThat(last).hasBinaryContent(before);
    assertThat(skip(run, "--threshold", "0.5").has("accuracy")).isTrue();
  }

  /** Where labels are known to be wrong: what is still given with the additional layers skipped. */
  @Test
  void measuresWrongLabelsWithSkippedLayers() throws IOException {
    Path labels = TinyRun.noise(folder.resolve("noisy.csv"), 0.5);
    TinyRun run = TinyRun.train(folder, "noisy", "--labels=" + labels);
    JsonNode said = skip(run, "--threshold", "1", "--split", "train");
    JsonNode whole = TinyRun.json("eval", run.toString(), "--split", "train", "--json");
    assertThat(said.get("wrong_labels")).isEqualTo(whole.get("wrong_labels"));
    assertThat(said.get("wrong_fitted_without_skipping")).isEqualTo(whole.get("wrong_fitted"));
    assertThat(said.get("wrong_fitted").doubleValue()).isBetween(0.0, 1.0);
    assertThat(said.get("wrong_corrected").doubleValue()).isBetween(0.0, 1.0);
    assertThat(skip(run, "--threshold", "1").has("wrong_fitted")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--threshold=1.5 | --threshold",
        "--threshold=-0.1 | --threshold",
        "--threshold=NaN | --threshold",
        "--threshold=0.5,0.5 | one for each gated stage (3)",
        "--threshold=x | --threshold",
        "--calibrate --threshold=0.5 | leave --threshold out",
        "--calibrate --min-saving=0.1 --target-skip=0.5 | give one",
        "--min-saving=0.1 | goals of --calibrate",
        "--calibrate --min-saving=1.5 | --min-saving",
        "--calibrate --target-skip=0.5,-1 | --target-skip",
        "--calibrate --max-accuracy-drop=-1 | --max-accuracy-drop",
        "--calibrate --max-accuracy-drop=NaN | --max-accuracy-drop",
        "--calibrate --calibrate-on=train | --calibrate-on",
        "--calibrate --calibrate-on=test-half --split=val | --calibrate-on",
        "--calibrate --test-half=third | --test-half",
        "--threshold=0.5 --split=all | --split",
        "--threshold=0.5 --skip-blend=firm | --skip-blend",
        "--threshold=0.5 --batch-sizes=0 | --batch-sizes",
        "--threshold=0.5 --seconds=-1 | --seconds",
        "--threshold=0.5 --out=x.csv | --curve",
        "--curve --out=x.txt | --out",
        "--threshold=0.5 --baseline=/absent/run | /absent/run"
      })
  void rejectsInvalidValues(String options, String says) {
    assertRefused(TinyRun.run(arguments(one, options.split(" ", -1))), says);
  }

  @Test
  void rejectsAMissingRun() {
    assertRefused(TinyRun.run(arguments("/absent/run", "--threshold", "0.5")), "/absent/run");
  }
}
