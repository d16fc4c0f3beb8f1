package dev.softgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and shapes are a contract with published networks and with every checkpoint written. */
class ParameterNamesTest {

  private static final Path NAMES = Path.of("src/test/resources/names");
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static ModelSpec spec(BlockKind block, int depth, GateKind gate, int classes) {
    return ModelSpec.resnet(
        block, depth, classes, RandomNetwork.gate(gate, GateTap.EXIT, GateCalibration.NORMALISED));
  }

  /** Names and shapes, in order. */
  static List<String> lines(Map<String, HostTensor> state) {
    return state.entrySet().stream()
        .map(entry -> entry.getKey() + " " + Arrays.toString(entry.getValue().shape()))
        .toList();
  }

  /** As in the names of records: {@code basic}. */
  static String text(BlockKind block) {
    return block.text();
  }

  /** Holds a state to the list on record, and writes what it is now. */
  static void assertOnRecord(String name, Map<String, HostTensor> state) throws IOException {
    List<String> actual = lines(state);
    Path record = NAMES.resolve(name + ".txt");
    Path now = Files.createDirectories(Path.of("target/names")).resolve(name + ".txt");
    Files.write(now, actual);

    assertThat(record)
        .as("no names are on record; to record those there are: cp %s %s", now, record)
        .exists();
    assertThat(actual)
        .as(
            "names and shapes, in order. If the change is meant, old checkpoints no longer load;"
                + " to record it: cp %s %s",
            now, record)
        .containsExactlyElementsOf(Files.readAllLines(record));
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, 10, baseline_resnet_basic14_c10",
    "CLASSIFIER, 100, gate_classifier_exit_basic14_c100_iters2"
  })
  void matchThePublishedModels(GateKind gate, int classes, String golden) {
    Map<String, HostTensor> published =
        Safetensors.read(GOLDEN.resolve(golden + ".safetensors")).tensors();

    assertThat(lines(new ResNet(spec(BlockKind.BASIC, 14, gate, classes), 1).state()))
        .containsExactlyInAnyOrderElementsOf(
            lines(published).stream()
                .filter(line -> line.startsWith("before."))
                .map(line -> line.substring("before.".length()))
                .toList());
  }

  /**
   * ResNet-110 of the published code: 1,730,714. He et al. give 1.7 M; theirs has no projections,
   * which are 16·32 + 64 and 32·64 + 128 of these.
   */
  @Test
  void costMatchesThePublishedModel() {
    long withoutProjections = 432 + 32 + 650;
    withoutProjections += 36 * (16 * 16 * 9 + 32);
    withoutProjections += 36 * (32 * 32 * 9 + 64) - 16 * 32 * 9;
    withoutProjections += 36 * (64 * 64 * 9 + 128) - 32 * 64 * 9;
    long projections = 16 * 32 + 64 + 32 * 64 + 128;

    assertThat(ModelCost.of(spec(BlockKind.BASIC, 110, GateKind.NONE, 10), 32, 32).parameters())
        .isEqualTo(withoutProjections + projections)
        .isEqualTo(1_730_714);
  }

  /** Counted by hand: stem, two units of 16 planes, and so on, at 32², 16² and 8² pixels. */
  @ParameterizedTest
  @CsvSource({"NONE, 0", "CLASSIFIER, 37888"})
  void multiplyAccumulatesMatchHandCounts(GateKind gate, long gateMacs) {
    long stem = 3 * 16 * 9 * 1024;
    long stage1 = 4 * 16 * 16 * 9 * 1024;
    long stage2 = (16 * 32 * 9 + 3 * 32 * 32 * 9 + 16 * 32) * 256;
    long entry = (32 * 64 * 9 + 64 * 64 * 9 + 32 * 64) * 64;
    long additional = 2 * 64 * 64 * 9 * 64;

    ModelCost cost = ModelCost.of(spec(BlockKind.BASIC, 14, gate, 10), 32, 32);

    assertThat(cost.additionalMacs()).isEqualTo(additional);
    assertThat(cost.macs()).isEqualTo(stem + stage1 + stage2 + entry + additional + 640 + gateMacs);
  }
}
