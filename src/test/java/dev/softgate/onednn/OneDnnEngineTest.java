package dev.softgate.onednn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BlockKind;
import dev.softgate.model.LibtorchEngine;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.Pass;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.torch.DType;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.TrainingStep;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against the plain path on libtorch, from the same weights and images. */
class OneDnnEngineTest {

  private static final TrainingStep.Rates RATES = new TrainingStep.Rates(1, 1);

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static Function<ResNet, BackboneEngine> libtorch(DType type) {
    return network -> new LibtorchEngine(network.backbone(), type);
  }

  private static Function<ResNet, BackboneEngine> onednn(DType type, int threads) {
    return network -> new OneDnnEngine(network.backbone(), type, DType.FLOAT32, threads);
  }

  private static Tensor images(int count, int height, int width) {
    return Tensor.ofImages(
        RandomNetwork.pixels(count * 3 * height * width, 8), count, 3, height, width);
  }

  private static Tensor labels(int count) {
    return Tensor.ofLabels(new Random(3).ints(count, 0, 3).toArray());
  }

  /** The state after steps without momentum and decay at rate 1: minus the gradients, added up. */
  private static Map<String, HostTensor> trained(
      ModelSpec spec,
      Function<ResNet, BackboneEngine> make,
      int count,
      int height,
      int width,
      boolean... backboneSteps) {
    ResNet network = RandomNetwork.of(spec, 7);
    TrainingStep step = new TrainingStep(network, 0, 0);
    try (BackboneEngine engine = make.apply(network);
        Scope scope = Scope.open()) {
      network.runOn(engine);
      for (boolean moves : backboneSteps) {
        step.run(images(count, height, width), labels(count), RATES, moves);
      }
    }
    return network.state();
  }

  private static float[] logits(
      ModelSpec spec, Function<ResNet, BackboneEngine> make, int count, int height, int width) {
    ResNet network = RandomNetwork.of(spec, 7);
    try (BackboneEngine engine = make.apply(network);
        Scope scope = Scope.open()) {
      network.runOn(engine);
      return network.forward(images(count, height, width), Pass.EVALUATION).logits().toFloats();
    }
  }

  static Stream<Arguments> networksAndBatches() {
    return Stream.of(
        Arguments.of(BlockKind.BASIC, 14, GateKind.CLASSIFIER, 8, 32, 32, 1),
        Arguments.of(BlockKind.BASIC, 14, GateKind.CLASSIFIER, 19, 16, 16, 2),
        Arguments.of(BlockKind.BASIC, 8, GateKind.NONE, 3, 9, 7, 2),
        Arguments.of(BlockKind.BASIC, 14, GateKind.NONE, 33, 12, 20, 3),
        Arguments.of(BlockKind.BOTTLENECK, 20, GateKind.CLASSIFIER, 10, 16, 16, 2),
        Arguments.of(BlockKind.BOTTLENECK, 11, GateKind.NONE, 5, 8, 8, 1));
  }

  @ParameterizedTest
  @MethodSource("networksAndBatches")
  void givesTheGradientsAndStatisticsOfThePlainPath(
      BlockKind block, int depth, GateKind gate, int count, int height, int width, int threads) {
    ModelSpec spec = RandomNetwork.spec(block, depth, gate, GateTap.ENTRY);
    Map<String, HostTensor> before = RandomNetwork.of(spec, 7).state();
    Map<String, HostTensor> plain =
        trained(spec, libtorch(DType.FLOAT32), count, height, width, true);
    Map<String, HostTensor> fused =
        trained(spec, onednn(DType.FLOAT32, threads), count, height, width, true);

    fused.forEach(
        (name, tensor) -> {
          float[] start = requireNonNull(before.get(name)).toFloats();
          float[] wanted = change(start, requireNonNull(plain.get(name)).toFloats());
          float[] given = change(start, tensor.toFloats());
          assertThat(norm(change(wanted, given)))
              .as("error of the change of %s, of norm %s", name, norm(wanted))
              .isLessThanOrEqualTo(1e-5 + 2e-3 * norm(wanted));
        });
  }

  @ParameterizedTest
  @MethodSource("networksAndBatches")
  void givesTheLogitsOfThePlainPath(
      BlockKind block, int depth, GateKind gate, int count, int height, int width, int threads) {
    ModelSpec spec = RandomNetwork.spec(block, depth, gate, GateTap.EXIT);

    assertThat(logits(spec, onednn(DType.FLOAT32, threads), count, height, width))
        .containsExactly(
            logits(spec, libtorch(DType.FLOAT32), count, height, width), within(1e-4f));
  }

