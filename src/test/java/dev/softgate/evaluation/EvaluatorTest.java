package dev.softgate.evaluation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.Choice;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.engine.Precision;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.features.Features;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.CheckpointStore;
import dev.softgate.training.TinyTraining;
import dev.softgate.training.Trainer;
import dev.softgate.training.TrainingData;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorTest {

  private static final ImageSet IMAGES = TinyTraining.images(9, 4);
  private static final Normalization NORMALIZATION = Normalization.of(IMAGES);

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static ResNet network(GateKind gate) {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, gate, GateTap.ENTRY);
    return RandomNetwork.of(spec, 3);
  }

  @Test
  void batchEqualsSingleImages() {
    Evaluator evaluator = new Evaluator(network(GateKind.CLASSIFIER), NORMALIZATION);

    Predictions all = evaluator.evaluate(IMAGES, IntStream.range(0, IMAGES.count()).toArray());
    for (int id = 0; id < IMAGES.count(); id++) {
      Predictions one = evaluator.evaluate(IMAGES, new int[] {id});

      assertThat(all.ids()[id]).isEqualTo(one.ids()[0]).isEqualTo(id);
      assertThat(all.labels()[id]).isEqualTo(one.labels()[0]);
      for (int k = 0; k < all.classes(); k++) {
        int at = id * all.classes() + k;
        assertThat(all.logits()[at]).isCloseTo(one.logits()[k], within(1e-5f));
        assertThat(requireNonNull(all.gates().get(0).logits())[at])
            .isCloseTo(requireNonNull(one.gates().get(0).logits())[k], within(1e-5f));
      }
      assertThat(requireNonNull(all.g())[id]).isCloseTo(requireNonNull(one.g())[0], within(1e-5f));
      assertThat(requireNonNull(all.entropyNats())[id])
          .isCloseTo(requireNonNull(one.entropyNats())[0], within(1e-5f));
    }
  }

  @Test
  void keepsTheRequestedOrder() {
    ImageSet many = TinyTraining.images(200, 4);
    int[] ids = IntStream.range(0, 150).map(i -> (i * 7) % 200).toArray();
    Evaluator evaluator = new Evaluator(network(GateKind.NONE), NORMALIZATION);

    Predictions predictions = evaluator.evaluate(many, ids);

    assertThat(predictions.ids()).containsExactly(ids);
    assertThat(predictions.labels())
        .containsExactly(IntStream.of(ids).map(id -> many.labels()[id]).toArray());
    Predictions last = evaluator.evaluate(many, new int[] {ids[149]});
    assertThat(predictions.logits()[149 * 3]).isCloseTo(last.logits()[0], within(1e-5f));
    assertThat(predictions.gates()).isEmpty();
    assertThat(predictions.g()).isNull();
  }

  @Test
  void featuresAreTheInputOfTheClassifier() {
    ImageSet many = TinyTraining.images(200, 4);
    int[] ids = IntStream.range(0, 150).map(i -> (i * 7) % 200).toArray();
    ResNet network = network(GateKind.CLASSIFIER);
    Evaluator evaluator = new Evaluator(network, NORMALIZATION);

    Features features = evaluator.features(many, ids, 1, false);

    float[] logits = evaluator.evaluate(many, ids).logits();
    float[] recomputed =
        Scope.compute(
                () ->
                    network
                        .classifier()
                        .forward(
                            Tensor.ofFloats(
                                Device.CPU, features.values(), 150, features.dimensions())))
            .toFloats();
    assertThat(features.dimensions()).isEqualTo(network.spec().features());
    for (int i = 0; i < logits.length; i++) {
      assertThat(recomputed[i]).isCloseTo(logits[i], within(1e-5f));
    }
  }

  @Test
  void viewsAreImagesOneBelowTheOther() {
    ImageSet single = TinyTraining.images(6, 4);
    int height = single.height(0);
    int plane = height * single.width(0);
    byte[] stacked = new byte[2 * 3 * 3 * plane]; // images 0 and 1 with views 0-2 and 3-5
    for (int view = 0; view < 6; view++) {
      byte[] pixels = single.pixels(view);
      for (int c = 0; c < 3; c++) {
        int to = ((view / 3 * 3 + c) * 3 + view % 3) * plane;
        System.arraycopy(pixels, c * plane, stacked, to, plane);
      }
    }
    ImageSet views = ImageSet.of(stacked, new int[2], 3, 3 * height, single.width(0));
    Evaluator evaluator = new Evaluator(network(GateKind.NONE), NORMALIZATION);
    int[] six = {0, 1, 2, 3, 4, 5};

    Features of = evaluator.features(views, new int[] {0, 1}, 3, true);

    assertThat(of.dimensions()).isEqualTo(3 * evaluator.network().spec().features());
    assertThat(of.values()).isEqualTo(evaluator.features(single, six, 1, true).values());
    assertThatThrownBy(() -> evaluator.features(single, six, 5, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void mirroredFeaturesAverageAnImageAndItsMirrorImage() {
    byte[] pixels = IMAGES.pixels(0);
    byte[] both = Arrays.copyOf(pixels, 2 * pixels.length);
    int width = IMAGES.width(0);
    for (int i = 0; i < pixels.length; i++) {
      both[pixels.length + i] = pixels[i / width * width + width - 1 - i % width];
    }
    ImageSet pair = ImageSet.of(both, new int[2], 3, IMAGES.height(0), width);
    Evaluator evaluator = new Evaluator(network(GateKind.NONE), NORMALIZATION);

    float[] single = evaluator.features(pair, new int[] {0, 1}, 1, false).values();
    float[] averaged = evaluator.features(pair, new int[] {0, 1}, 1, true).values();

    int dimensions = averaged.length / 2;
    for (int c = 0; c < dimensions; c++) {
      float mean = (single[c] + single[dimensions + c]) / 2;
      assertThat(averaged[c]).isCloseTo(mean, within(1e-5f));
      assertThat(averaged[dimensions + c]).isCloseTo(mean, within(1e-5f));
    }
    assertThat(single[0]).isNotEqualTo(single[dimensions]);
  }

  @ParameterizedTest
  @EnumSource
  void nativeObjectsDoNotGrowWithBatches(GateKind gate) {
    Evaluator evaluator = new Evaluator(network(gate), NORMALIZATION);
    int[] ids = {0, 1, 2};
    evaluator.evaluate(IMAGES, ids);
    long before = TorchRuntime.livePointers();
    for (int i = 0; i < 50; i++) {
      evaluator.evaluate(IMAGES, ids);
    }
    assertThat(TorchRuntime.livePointers()).isLessThanOrEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"libtorch", "onednn"})
  void bfloat16IsCloseToFloat32(String engine) {
    assumeThat(TorchRuntime.hasFastBfloat16())
        .as("skipped: the processor has no bfloat16 arithmetic")
        .isTrue();
    TrainingData data = TinyTraining.data(60, 0, 60);
    ResNet network = new ResNet(TinyTraining.config().model().spec(TinyTraining.CLASSES), 1);
    new Trainer(TinyTraining.config(), data, network, new CheckpointStore(folder), List.of())
        .train(() -> false);

    Predictions exact = predictions(network, "libtorch", "fp32", data);
    Predictions fast = predictions(network, engine, "bf16", data);

    assertThat(fast.logits()).isNotEqualTo(exact.logits());
    for (int i = 0; i < exact.logits().length; i++) {
      assertThat(fast.logits()[i]).isCloseTo(exact.logits()[i], within(0.1f));
    }
  }

  private static Predictions predictions(
      ResNet network, String engine, String precision, TrainingData data) {
    try (BackboneEngine attached =
        Compute.choose(
                Choice.of(Engine.class, engine),
                Choice.of(Precision.class, precision),
                1,
                network.spec())
            .attach(network)) {
      return new Evaluator(network, data.normalization())
          .evaluate(data.dataset().test(), data.test());
    }
  }

  @Test
  void metricsMatchTheArrays() {
    float[] logits = {2, 0, 0, 0, 1, 1, 0, 0, 5};
    Predictions predictions =
        new Predictions(
            new int[] {4, 5, 6},
            new int[] {0, 2, 2},
            3,
            logits,
            List.of(
                new GateValues("b3", new float[] {0.25f, 0.5f, 0.75f}, new float[3], new float[9])),
            null);

    assertThat(predictions.predicted()).containsExactly(0, 1, 2); // the lowest if tied
    assertThat(predictions.probabilities(1)[0]).isCloseTo(1 / (1 + 2 * Math.E), within(1e-12));
    assertThat(predictions.metrics().accuracy()).isEqualTo(2 / 3.0);
    assertThat(predictions.metrics().gateLoss()).isCloseTo(Math.log(3), within(1e-12));
    assertThat(predictions.metrics().meanGate()).isEqualTo(0.5);
    double loss =
        (Math.log(1 + 2 * Math.exp(-2))
                + Math.log(2 + Math.exp(-1))
                + Math.log(1 + 2 * Math.exp(-5)))
            / 3;
    assertThat(predictions.metrics().classificationLoss()).isCloseTo(loss, within(1e-12));
  }
}
