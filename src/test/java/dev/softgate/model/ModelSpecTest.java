package dev.softgate.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateMix;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSpecTest {

  private static ModelSpec spec(BlockKind block, int depth, GateKind gate, int classes) {
    return ModelSpec.resnet(
        block, depth, classes, RandomNetwork.gate(gate, GateTap.ENTRY, GateCalibration.NORMALISED));
  }

  @ParameterizedTest
  @CsvSource({
    "BASIC, 8, NONE, 1, 64",
    "BASIC, 14, NONE, 2, 64",
    "BASIC, 14, CLASSIFIER, 2, 64",
    "BASIC, 110, CLASSIFIER, 18, 64",
    "BASIC, 1202, CLASSIFIER, 200, 64",
    "BASIC, 9998, NONE, 1666, 64",
    "BOTTLENECK, 11, NONE, 1, 256",
    "BOTTLENECK, 20, CLASSIFIER, 2, 256",
    "BOTTLENECK, 110, CLASSIFIER, 12, 256",
    "BOTTLENECK, 164, CLASSIFIER, 18, 256"
  })
  void acceptsValidDepths(BlockKind block, int depth, GateKind gate, int units, int features) {
    ModelSpec spec = spec(block, depth, gate, 10);

    assertThat(List.of(spec.units(1), spec.units(2), spec.units(3))).containsOnly(units);
    assertThat(spec.features()).isEqualTo(features);
    assertThat(spec.gated()).isEqualTo(gate == GateKind.CLASSIFIER);
  }

  @ParameterizedTest
  @CsvSource({
    "BASIC, 18, NONE, 14 or 20",
    "BASIC, 111, CLASSIFIER, 110 or 116",
    "BASIC, 8, CLASSIFIER, 14",
    "BASIC, 2, NONE, 8",
    "BASIC, 2, CLASSIFIER, 14",
    "BASIC, 0, NONE, 8",
    "BASIC, -7, CLASSIFIER, 14",
    "BASIC, 10004, NONE, 9998",
    "BASIC, 2147483647, CLASSIFIER, 9998",
    "BASIC, -2147483646, NONE, 8",
    "BOTTLENECK, 50, NONE, 47 or 56",
    "BOTTLENECK, 11, CLASSIFIER, 20"
  })
  void rejectsInvalidDepthsAndSuggestsTheNearest(
      BlockKind block, int depth, GateKind gate, String nearest) {
    assertThatThrownBy(() -> spec(block, depth, gate, 10))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("depth " + depth + " does not fit")
        .hasMessageEndingWith("nearest: " + nearest);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 100_001, Integer.MAX_VALUE})
  void rejectsClassesOutOfRange(int classes) {
    assertThatThrownBy(() -> spec(BlockKind.BASIC, 14, GateKind.NONE, classes))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("1 to 100000 classes, not " + classes);
  }

  @Test
  void gatesRequireTwoClasses() {
    assertThat(spec(BlockKind.BASIC, 14, GateKind.NONE, 1).classes()).isEqualTo(1);
    assertThatThrownBy(() -> spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("at least 2 classes");
  }

  @Test
  void publishedCalibrationRequires10Or100Classes() {
    ModelSpec plain = ModelSpec.resnet(BlockKind.BASIC, 14, 7, GateSpec.none());
    assertThat(plain.classes()).isEqualTo(7);
    assertThatThrownBy(
            () ->
                ModelSpec.resnet(
                    BlockKind.BASIC,
                    14,
                    7,
                    StageGateSpec.classifier(GateTap.ENTRY, GateCalibration.PUBLISHED)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("10 and 100 classes only, not for 7");
  }

  private static ModelSpec after(int depth, List<Integer> stages, Integer... units) {
    int[] at = stages.stream().mapToInt(Integer::intValue).toArray();
    GateSpec gate =
        Family.onStage(
            GateKind.CLASSIFIER, GatePenalty.NONE, GateTap.ENTRY, GateCalibration.NORMALISED, at);
    return ModelSpec.resnet(BlockKind.BASIC, depth, 10, Family.after(gate, units));
  }

  @Test
  void laterGatesSkipLess() {
    ModelSpec usual = after(56, List.of(2, 3));
    ModelSpec late = after(56, List.of(2, 3), 3, 1);
    assertThat(usual).isEqualTo(after(56, List.of(2, 3), 1));
    assertThat(late).isNotEqualTo(usual);
    assertThat(late.sameLayersAs(usual)).isFalse();
    ModelCost before = ModelCost.of(usual, 32, 32);
    ModelCost cost = ModelCost.of(late, 32, 32);
    assertThat(cost.macs()).isEqualTo(before.macs());
    assertThat(cost.parameters()).isEqualTo(before.parameters());
    assertThat(cost.additionalByStage().get(0))
        .isEqualTo(before.additionalByStage().get(0) / 8 * 6);
    assertThat(cost.additionalByStage().get(1)).isEqualTo(before.additionalByStage().get(1));
    assertThat(List.of(late.unitName(2, 0), late.unitName(2, 8), late.unitName(3, 0)))
        .containsExactly("layer2.0", "layer2.8", "o31");
    GateSpec turned =
        new StageGateSpec(
            GateKind.CLASSIFIER,
            List.of(3, 2),
            List.of(1, 3),
            GateTap.ENTRY,
            GateCalibration.NORMALISED,
            GatePenalty.NONE,
            GateMix.SOFT);
    assertThat(turned).isEqualTo(late.gate());
    assertThat(after(20, List.of(3), 2).gateName(3)).isEqualTo("g_layer_b3");
    assertThat(after(20, List.of(3), 1).gateName(3)).isEqualTo("g_layer");
  }

  @Test
  void gatesRequireUnitsBeforeAndAfter() {
    assertThatThrownBy(() -> after(20, List.of(2, 3), 1, 3))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "gate-after 3: stage 3 has 3 units, so that nothing would be left for the gate; give"
                + " 2 or less");
    assertThatThrownBy(() -> after(20, List.of(2, 3), 0))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("after 1 unit or more, found [0]");
    assertThatThrownBy(() -> after(20, List.of(2, 3), 1, 1, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("each of the 2 stages of gate-at, found 3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BASIC      | 14 | 32,64,128  |          | 32 | 32x32x3x3 | 128x128x3x3",
        "BASIC      | 14 | 32,64,128  | 16,32,64 | 16 | 16x16x3x3 | 128x64x3x3",
        "BASIC      | 14 |            | 8,32,64  | 8  | 8x8x3x3   | 64x64x3x3",
        "BASIC      | 14 |            |          | 16 | 16x16x3x3 | 64x64x3x3",
        "BOTTLENECK | 20 | 64,128,256 |          | 16 | 16x16x1x1 | 64x64x3x3",
        "BOTTLENECK | 20 | 32,64,128  |          | 8  | 8x8x1x1   | 32x32x3x3",
      })
  void widthsApplyToStagesAndStem(
      BlockKind block,
      int depth,
      @Nullable String widths,
      @Nullable String inner,
      int stem,
      String first,
      String last) {
    ModelSpec spec =
        new ModelSpec(
            Architecture.RESNET,
            block,
            depth,
            10,
            ShortcutKind.PROJECTION,
            GateSpec.none(),
            Layout.behind(StemKind.CIFAR).with(numbers(widths), numbers(inner)));
    ResNet network = new ResNet(spec, 1);

    assertThat(shape(network, "conv1.weight")).isEqualTo(stem + "x3x3x3");
    assertThat(shape(network, "layer1.0.conv1.weight")).isEqualTo(first);
    assertThat(shape(network, "layer3.0.conv2.weight")).isEqualTo(last);
    assertThat(ModelCost.of(spec, 32, 32).parameters())
        .isEqualTo(
            network.state().entrySet().stream()
                .filter(entry -> entry.getKey().matches(".*\\.(weight|bias)"))
                .mapToLong(
                    entry -> LongStream.of(entry.getValue().shape()).reduce(1, (a, b) -> a * b))
                .sum());
  }

  private static List<Integer> numbers(@Nullable String text) {
    return text == null ? List.of() : Stream.of(text.split(",")).map(Integer::valueOf).toList();
  }

  private static String shape(ResNet network, String name) {
    return LongStream.of(requireNonNull(network.state().get(name)).shape())
        .mapToObj(String::valueOf)
        .collect(Collectors.joining("x"));
  }
}
