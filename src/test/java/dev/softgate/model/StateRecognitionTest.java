package dev.softgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateFamily;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.StateRecognition.Hints;
import dev.softgate.model.StateRecognition.Recognized;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StateRecognitionTest {

  private static final Hints NONE = Hints.NONE;

  private static Recognized recognized(Map<String, HostTensor> state, Hints hints) {
    return StateRecognition.of(state, hints, "");
  }

  private static final List<Integer> ALL = List.of(1, 2, 3);

  private static GateSpec gate(
      GateKind kind,
      List<Integer> stages,
      GateTap tap,
      GateCalibration calibration,
      GatePenalty penalty,
      GateKernel kernel) {
    return kind.family() == GateFamily.UNIT
        ? UnitGateSpec.of(kind, stages).with(penalty, kernel)
        : StageGateSpec.of(kind, stages).looking(tap, calibration).with(penalty);
  }

  private static GateSpec stage(GateKind kind, List<Integer> stages) {
    return gate(
        kind,
        stages,
        GateTap.ENTRY,
        GateCalibration.UNSCALED,
        GatePenalty.NONE,
        GateKernel.ELEMENT_1X1);
  }

  private static GateSpec choice(GateKernel kernel) {
    return gate(
        GateKind.EXCLUSIVE,
        ALL,
        GateTap.ENTRY,
        GateCalibration.UNSCALED,
        GatePenalty.CROSS_ENTROPY,
        kernel);
  }

  /** Networks that names and shapes alone tell, gates with the published tap and calibration. */
  static Stream<ModelSpec> recognizable() {
    GateSpec published = StageGateSpec.classifier(GateTap.EXIT, GateCalibration.PUBLISHED);
    return Stream.of(BlockKind.values())
        .flatMap(
            block -> {
              int depth = 3 * block.depthStep() + 2;
              return Stream.concat(
                  Stream.of(
                      new ModelSpec(
                          Architecture.RESNET, block, depth, 10, ShortcutKind.PAD, GateSpec.none()),
                      new ModelSpec(
                          Architecture.PRERESNET,
                          block,
                          depth,
                          7,
                          ShortcutKind.PROJECTION,
                          GateSpec.none())),
                  Stream.of(
                          GateSpec.none(),
                          published,
                          stage(GateKind.CLASSIFIER, List.of(2, 3)),
                          stage(GateKind.CLASSIFIER, List.of(1)),
                          stage(GateKind.SIGMOID, List.of(3)),
                          stage(GateKind.TWO_WAY, ALL),
                          stage(GateKind.ENTROPY, List.of(3)),
                          choice(GateKernel.ELEMENT_1X1),
                          choice(GateKernel.TUBE_1X1),
                          choice(GateKernel.TUBE_3X3))
                      .map(gate -> ModelSpec.resnet(block, depth, 10, gate)));
            });
  }

  private static void assertSameState(
      Map<String, HostTensor> actual, Map<String, HostTensor> expected) {
    assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertThat(Objects.requireNonNull(actual.get(name)).data())
                .as(name)
                .isEqualTo(tensor.data()));
  }

  @ParameterizedTest
  @MethodSource("recognizable")
  void recognizesTheNetwork(ModelSpec spec) {
    Map<String, HostTensor> state = new ResNet(spec, 1).state();

    Boolean first =
        spec.block() == BlockKind.BASIC
            ? null
            : spec.block() == BlockKind.BOTTLENECK_STRIDE_FIRST; // which shapes do not tell
    Recognized recognized = recognized(state, new Hints(null, null, null, null, first));

    assertThat(recognized.spec()).isEqualTo(spec);
    assertSameState(recognized.state(), state);
  }

  @Test
  void recognizesAResNet34() {
    ModelSpec spec =
        new ModelSpec(
            Architecture.RESNET34,
            BlockKind.BASIC,
            34,
            100,
            ShortcutKind.PROJECTION,
            stage(GateKind.SIGMOID, List.of(3)));

    assertThat(recognized(new ResNet(spec).state(), NONE).spec()).isEqualTo(spec);
  }

  @Test
  void acceptsHints() {
    for (GateKind kind : List.of(GateKind.EXCLUSIVE, GateKind.SHORTCUT)) {
      ModelSpec spec = ModelSpec.resnet(BlockKind.BASIC, 14, 10, stage(kind, List.of(2, 3)));
      Map<String, HostTensor> state = new ResNet(spec, 1).state();

      assertThat(recognized(state, new Hints(kind, null, null, null, null)).spec()).isEqualTo(spec);
      assertThatThrownBy(() -> recognized(state, NONE))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("exclusive and gate shortcut alike");
    }
    ModelSpec gated =
        ModelSpec.resnet(
            BlockKind.BASIC,
            14,
            10,
            StageGateSpec.classifier(GateTap.ENTRY, GateCalibration.NORMALISED));
    Recognized settled =
        recognized(
            new ResNet(gated, 1).state(),
            new Hints(null, GateTap.ENTRY, GateCalibration.NORMALISED, null, null));
    assertThat(settled.spec()).isEqualTo(gated);
    assertThat(settled.assumptions()).isEmpty();
    assertThat(recognized(new ResNet(gated, 1).state(), NONE).assumptions())
        .hasSize(2)
        .anyMatch(line -> line.contains("exit"))
        .anyMatch(line -> line.contains("published"));
  }

  @Test
  void acceptsCommonNamesAndMissingCounters() {
    ModelSpec spec = ModelSpec.resnet(BlockKind.BASIC, 20, 10, GateSpec.none());
    Map<String, HostTensor> state = new ResNet(spec, 1).state();
    Map<String, HostTensor> other = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          if (!name.endsWith("num_batches_tracked")) {
            other.put(
                name.replaceFirst("^fc\\.", "linear.").replace("downsample", "shortcut"), tensor);
          }
        });

    Recognized recognized = recognized(other, NONE);

    assertThat(other).doesNotContainKeys("fc.weight", "layer2.0.downsample.0.weight");
    assertThat(recognized.spec()).isEqualTo(spec);
    assertSameState(recognized.state(), state);
  }

  static Stream<Arguments> unfit() {
    return Stream.of(
        change("no fc.weight", state -> without(state, "fc.weight")),
        change("layer1.1.bn2.weight", state -> without(state, "layer1.1.bn2.weight")),
        change("1 (extra)", state -> with(state, "extra", "fc.bias")),
        change("stages [1, 2]", state -> without(state, "layer3.")),
        change("no layer1.0.conv1.weight", state -> without(state, "layer")),
        change("conv1.weight has shape [10]", state -> with(state, "conv1.weight", "fc.bias")),
        change("fc.weight has shape [10]", s -> with(s, "fc.weight", "fc.bias")),
        change(
            "elements of type",
            state -> {
              Map<String, HostTensor> changed = new LinkedHashMap<>(state);
              changed.put("fc.bias", HostTensor.ofInts(new int[10], 10));
              return changed;
            }),
        change("the first are conv1.weight", state -> without(state, "layer")),
        change("no g_layer", StateRecognitionTest::namedAsGated),
        change(
            "no gated stage",
            state ->
                with(
                    with(state, "g_layer.0.weight", "fc.weight"),
                    "g_layer.1.weight",
                    "fc.weight")));
  }

  private static Arguments change(String says, UnaryOperator<Map<String, HostTensor>> change) {
    return Arguments.of(says, change);
  }

  private static Map<String, HostTensor> namedAsGated(Map<String, HostTensor> state) {
    Map<String, HostTensor> changed = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) ->
            changed.put(name.replace("layer3.0.", "o1.").replace("layer3.1.", "o2."), tensor));
    return changed;
  }

  private static Map<String, HostTensor> without(Map<String, HostTensor> state, String prefix) {
    Map<String, HostTensor> changed = new LinkedHashMap<>(state);
    changed.keySet().removeIf(name -> name.startsWith(prefix));
    return changed;
  }

  private static Map<String, HostTensor> with(
      Map<String, HostTensor> state, String name, String source) {
    Map<String, HostTensor> changed = new LinkedHashMap<>(state);
    changed.put(name, Objects.requireNonNull(state.get(source)));
    return changed;
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void explainsMismatches(String says, UnaryOperator<Map<String, HostTensor>> change) {
    Map<String, HostTensor> state =
        new ResNet(ModelSpec.resnet(BlockKind.BASIC, 14, 10, GateSpec.none()), 1).state();

    assertThatThrownBy(() -> recognized(change.apply(state), NONE))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("not a residual network of this program: ")
        .hasMessageContaining(says);
  }

  @Test
  void rejectsContradictedHints() {
    Map<String, HostTensor> state =
        new ResNet(ModelSpec.resnet(BlockKind.BASIC, 14, 10, GateSpec.none()), 1).state();
    assertThatThrownBy(
            () -> recognized(state, new Hints(GateKind.CLASSIFIER, null, null, null, null)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no gate");
  }
}
