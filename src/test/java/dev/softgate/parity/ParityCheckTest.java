package dev.softgate.parity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.BadInputException;
import dev.softgate.SharedFolder;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ModelSpec;
import dev.softgate.parity.GoldenFile.GoldenBatch;
import dev.softgate.parity.GoldenFile.Recipe;
import dev.softgate.parity.ParityReport.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParityCheckTest {

  private static final String PLAIN = "baseline_resnet_basic14_c10";
  private static final String GATED = "gate_classifier_exit_basic14_c100_iters2";

  @ParameterizedTest
  @ValueSource(strings = {PLAIN, GATED})
  void computesWhatThePublishedModelsDo(String name) {
    assertPasses(GoldenFolder.own(name));
  }

  @TestFactory
  Stream<DynamicTest> computesWhatThePublishedModelsDoInEveryFileBesideTheProject()
      throws IOException {
    Optional<Path> folder = SharedFolder.find("golden");
    assumeThat(folder)
        .as("skipped: no folder shared/golden beside the project; only its own files are tested")
        .isPresent();
    List<Path> files = GoldenFolder.covered(folder.orElseThrow());
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(file.getFileName().toString(), () -> assertPasses(file)));
  }

  private static void assertPasses(Path file) {
    GoldenFile golden = GoldenFile.read(file);

    ParityReport report = ParityCheck.run(golden);

    assertThat(report.quantities()).allMatch(Quantity::within);
    assertThat(report.passed()).isTrue();
    List<String> names = new ArrayList<>();
    golden.evaluation().keySet().forEach(output -> names.add("eval." + output));
    names.add("loss.cls");
    if (golden.spec().gated()) {
      names.add("loss.gate_ce");
    }
    names.add("after.l2_norm");
    assertThat(report.quantities()).extracting(Quantity::name).containsExactlyElementsOf(names);
  }

  static Stream<Arguments> alterations() {
    return Stream.of(
        alteration("one weight", "eval.logits", golden -> withWeight(golden, "o1.conv1.weight")),
        alteration("one shift", "eval.logits", golden -> withWeight(golden, "bn1.bias")),
        alteration(
            "gate weight", "eval.gate_logits", golden -> withWeight(golden, "g_layer.1.bias")),
        alteration(
            "learning rate",
            "loss.cls",
            golden -> withRecipe(golden, r -> recipe(r, r.gateIters(), r.lr() * 1.2, r.lrGate()))),
        alteration(
            "gate learning rate",
            "loss.gate_ce",
            golden -> withRecipe(golden, r -> recipe(r, r.gateIters(), r.lr(), r.lrGate() * 1.2))),
        alteration(
            "gate iterations",
            "loss.cls",
            golden -> withRecipe(golden, r -> recipe(r, 1, r.lr(), r.lrGate()))),
        alteration(
            "momentum",
            "loss.gate_ce",
            golden ->
                withRecipe(
                    golden,
                    r -> new Recipe(r.gateIters(), r.lr(), r.lrGate(), 0, r.weightDecay()))),
        alteration(
            "gate tap",
            "eval.gate_logits",
            golden -> withSpec(golden, GateTap.ENTRY, GateCalibration.PUBLISHED)),
        alteration(
            "calibration",
            "eval.g",
            golden -> withSpec(golden, GateTap.EXIT, GateCalibration.UNSCALED)),
        alteration("order of batches", "loss.cls", ParityCheckTest::withBatchesReversed));
  }

  private static Arguments alteration(
      String name, String quantity, UnaryOperator<GoldenFile> change) {
    return Arguments.of(name, quantity, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("alterations")
  void failsWhereAnythingIsAltered(
      String name, String quantity, UnaryOperator<GoldenFile> alteration) {
    GoldenFile altered = alteration.apply(GoldenFile.read(GoldenFolder.own(GATED)));

    ParityReport report = ParityCheck.run(altered);

    assertThat(report.passed()).as(name).isFalse();
    assertThat(report.quantities())
        .filteredOn(q -> !q.within())
        .extracting(Quantity::name)
        .contains(quantity);
  }

  @Test
  void aNumberThatIsNoneIsNotWithinItsBound() {
    GoldenFile golden = GoldenFile.read(GoldenFolder.own(PLAIN));
    HostTensor weight = before(golden, "fc.bias");
    float[] values = weight.toFloats();
    values[3] = Float.NaN;

    ParityReport report =
        ParityCheck.run(withBefore(golden, "fc.bias", HostTensor.ofFloats(values, weight.shape())));

    assertThat(report.quantities()).noneMatch(Quantity::within).allMatch(q -> !q.where().isEmpty());
  }

  @Test
  void handsOutWhatItComputed() {
    GoldenFile golden = GoldenFile.read(GoldenFolder.own(GATED));
    String counter = "bn1.num_batches_tracked";

    Map<String, HostTensor> computed = ParityCheck.run(golden).computed();

    assertThat(computed)
        .containsKeys(
            "eval.logits",
            "eval.gate_logits",
            "eval.g",
            "loss.0.cls",
            "loss.0.gate_ce",
            "after.o1.conv1.weight",
            "after.g_layer.1.bias");
    assertThat(requireNonNull(computed.get("after." + counter)).toLongs()[0])
        .isEqualTo(before(golden, counter).toLongs()[0] + golden.batches().size());
  }

  @Test
  void aStateOfAnotherModelIsRefused() {
    GoldenFile golden = GoldenFile.read(GoldenFolder.own(PLAIN));

    assertThatThrownBy(
            () -> ParityCheck.run(withBefore(golden, "o1.conv1.weight", before(golden, "fc.bias"))))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(PLAIN, "before.* does not fit its model", "o1.conv1.weight");
  }

  private static HostTensor before(GoldenFile golden, String name) {
    return requireNonNull(golden.before().get(name), name);
  }

  private static GoldenFile withWeight(GoldenFile golden, String name) {
    HostTensor tensor = before(golden, name);
    float[] values = tensor.toFloats();
    values[0] += 0.25f;
    return withBefore(golden, name, HostTensor.ofFloats(values, tensor.shape()));
  }

  private static GoldenFile withBefore(GoldenFile golden, String name, HostTensor tensor) {
    Map<String, HostTensor> before = new LinkedHashMap<>(golden.before());
    before.put(name, tensor);
    return new GoldenFile(
        golden.name(),
        golden.spec(),
        golden.recipe(),
        before,
        golden.batches(),
        golden.evaluation(),
        golden.losses(),
        golden.normsAfter());
  }

  private static Recipe recipe(Recipe recipe, int gateIters, double lr, double lrGate) {
    return new Recipe(gateIters, lr, lrGate, recipe.momentum(), recipe.weightDecay());
  }

  private static GoldenFile withRecipe(GoldenFile golden, UnaryOperator<Recipe> change) {
    return new GoldenFile(
        golden.name(),
        golden.spec(),
        change.apply(golden.recipe()),
        golden.before(),
        golden.batches(),
        golden.evaluation(),
        golden.losses(),
        golden.normsAfter());
  }

  private static GoldenFile withSpec(GoldenFile golden, GateTap tap, GateCalibration calibration) {
    ModelSpec spec = golden.spec();
    return new GoldenFile(
        golden.name(),
        new ModelSpec(spec.block(), spec.depth(), spec.classes(), spec.gate(), tap, calibration),
        golden.recipe(),
        golden.before(),
        golden.batches(),
        golden.evaluation(),
        golden.losses(),
        golden.normsAfter());
  }

  private static GoldenFile withBatchesReversed(GoldenFile golden) {
    List<GoldenBatch> batches = new ArrayList<>();
    golden.batches().forEach(batch -> batches.add(0, batch));
    return new GoldenFile(
        golden.name(),
        golden.spec(),
        golden.recipe(),
        golden.before(),
        batches,
        golden.evaluation(),
        golden.losses(),
        golden.normsAfter());
  }
}
