package dev.softgate.parity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.SharedFolder;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.engine.Precision;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.Architecture;
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
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ParityCheckTest {

  private static final String PLAIN = "baseline_resnet_basic14_c10";
  private static final String GATED = "gate_classifier_exit_basic14_c100_iters2";
  private static final Compute PLAIN_PATH =
      Compute.choose(
          Engine.LIBTORCH, Precision.FP32, 1, GoldenFile.read(GoldenFolder.own(PLAIN)).spec());

  @ParameterizedTest
  @CsvSource({
    PLAIN + ",libtorch",
    GATED + ",libtorch",
    PLAIN + ",onednn",
    GATED + ",onednn",
  })
  void matchesThePublishedModels(String name, String engine) {
    assertPasses(GoldenFolder.own(name), engine);
  }

  @TestFactory
  Stream<DynamicTest> computesWhatThePublishedModelsDoInEveryFileBesideTheProject()
      throws IOException {
    List<Path> files = GoldenFolder.covered(SharedFolder.require("golden"));
    assertThat(files).hasSizeGreaterThanOrEqualTo(15);
    return files.stream()
        .flatMap(
            file ->
                Stream.of("libtorch", "onednn")
                    .map(
                        engine ->
                            DynamicTest.dynamicTest(
                                file.getFileName() + " on " + engine,
                                () -> assertPassesOrIsRefused(file, engine))));
  }

  /** The oneDNN engine runs what it supports, and refuses the rest before it computes. */
  private static void assertPassesOrIsRefused(Path file, String engine) {
    ModelSpec spec = GoldenFile.read(file).spec();
    boolean runs =
        spec.arch() != Architecture.PRERESNET
            && !List.of(GateKind.EXCLUSIVE, GateKind.SHORTCUT).contains(spec.gate().kind());
    if (engine.equals("libtorch") || runs) {
      assertPasses(file, engine);
    } else {
      assertThatThrownBy(
              () -> Compute.choose(Choice.of(Engine.class, engine), Precision.FP32, 2, spec))
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll("engine onednn does not support a", "libtorch");
      assertThat(Compute.choose(Engine.AUTO, Precision.FP32, 2, spec).engine())
          .isEqualTo(Engine.LIBTORCH);
    }
  }

  private static void assertPasses(Path file, String engine) {
    GoldenFile golden = GoldenFile.read(file);

    ParityReport report =
        ParityCheck.run(
            golden,
            Compute.choose(Choice.of(Engine.class, engine), Precision.FP32, 2, golden.spec()));

    assertThat(report.quantities()).allMatch(Quantity::within);
    assertThat(report.passed()).isTrue();
    List<String> names = new ArrayList<>();
    golden.evaluation().keySet().forEach(output -> names.add("eval." + output));
    names.add("loss.cls");
    if (golden.spec().gate().trainsItself()) {
      names.add("loss.gate_ce");
    }
    if (golden.spec().gate().penalty() != GatePenalty.NONE) {
      names.add("loss.gate_reg");
    }
    names.add("after.l2_norm");
    if (!golden.after().isEmpty()) {
      names.add("after.tensors");
    }
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
                    r ->
                        new Recipe(
                            r.gateIters(), r.lr(), r.lrGate(), 0, r.weightDecay(), r.lambdaMem()))),
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
  void detectsAlterations(String name, String quantity, UnaryOperator<GoldenFile> alteration) {
    GoldenFile altered = alteration.apply(GoldenFile.read(GoldenFolder.own(GATED)));

    ParityReport report = ParityCheck.run(altered, PLAIN_PATH);

    assertThat(report.passed()).as(name).isFalse();
    assertThat(report.quantities())
        .filteredOn(q -> !q.within())
        .extracting(Quantity::name)
        .contains(quantity);
  }

  @Test
  void nanExceedsEveryBound() {
    GoldenFile golden = GoldenFile.read(GoldenFolder.own(PLAIN));
    HostTensor weight = before(golden, "fc.bias");
    float[] values = weight.toFloats();
    values[3] = Float.NaN;

    ParityReport report =
        ParityCheck.run(
            withBefore(golden, "fc.bias", HostTensor.ofFloats(values, weight.shape())), PLAIN_PATH);

    assertThat(report.quantities()).noneMatch(Quantity::within).allMatch(q -> !q.where().isEmpty());
  }

  @Test
  void returnsItsResults() {
    GoldenFile golden = GoldenFile.read(GoldenFolder.own(GATED));
    String counter = "bn1.num_batches_tracked";

    Map<String, HostTensor> computed = ParityCheck.run(golden, PLAIN_PATH).computed();

    assertThat(computed)
        .containsKeys(
            "eval.logits",
            "eval.gate_logits",
            "eval.g",
            "eval.gate_loss",
            "loss.0.cls",
            "loss.0.gate_ce",
            "after.o1.conv1.weight",
            "after.g_layer.1.bias");
    assertThat(requireNonNull(computed.get("after." + counter)).toLongs()[0])
        .isEqualTo(before(golden, counter).toLongs()[0] + golden.batches().size());
  }

  @Test
  void rejectsAnotherModelsState() {
    GoldenFile golden = GoldenFile.read(GoldenFolder.own(PLAIN));

    assertThatThrownBy(
            () ->
                ParityCheck.run(
                    withBefore(golden, "o1.conv1.weight", before(golden, "fc.bias")), PLAIN_PATH))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(PLAIN, "before.* does not fit its model", "o1.conv1.weight");
  }

  @Test
  void comparesARecordedGateLoss() {
    GoldenFile golden = GoldenFile.read(GoldenFolder.own(GATED));
    float[] logits = requireNonNull(golden.evaluation().get("gate_logits")).toFloats();
    long[] labels = golden.batches().get(0).labels().toLongs();
    int classes = golden.spec().classes();
    double loss = 0;
    for (int i = 0; i < labels.length; i++) {
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += Math.exp(logits[i * classes + k]);
      }
      loss += (Math.log(sum) - logits[i * classes + (int) labels[i]]) / labels.length;
    }

    assertThat(failures(withGateLoss(golden, loss))).isEmpty();
    assertThat(failures(withGateLoss(golden, loss + 1e-3))).containsExactly("eval.gate_loss");
    assertThatThrownBy(
            () ->
                ParityCheck.run(
                    withGateLoss(GoldenFile.read(GoldenFolder.own(PLAIN)), 1), PLAIN_PATH))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("eval.gate_loss is not an output of its model");
  }

  private static GoldenFile withGateLoss(GoldenFile golden, double loss) {
    Map<String, HostTensor> evaluation = new LinkedHashMap<>(golden.evaluation());
    evaluation.put("gate_loss", HostTensor.ofFloats(new float[] {(float) loss}));
    return new GoldenFile(
        golden.name(),
        golden.spec(),
        golden.recipe(),
        golden.before(),
        golden.batches(),
        evaluation,
        golden.losses(),
        golden.normsAfter(),
        golden.after());
  }

  @Test
  void comparesARecordedFinalState() {
    GoldenFile golden = GoldenFile.read(GoldenFolder.own(GATED));
    Map<String, HostTensor> after = new LinkedHashMap<>();
    ParityCheck.run(golden, PLAIN_PATH)
        .computed()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith("after.")) {
                after.put(name.substring("after.".length()), tensor);
              }
            });
    assertThat(failures(withAfter(golden, after))).isEmpty();

    for (String name : List.of("o1.conv1.weight", "bn1.num_batches_tracked")) {
      Map<String, HostTensor> altered = new LinkedHashMap<>(after);
      HostTensor tensor = requireNonNull(after.get(name));
      altered.put(
          name, name.endsWith("tracked") ? HostTensor.ofLongs(new long[] {7}) : negated(tensor));
      assertThat(failures(withAfter(golden, altered)))
          .as("%s; the norms are as they were", name)
          .containsExactly("after.tensors");
    }

    assertThatThrownBy(
            () ->
                ParityCheck.run(
                    withAfter(golden, Map.of("fc", before(golden, "fc.bias"))), PLAIN_PATH))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("after.fc is not in its model's state");
  }

  private static HostTensor negated(HostTensor tensor) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = -values[i];
    }
    return HostTensor.ofFloats(values, tensor.shape());
  }

  private static GoldenFile withAfter(GoldenFile golden, Map<String, HostTensor> after) {
    return new GoldenFile(
        golden.name(),
        golden.spec(),
        golden.recipe(),
        golden.before(),
        golden.batches(),
        golden.evaluation(),
        golden.losses(),
        golden.normsAfter(),
        after);
  }

  private static List<String> failures(GoldenFile golden) {
    return ParityCheck.run(golden, PLAIN_PATH).quantities().stream()
        .filter(quantity -> !quantity.within())
        .map(Quantity::name)
        .toList();
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
        golden.normsAfter(),
        golden.after());
  }

  private static Recipe recipe(Recipe recipe, int gateIters, double lr, double lrGate) {
    return new Recipe(
        gateIters, lr, lrGate, recipe.momentum(), recipe.weightDecay(), recipe.lambdaMem());
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
        golden.normsAfter(),
        golden.after());
  }

  private static GoldenFile withSpec(GoldenFile golden, GateTap tap, GateCalibration calibration) {
    ModelSpec spec = golden.spec();
    return new GoldenFile(
        golden.name(),
        ModelSpec.resnet(
            spec.block(), spec.depth(), spec.classes(), StageGateSpec.classifier(tap, calibration)),
        golden.recipe(),
        golden.before(),
        golden.batches(),
        golden.evaluation(),
        golden.losses(),
        golden.normsAfter(),
        golden.after());
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
        golden.normsAfter(),
        golden.after());
  }
}