  @Test
  void movesTheGateAloneWhereTheBackboneDoesNotStep() {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, GateTap.ENTRY);
    Map<String, HostTensor> plain = trained(spec, libtorch(DType.FLOAT32), 8, 16, 16, false, false);
    Map<String, HostTensor> fused =
        trained(spec, onednn(DType.FLOAT32, 2), 8, 16, 16, false, false);

    Map<String, HostTensor> before = RandomNetwork.of(spec, 7).state();
    fused.forEach(
        (name, tensor) -> {
          boolean kept = !name.startsWith("g_layer.") && !name.matches(".*(running|tracked).*");
          float[] wanted = requireNonNull((kept ? before : plain).get(name)).toFloats();
          assertThat(tensor.toFloats()).as(name).containsExactly(wanted, within(kept ? 0f : 1e-3f));
        });
  }

  @Test
  void evaluatesTheWeightsAsTheyAreAfterAStepAndALoad() {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, GateTap.ENTRY);
    ResNet network = RandomNetwork.of(spec, 7);
    TrainingStep step = new TrainingStep(network, 0, 0);
    try (BackboneEngine fused = onednn(DType.FLOAT32, 2).apply(network);
        BackboneEngine plain = libtorch(DType.FLOAT32).apply(network);
        Scope scope = Scope.open()) {
      Tensor images = images(8, 16, 16);
      network.runOn(fused);
      network.forward(images, Pass.EVALUATION);
      step.run(images, labels(8), new TrainingStep.Rates(0.1, 0.1), true);
      assertSameLogits(network, fused, plain, images);
      network.load(RandomNetwork.of(spec, 9).state());
      assertSameLogits(network, fused, plain, images);
    }
  }

  private static void assertSameLogits(
      ResNet network, BackboneEngine fused, BackboneEngine plain, Tensor images) {
    network.runOn(fused);
    float[] given = network.forward(images, Pass.EVALUATION).logits().toFloats();
    network.runOn(plain);
    float[] wanted = network.forward(images, Pass.EVALUATION).logits().toFloats();
    network.runOn(fused);
    assertThat(given).containsExactly(wanted, within(1e-4f));
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, 1", "FLOAT32, 2", "BFLOAT16, 2"})
  void repeatsBitByBitWhateverBatchCameBetween(DType type, int threads) {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, GateTap.ENTRY);
    Function<ResNet, BackboneEngine> other =
        network -> {
          BackboneEngine engine = onednn(type, threads).apply(network);
          network.runOn(engine);
          try (Scope scope = Scope.open()) {
            network.forward(images(5, 8, 8), Pass.EVALUATION);
          }
          return engine;
        };

    Map<String, HostTensor> first = trained(spec, onednn(type, threads), 19, 16, 16, true, true);
    Map<String, HostTensor> again = trained(spec, other, 19, 16, 16, true, true);

    again.forEach(
        (name, tensor) ->
            assertThat(tensor.data()).as(name).isEqualTo(requireNonNull(first.get(name)).data()));
  }

  @Test
  void theForwardPassDoesNotDependOnTheThreads() {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, GateTap.ENTRY);
    Map<String, HostTensor> one = trained(spec, onednn(DType.BFLOAT16, 1), 33, 16, 16, false);
    Map<String, HostTensor> three = trained(spec, onednn(DType.BFLOAT16, 3), 33, 16, 16, false);

    one.forEach(
        (name, tensor) ->
            assertThat(tensor.data()).as(name).isEqualTo(requireNonNull(three.get(name)).data()));
  }

  @Test
  void bfloat16GradientsPointWhereThoseOfFloat32Do() {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, GateTap.ENTRY);
    Map<String, HostTensor> before = RandomNetwork.of(spec, 7).state();
    Map<String, HostTensor> plain = trained(spec, libtorch(DType.FLOAT32), 32, 16, 16, true);
    Map<String, HostTensor> fused = trained(spec, onednn(DType.BFLOAT16, 2), 32, 16, 16, true);

    fused.forEach(
        (name, tensor) -> {
          if (name.matches(".*(running|tracked).*")) {
            return;
          }
          float[] start = requireNonNull(before.get(name)).toFloats();
          float[] wanted = change(start, requireNonNull(plain.get(name)).toFloats());
          float[] given = change(start, tensor.toFloats());
          assertThat(dot(wanted, given) / (norm(wanted) * norm(given)))
              .as("cosine of the gradients of %s", name)
              .isGreaterThan(0.97);
        });
  }

  private static float[] change(float[] from, float[] to) {
    float[] change = new float[from.length];
    for (int i = 0; i < change.length; i++) {
      change[i] = to[i] - from[i];
    }
    return change;
  }

  private static double norm(float[] values) {
    return Math.sqrt(dot(values, values));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
