package dev.softgate.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BaselineInitializationTest {

  private static ModelSpec spec(BlockKind block, int depth, GateKind gate, int classes) {
    return ModelSpec.resnet(
        block, depth, classes, RandomNetwork.gate(gate, GateTap.ENTRY, GateCalibration.NORMALISED));
  }

  /** Twelve and fourteen units a stage: numbers of two digits, which must not be read as one. */
  @ParameterizedTest
  @CsvSource({"BASIC, 74, 12", "BASIC, 86, 14", "BOTTLENECK, 110, 12", "BASIC, 14, 2"})
  void initializesEveryUnitFromItsCounterpart(BlockKind block, int depth, int units) {
    Map<String, HostTensor> plain =
        RandomNetwork.of(spec(block, depth, GateKind.NONE, 3), 5).state();
    ResNet network = new ResNet(spec(block, depth, GateKind.CLASSIFIER, 3), 6);
    Map<String, HostTensor> drawn = network.state();

    BaselineInitialization.initialize(network, plain);

    Map<String, HostTensor> state = network.state();
    for (String part : new String[] {"conv1.weight", "bn2.bias", "bn1.running_var"}) {
      assertEqual(state, "o1." + part, plain, "layer3.0." + part);
      assertEqual(state, "o2." + part, plain, "layer3." + (units - 1) + "." + part);
      for (int i = 0; i < units - 2; i++) {
        assertEqual(state, "layer3." + i + "." + part, plain, "layer3." + (i + 1) + "." + part);
      }
      for (int i = 0; i < units; i++) {
        assertEqual(state, "layer2." + i + "." + part, plain, "layer2." + i + "." + part);
      }
    }
    for (String name : new String[] {"conv1.weight", "bn1.bias", "fc.weight", "fc.bias"}) {
      assertEqual(state, name, plain, name);
    }
    for (String name : network.ownGateParameters().keySet()) {
      assertEqual(state, name, drawn, name);
    }
    assertThat(state).hasSize(plain.size() + network.ownGateParameters().size());
  }

  @Test
  void mapsLaterGatesToTheSameNames() {
    Map<String, HostTensor> plain =
        RandomNetwork.of(spec(BlockKind.BASIC, 26, GateKind.NONE, 3), 5).state();
    ResNet network = new ResNet(ModelSpec.resnet(BlockKind.BASIC, 26, 3, Family.late()), 6);
    BaselineInitialization.initialize(network, plain);
    Map<String, HostTensor> state = network.state();
    for (int i = 0; i < 4; i++) {
      String unit = "layer2." + i + ".conv1.weight";
      assertEqual(state, unit, plain, unit);
    }
    assertEqual(state, "o31.conv1.weight", plain, "layer3.0.conv1.weight");
    assertEqual(state, "layer3.0.conv1.weight", plain, "layer3.1.conv1.weight");
    assertEqual(state, "o32.conv1.weight", plain, "layer3.3.conv1.weight");
  }

  private static void assertEqual(
      Map<String, HostTensor> state, String name, Map<String, HostTensor> other, String source) {
    assertThat(requireNonNull(state.get(name), name).data())
        .as("%s from %s", name, source)
        .isEqualTo(requireNonNull(other.get(source), source).data());
  }

  static Stream<Arguments> misfits() {
    HostTensor three = HostTensor.ofFloats(new float[3], 3);
    return Stream.of(
        misfit(
            "a name too many",
            "its layer3.2.conv1.weight has no place",
            s -> s.put("layer3.2.conv1.weight", three)),
        misfit("a name of no unit", "its stem has no place", s -> s.put("stem", three)),
        misfit(
            "a gate's name",
            "its g_layer.1.bias has no place",
            s -> s.put("g_layer.1.bias", three)),
        misfit(
            "a parameter missing",
            "it has no layer3.1.bn2.bias",
            s -> s.remove("layer3.1.bn2.bias")),
        misfit(
            "a statistic missing", "it has no bn1.running_mean", s -> s.remove("bn1.running_mean")),
        misfit(
            "another shape",
            "its fc.bias has shape [4], where this network has [3]",
            s -> s.put("fc.bias", HostTensor.ofFloats(new float[4], 4))));
  }

  private static Arguments misfit(
      String name, String says, Consumer<Map<String, HostTensor>> change) {
    return Arguments.of(name, says, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misfits")
  void rejectsMismatchesWithoutChanges(
      String name, String says, Consumer<Map<String, HostTensor>> change) {
    Map<String, HostTensor> plain =
        new ResNet(spec(BlockKind.BASIC, 14, GateKind.NONE, 3), 5).state();
    change.accept(plain);

    assertRefused(plain, says);
  }

  @ParameterizedTest
  @CsvSource({
    "BASIC, 20, NONE, 3, its layer1.2.conv1.weight has no place",
    "BASIC, 8, NONE, 3, it has no layer1.1.conv1.weight",
    "BOTTLENECK, 20, NONE, 3, 'its layer1.0.conv1.weight has shape [16, 16, 1, 1], where'",
    "BASIC, 14, NONE, 4, 'its fc.weight has shape [4, 64], where this network has [3, 64]'",
    "BASIC, 14, CLASSIFIER, 3, it has no layer3.0.conv1.weight"
  })
  void rejectsAnotherNetwork(
      BlockKind block, int depth, GateKind gate, int classes, String difference) {
    assertRefused(new ResNet(spec(block, depth, gate, classes), 5).state(), difference);
  }

  private static void assertRefused(Map<String, HostTensor> baseline, String... says) {
    ResNet network = new ResNet(spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, 3), 6);
    Map<String, HostTensor> before = network.state();

    assertThatThrownBy(() -> BaselineInitialization.initialize(network, baseline))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no baseline of this network (depth 14, BASIC, 3 classes)")
        .hasMessageContainingAll(says)
        .message()
        .hasLineCount(1);
    network.state().forEach((name, tensor) -> assertEqual(network.state(), name, before, name));
  }

  @Test
  void copiesAPlainNetwork() {
    Map<String, HostTensor> plain =
        RandomNetwork.of(spec(BlockKind.BASIC, 14, GateKind.NONE, 3), 5).state();
    ResNet network = new ResNet(spec(BlockKind.BASIC, 14, GateKind.NONE, 3), 6);

    BaselineInitialization.initialize(network, plain);

    plain.forEach((name, tensor) -> assertEqual(network.state(), name, plain, name));
  }

  @ParameterizedTest
  @CsvSource({"CLASSIFIER, 7", "CLASSIFIER, 3", "NONE, 7", "EXCLUSIVE, 2"})
  void copiesFeaturesWithoutTheClassifier(GateKind gate, int classes) {
    Map<String, HostTensor> plain =
        RandomNetwork.of(spec(BlockKind.BASIC, 20, GateKind.NONE, 3), 5).state();
    ResNet network = new ResNet(spec(BlockKind.BASIC, 20, gate, classes), 6);
    Map<String, HostTensor> drawn = network.state();

    ModelSpec source = spec(BlockKind.BASIC, 20, GateKind.NONE, 3);
    BaselineInitialization.Taken taken =
        BaselineInitialization.initializeFeatures(network, source, plain);

    Map<String, HostTensor> state = network.state();
    for (String name : state.keySet()) {
      if (network.isGate(name) || name.startsWith("fc.")) {
        assertEqual(state, name, drawn, name);
      }
    }
    Map<String, String> units =
        BaselineInitialization.unitNames(spec(BlockKind.BASIC, 20, gate, classes));
    units.forEach(
        (from, to) ->
            assertEqual(state, to + ".bn2.running_var", plain, from + ".bn2.running_var"));
    assertThat(units).hasSize(9);
    assertThat(taken.units()).isEqualTo(9);
    assertThat(taken.passedOver()).containsExactly("fc");
    assertThat(taken.drawn()).contains("fc").hasSize(gate == GateKind.NONE ? 1 : 2);
    assertEqual(state, "conv1.weight", plain, "conv1.weight");
  }

  /** From a gate on stage 3 to gates on stages 2 and 3, and to none: three sets of names. */
  @ParameterizedTest
  @CsvSource({"NONE", "CLASSIFIER"})
  void copiesFeaturesOfAGatedNetwork(GateKind gate) {
    ModelSpec source = spec(BlockKind.BASIC, 26, GateKind.CLASSIFIER, 3);
    Map<String, HostTensor> trained = RandomNetwork.of(source, 5).state();
    ModelSpec wanted =
        gate == GateKind.NONE
            ? spec(BlockKind.BASIC, 26, gate, 7)
            : ModelSpec.resnet(BlockKind.BASIC, 26, 7, Family.late());
    ResNet network = new ResNet(wanted, 6);
    Map<String, HostTensor> drawn = network.state();

    BaselineInitialization.Taken taken =
        BaselineInitialization.initializeFeatures(network, source, trained);

    Map<String, String> from = BaselineInitialization.unitNames(source);
    Map<String, String> to = BaselineInitialization.unitNames(wanted);
    Map<String, HostTensor> state = network.state();
    from.forEach(
        (plain, name) ->
            assertEqual(state, to.get(plain) + ".conv2.weight", trained, name + ".conv2.weight"));
    for (String name : state.keySet()) {
      if (network.isGate(name) || name.startsWith("fc.")) {
        assertEqual(state, name, drawn, name);
      }
    }
    assertThat(taken.passedOver()).containsExactlyInAnyOrder("fc", "g_layer");
  }

  /** A gate that predicts no classes is part of the features; one that does is not. */
  @ParameterizedTest
  @CsvSource({"EXCLUSIVE, true", "CLASSIFIER, false"})
  void takesAlikeGatesThatPredictNoClasses(GateKind gate, boolean takes) {
    ModelSpec source = spec(BlockKind.BASIC, 20, gate, 3);
    Map<String, HostTensor> trained = RandomNetwork.of(source, 5).state();
    ResNet network = new ResNet(source, 6);
    Map<String, HostTensor> drawn = network.state();

    BaselineInitialization.initializeFeatures(network, source, trained);

    Map<String, HostTensor> state = network.state();
    List<String> gates = state.keySet().stream().filter(network::isGate).toList();
    assertThat(gates).isNotEmpty();
    gates.forEach(name -> assertEqual(state, name, takes ? trained : drawn, name));
  }

  @Test
  void rejectsFeaturesOfAnotherNetwork() {
    ResNet network = new ResNet(spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, 3), 6);
    Map<String, HostTensor> before = network.state();
    ModelSpec deeper = spec(BlockKind.BASIC, 20, GateKind.NONE, 5);

    assertThatThrownBy(
            () ->
                BaselineInitialization.initializeFeatures(
                    network, deeper, new ResNet(deeper, 5).state()))
        .isInstanceOf(BadInputException.class)
        .hasMessage("its layer1.2.conv1.weight has no place in this network");
    before.forEach((name, tensor) -> assertEqual(network.state(), name, before, name));
  }
}
