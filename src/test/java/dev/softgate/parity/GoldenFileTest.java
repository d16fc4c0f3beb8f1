package dev.softgate.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenFileTest {

  private static final Path GATED = GoldenFolder.own("gate_classifier_exit_basic14_c100_iters2");

  @TempDir private Path folder;

  @Test
  void readsARecordedRun() {
    GoldenFile golden = GoldenFile.read(GATED);

    assertThat(golden.spec())
        .isEqualTo(
            ModelSpec.resnet(
                BlockKind.BASIC,
                14,
                100,
                StageGateSpec.classifier(GateTap.EXIT, GateCalibration.PUBLISHED)));
    assertThat(golden.recipe().gateIters()).isEqualTo(2);
    assertThat(golden.evaluation()).containsOnlyKeys("logits", "gate_logits", "g");
    assertThat(golden.losses())
        .hasSameSizeAs(golden.batches())
        .allMatch(l -> l.gates().size() == 1 && l.penalty() == null);
    assertThat(golden.normsAfter()).containsKeys("conv1.weight", "g_layer.0.bias");
  }

  static Stream<Arguments> malformedTensors() {
    HostTensor labels = HostTensor.ofLongs(new long[] {0, 1, 2, 3, 4, 5, 6, 7}, 8);
    return Stream.of(
        tensors("a batch less than steps", "x.1 or y.1 is missing", t -> t.remove("x.1")),
        tensors("labels missing", "x.1 or y.1 is missing", t -> t.remove("y.1")),
        tensors(
            "label too great",
            "y.0 has label 100, but the model has 100 classes",
            t -> t.put("y.0", HostTensor.ofLongs(new long[] {0, 1, 2, 3, 4, 5, 6, 100}, 8))),
        tensors(
            "label negative",
            "y.0 has label -1, but the model has 100 classes",
            t -> t.put("y.0", HostTensor.ofLongs(new long[] {-1, 1, 2, 3, 4, 5, 6, 7}, 8))),
        tensors(
            "labels of another count",
            "batch 1 must have float images",
            t -> t.put("y.1", HostTensor.ofLongs(new long[] {0}, 1))),
        tensors(
            "images of one channel",
            "batch 0 must have float images",
            t -> t.put("x.0", HostTensor.ofFloats(new float[8 * 16], 8, 1, 4, 4))),
        tensors(
            "images without pixels",
            "batch 0 must have float images",
            t -> t.put("x.0", HostTensor.ofFloats(new float[0], 8, 3, 0, 4))),
        tensors(
            "images flat",
            "batch 0 must have float images",
            t -> t.put("x.0", HostTensor.ofFloats(new float[8], 8))),
        tensors("images of integers", "batch 0 must have float images", t -> t.put("x.0", labels)),
        tensors(
            "labels of floats",
            "batch 0 must have float images",
            t -> t.put("y.0", HostTensor.ofFloats(new float[8], 8))));
  }

  private static Arguments tensors(
      String name, String says, Consumer<Map<String, HostTensor>> change) {
    return Arguments.of(name, says, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedTensors")
  void rejectsMalformedTensors(String name, String says, Consumer<Map<String, HostTensor>> change)
      throws IOException {
    Safetensors.Contents contents = Safetensors.read(GATED);
    Map<String, HostTensor> tensors = new LinkedHashMap<>(contents.tensors());
    change.accept(tensors);

    assertRefused(write(tensors, contents.metadata(), json()), says);
  }

  static Stream<Arguments> malformedHeaders() {
    return Stream.of(
        Arguments.of("steps", "many", "'steps' is not a number: many"),
        Arguments.of("steps", "0", "'steps' must be from 1 to 10000, found 0"),
        Arguments.of("steps", "2.5", "'steps' must be from 1 to 10000, found 2.5"),
        Arguments.of("steps", "1e300", "'steps' must be from 1 to 10000, found 1e300"),
        Arguments.of("gate_iters", "0", "'gate_iters' must be from 1 to 10000, found 0"),
        Arguments.of("lr", "NaN", "'lr' is not finite"),
        Arguments.of("momentum", "", "'momentum' is not a number"),
        Arguments.of("model", "block_memory", "unknown model 'block_memory'"),
        Arguments.of("block", "Inverted", "block 'Inverted' is not BasicBlock or Bottleneck"),
        Arguments.of("depth", "15", "depth 15 does not fit"),
        Arguments.of("classes", "7", "constants for 10 and 100 classes only"));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("malformedHeaders")
  void rejectsMalformedHeaders(String key, String value, String says) throws IOException {
    Safetensors.Contents contents = Safetensors.read(GATED);
    Map<String, String> metadata = new LinkedHashMap<>(contents.metadata());
    metadata.put(key, value);

    assertRefused(write(contents.tensors(), metadata, json()), says);
  }

  static Stream<String> requiredKeys() {
    return Stream.of(
        "name",
        "model",
        "depth",
        "block",
        "classes",
        "steps",
        "gate_iters",
        "lr",
        "lr_gate",
        "momentum",
        "weight_decay");
  }

  @ParameterizedTest
  @MethodSource("requiredKeys")
  void rejectsMissingKeys(String key) throws IOException {
    Safetensors.Contents contents = Safetensors.read(GATED);
    Map<String, String> metadata = new LinkedHashMap<>(contents.metadata());
    metadata.remove(key);

    assertRefused(
        write(contents.tensors(), metadata, json()),
        "its header lacks '" + key + "'",
        ".safetensors");
  }

  static Stream<Arguments> malformedJson() {
    return Stream.of(
        json("cut off", "not JSON", text -> text.substring(0, text.length() / 2)),
        json("empty", "losses for 0 steps", text -> ""),
        json("another thing", "losses for 0 steps", text -> "[]"),
        json("no losses", "losses for 0 steps", text -> text.replace("\"losses\"", "\"loses\"")),
        json("no classification loss", "needs cls", text -> text.replace("\"cls\"", "\"cl\"")),
        json("no gate loss", "gate_ce", text -> text.replace("\"gate_ce\"", "\"gate\"")),
        json(
            "no norms",
            "no after_stats_sum_l1_l2",
            text -> text.replace("\"after_stats_sum_l1_l2\"", "\"stats\"")));
  }

  private static Arguments json(String name, String says, UnaryOperator<String> change) {
    return Arguments.of(name, says, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedJson")
  void rejectsMalformedJson(String name, String says, UnaryOperator<String> change)
      throws IOException {
    Safetensors.Contents contents = Safetensors.read(GATED);

    assertRefused(write(contents.tensors(), contents.metadata(), change.apply(json())), says);
  }

  @Test
  void rejectsAMissingJsonFile() throws IOException {
    Path file = Files.copy(GATED, folder.resolve("alone.safetensors"));

    assertRefused(file, "alone.json: cannot be read", "needs this JSON file");
  }

  @Test
  void rejectsAMissingFile() {
    assertRefused(folder.resolve("nowhere.safetensors"), "nowhere.safetensors");
  }

  private static String json() throws IOException {
    return Files.readString(GATED.resolveSibling("gate_classifier_exit_basic14_c100_iters2.json"));
  }

  private Path write(Map<String, HostTensor> tensors, Map<String, String> metadata, String json)
      throws IOException {
    Path file = folder.resolve("golden.safetensors");
    Safetensors.write(file, tensors, metadata);
    Files.writeString(folder.resolve("golden.json"), json);
    return file;
  }

  private static void assertRefused(Path file, String... says) {
    assertThatThrownBy(() -> GoldenFile.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(says)
        .message()
        .hasLineCount(1);
  }
}
