package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.JavaProcess;
import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvalCommandTest {

  private static final List<String> KEYS =
      List.of(
          "accuracy",
          "loss",
          "images",
          "split",
          "gate_loss",
          "mean_gate",
          "gate_min",
          "gate_q1",
          "gate_median",
          "gate_q3",
          "gate_max",
          "mean_gate_correct",
          "mean_gate_wrong",
          "mean_entropy",
          "gates",
          "dataset",
          "checkpoint",
          "parameters",
          "engine",
          "precision",
          "seconds",
          "images_per_second");

  @TempDir static Path folder;

  private static TinyRun gated;
  private static TinyRun plain;

  @BeforeAll
  static void train() {
    gated = TinyRun.train(folder, "gated");
    plain = TinyRun.train(folder, "plain", "--gate", "none", "--val-fraction", "0");
  }

  private static JsonNode eval(TinyRun run, String... options) throws IOException {
    String[] arguments =
        Arrays.copyOf(new String[] {"eval", run.toString(), "--json"}, 3 + options.length);
    System.arraycopy(options, 0, arguments, 3, options.length);
    return TinyRun.json(arguments);
  }

  @Test
  void testAccuracyMatchesTheSummary() throws IOException {
    JsonNode result = eval(gated);
    assertThat(result.fieldNames()).toIterable().containsExactlyElementsOf(KEYS);
    assertThat(result.get("accuracy")).isEqualTo(gated.summary().get("test_accuracy"));
    assertThat(result.get("mean_gate")).isEqualTo(gated.summary().get("test_mean_gate"));
    assertThat(result.get("gates")).hasSize(1);
    JsonNode gate = result.get("gates").get(0);
    assertThat(gate.get("name").textValue()).isEqualTo("b3");
    assertThat(gate.get("mean_gate")).isEqualTo(result.get("mean_gate"));
    assertThat(gate.get("mean_entropy")).isEqualTo(result.get("mean_entropy"));
    assertThat(result.get("images").intValue()).isEqualTo(50);
    assertThat(result.get("split").textValue()).isEqualTo("test");
    assertThat(result.get("dataset").textValue()).isEqualTo("synthetic");
    assertThat(result.get("checkpoint").textValue()).isEqualTo(gated.checkpoint().toString());
    assertThat(result.get("precision").textValue()).isEqualTo("fp32");
    assertThat(result.get("engine").textValue()).isEqualTo("onednn");
  }

  @Test
  void acceptsAnotherEngine() throws IOException {
    JsonNode result = eval(gated, "--engine", "libtorch");
    assertThat(result.get("engine").textValue()).isEqualTo("libtorch");
    assertThat(result.get("loss").doubleValue())
        .isCloseTo(eval(gated).get("loss").doubleValue(), within(1e-4));
  }

  @Test
  void countsTheCheckpointsParameters() throws IOException {
    long trained =
        Checkpoint.read(gated.checkpoint()).network().entrySet().stream()
            .filter(entry -> !entry.getKey().matches(".*(running_mean|running_var|tracked)$"))
            .mapToLong(entry -> Arrays.stream(entry.getValue().shape()).reduce(1, (a, b) -> a * b))
            .sum();
    assertThat(eval(gated).get("parameters").longValue()).isEqualTo(trained);
  }

  @Test
  void dumpsTheRunsGatesWithTheirStatistics() throws IOException {
    Path file = folder.resolve("g.csv");
    JsonNode result = eval(gated, "--dump-gates", file.toString());
    assertThat(file).hasSameTextualContentAs(gated.path().resolve("gates-test.csv"));
    double[] g =
        Files.readAllLines(file).stream()
            .skip(1)
            .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[5]))
            .sorted()
            .toArray();
    assertThat(result.get("gate_min").doubleValue()).isEqualTo((float) g[0]);
    assertThat(result.get("gate_median").doubleValue())
        .isCloseTo((g[24] + g[25]) / 2, within(1e-7));
    assertThat(result.get("gate_max").doubleValue()).isEqualTo((float) g[49]);
  }

  @Test
  void evaluatesTheRunsOtherSplits() throws IOException {
    JsonNode validation = eval(gated, "--split", "val");
    assertThat(validation.get("accuracy")).isEqualTo(gated.summary().get("val_accuracy"));
    assertThat(validation.get("images").intValue()).isEqualTo(60);
    assertThat(eval(gated, "--split", "train").get("images").intValue()).isEqualTo(64);
  }

  @Test
  void gateFiguresAreNullWithoutAGate() throws IOException {
    JsonNode result = eval(plain);
    assertThat(result.fieldNames()).toIterable().containsExactlyElementsOf(KEYS);
    assertThat(result.get("accuracy")).isEqualTo(plain.summary().get("test_accuracy"));
    assertThat(KEYS.stream().filter(key -> result.get(key).isNull()))
        .containsExactlyElementsOf(KEYS.subList(4, 14));
    assertThat(result.get("gates")).isEmpty();
  }

  @Test
  void printsATable() {
    CommandRun run = TinyRun.run("eval", gated.toString());
    assertThat(run.out())
        .containsPattern("(?m)^accuracy +\\d+\\.\\d\\d%$")
        .containsPattern("(?m)^split +test, 50 images$")
        .contains("g of wrong");
    assertThat(TinyRun.run("eval", plain.toString()).out()).doesNotContain("entropy");
  }

  @Test
  void otherSetsHaveOnlyTestImages() throws IOException {
    String set = "folder:" + Pictures.folders(folder.resolve("ten"), 10);
    JsonNode result = eval(gated, "--dataset", set);
    assertThat(result.get("images").intValue()).isEqualTo(10);
    assertThat(result.get("dataset").textValue()).isEqualTo(set);
    assertRefused(
        TinyRun.run("eval", gated.toString(), "--dataset", set, "--split", "val"),
        "--split val",
        "another set");
  }

  @Test
  void rejectsOtherClasses() throws IOException {
    String set = "folder:" + Pictures.folders(folder.resolve("two"), 2);
    assertRefused(
        TinyRun.run("eval", gated.toString(), "--dataset", set),
        "has 2 classes, but the network has 10");
  }

  @Test
  void acceptsThePublishedSpelling() throws IOException {
    JsonNode result =
        TinyRun.json(
            "train",
            "-e",
            "--test_checkpoint",
            gated.checkpoint().toString(),
            "--json",
            "-d",
            "synthetic");
    assertThat(result.get("accuracy")).isEqualTo(gated.summary().get("test_accuracy"));
    assertThat(result.get("images").intValue()).isEqualTo(50);
  }

  @Test
  void findsARunByName() throws IOException, InterruptedException {
    Process process =
        JavaProcess.of(Main.class.getName(), "eval", "gated", "--json")
            .directory(folder.toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(new ObjectMapper().readTree(out).get("accuracy"))
        .isEqualTo(gated.summary().get("test_accuracy"));
  }

  @Test
  void rejectsAMissingValidationSplit() {
    assertRefused(TinyRun.run("eval", plain.toString(), "--split", "val"), "--val-fraction 0");
  }

  @Test
  void acceptsAnotherDataFolder() {
    assertRefused(
        TinyRun.run("eval", gated.toString(), "--dataset", "cifar10"),
        folder.resolve("gone") + " does not exist; specify --data-dir");
    assertThat(folder.resolve("gone")).doesNotExist();
    assertRefused(
        TinyRun.run("eval", gated.toString(), "--dataset", "folder:absent"),
        "specify --dataset folder:DIR");
  }

  @ParameterizedTest
  @CsvSource({
    "--split=tset, 'train, val, test'",
    "--precision=fp8, 'auto, fp32, bf16'",
    "--engine=mkl, 'auto, libtorch, onednn'",
    "--threads=-1, --threads",
    "--dataset=mnist, cifar10",
    "--dump-gates=absent/g.csv, does not exist",
  })
  void rejectsInvalidValues(String option, String says) {
    assertRefused(TinyRun.run("eval", gated.toString(), option), says);
  }

  @Test
  void rejectsFilesThatAreNotCheckpoints() throws IOException {
    String absent = folder.resolve("absent").toString();
    assertRefused(TinyRun.run("eval", absent), absent);
    assertRefused(TinyRun.run("eval", folder.toString()), "config.yaml");
    Path text = Files.writeString(folder.resolve("text.safetensors"), "not a checkpoint");
    assertRefused(TinyRun.run("eval", text.toString()), "text.safetensors");
    byte[] whole = Files.readAllBytes(gated.checkpoint());
    Path cut =
        Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, whole.length - 100));
    assertRefused(TinyRun.run("eval", cut.toString()), "cut.safetensors");
  }
}
