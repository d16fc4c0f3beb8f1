package dev.softgate.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.StateRecognition.Hints;
import dev.softgate.model.StateRecognition.Recognized;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateNamesTest {

  private static final ModelSpec SPEC = ModelSpec.resnet(BlockKind.BASIC, 8, 10, GateSpec.none());
  private static final Map<String, HostTensor> STATE = new ResNet(SPEC, 1).state();
  private static final HostTensor ONE = HostTensor.ofLongs(new long[] {7});

  private static Map<String, HostTensor> named(UnaryOperator<String> naming) {
    Map<String, HostTensor> named = new LinkedHashMap<>();
    STATE.forEach((name, tensor) -> named.put(naming.apply(name), tensor));
    return named;
  }

  private static Recognized recognized(Map<String, HostTensor> tensors) {
    return StateRecognition.of(tensors, Hints.NONE, "");
  }

  @ParameterizedTest
  @CsvSource({
    "module.",
    "_orig_mod.",
    "module._orig_mod.",
    "_orig_mod.module.",
    "model.",
    "net.",
    "backbone.",
    "model._orig_mod.",
    "any.thing.",
    "1."
  })
  void stripsPrefixes(String prefix) {
    assertThat(recognized(named(name -> prefix + name)).state()).containsOnlyKeys(STATE.keySet());
  }

  @Test
  void stripsWrappersWithinNames() {
    assertThat(
            recognized(named(name -> name.replaceFirst("^(layer\\d\\.\\d)", "$1._orig_mod")))
                .state())
        .containsOnlyKeys(STATE.keySet());
  }

  @Test
  void findsTheClassifierBesideABackbone() {
    Map<String, HostTensor> apart =
        named(name -> name.startsWith("fc.") ? name.replace("fc.", "head.") : "backbone." + name);

    assertThat(recognized(apart).state()).containsOnlyKeys(STATE.keySet());
  }

  @Test
  void skipsOtherValues() {
    Map<String, HostTensor> tensors = named(name -> "module." + name);
    tensors.put("n_averaged", ONE);
    tensors.put("module.layer1.0.conv1.total_ops", ONE);
    tensors.put("module.total_ops", ONE);
    tensors.put("module.total_params", ONE);

    Recognized recognized = recognized(tensors);

    assertThat(recognized.state()).containsOnlyKeys(STATE.keySet());
    assertThat(recognized.counters()).containsOnlyKeys("n_averaged");
    assertThat(recognized.passedOver())
        .isEqualTo(Map.of("total_ops", "2 tensors", "total_params", "a tensor"));
  }

  @Test
  void skipsValuesOutsideTheNetwork() {
    Map<String, HostTensor> tensors = named(name -> "model." + name);
    tensors.put("criterion.weight", ONE);

    assertThat(recognized(tensors).passedOver()).isEqualTo(Map.of("criterion.*", "a tensor"));
  }

  @Test
  void rejectsSeveralNetworksUnlessOneIsChosen() {
    Map<String, HostTensor> tensors = named(name -> "student." + name);
    tensors.putAll(named(name -> "teacher." + name));

    assertThatThrownBy(() -> recognized(tensors))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("student (student.conv1.weight, ...)")
        .hasMessageContaining("teacher (teacher.conv1.weight, ...)")
        .hasMessageContaining("key");
    assertThat(StateRecognition.of(tensors, Hints.NONE, "teacher").passedOver())
        .containsOnlyKeys("student.*");
    assertThatThrownBy(() -> StateRecognition.of(tensors, Hints.NONE, "other"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("key other");
  }

  @Test
  void convertsElementTypes() {
    Map<String, HostTensor> halves = new LinkedHashMap<>();
    STATE.forEach(
        (name, tensor) ->
            halves.put(
                name,
                name.endsWith("num_batches_tracked")
                    ? HostTensor.ofFloats(new float[] {3}, 1)
                    : HostTensor.ofHalves(tensor.toFloats(), tensor.shape())));

    Map<String, HostTensor> state = recognized(halves).state();

    new ResNet(SPEC, 2).load(state);
    HostTensor counter = requireNonNull(state.get("bn1.num_batches_tracked"));
    assertThat(counter).hasToString("I64[]");
    assertThat(counter.toLongs()).containsExactly(3);
  }
}
