package dev.softgate.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.engine.Precision;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.OwnedChannelsSpec;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.model.Architecture;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Mode;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.model.ShortcutKind;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SkippingNetworkTest {

  private static final int SIDE = 16;
  private static final int PIXELS = 3 * SIDE * SIDE;
  private static final int CLASSES = 3;

  /** The first gated stage has two units before its gate and one after it. */
  private static final List<Integer> LATE = List.of(1, 3);

  private static ModelSpec spec(GateKind kind, GateTap tap, List<Integer> stages) {
    return new ModelSpec(
        Architecture.RESNET,
        BlockKind.BASIC,
        stages.equals(LATE) ? 20 : 14,
        CLASSES,
        stages.equals(LATE)
            ? ShortcutKind.PAD_END
            : stages.size() == 2 ? ShortcutKind.PAD : ShortcutKind.PROJECTION,
        gate(kind, tap, stages));
  }

  private static GateSpec gate(GateKind kind, GateTap tap, List<Integer> stages) {
    return switch (kind.family()) {
      case NONE -> GateSpec.none();
      case STAGE ->
          StageGateSpec.of(kind, stages)
              .looking(tap, GateCalibration.NORMALISED)
              .after(stages.equals(LATE) ? List.of(2, 1) : List.of());
      case UNIT -> UnitGateSpec.of(kind, stages);
      case CHANNELS -> new OwnedChannelsSpec(stages, 0.25, 0.1);
    };
  }

  /** A network's predictions on the heap. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Said(float[] logits, List<float[]> g, List<boolean[]> used) {

    int label(int image) {
      int best = 0;
      for (int k = 1; k < CLASSES; k++) {
        best = logits[image * CLASSES + k] > logits[image * CLASSES + best] ? k : best;
      }
      return best;
    }
  }

  private static Said say(SkippingNetwork network, float[] pixels, SkipRule rule) {
    try (Scope scope = Scope.open()) {
      int count = pixels.length / PIXELS;
      SkippingNetwork.Forward forward =
          network.forward(Tensor.ofImages(Device.CPU, pixels, count, 3, SIDE, SIDE), rule);
      return new Said(
          forward.logits().toFloats(),
          forward.gates().stream().map(gate -> gate.g().toFloats()).toList(),
          forward.used());
    }
  }

  private static float[] pixels(int count) {
    return RandomNetwork.pixels(count * PIXELS, 5);
  }

  private static float[] some(float[] pixels, int[] images) {
    float[] chosen = new float[images.length * PIXELS];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(pixels, images[i] * PIXELS, chosen, i * PIXELS, PIXELS);
    }
    return chosen;
  }

  static Stream<Arguments> networks() {
    return Stream.of("libtorch", "onednn")
        .flatMap(
            engine ->
                Stream.of(
                    Arguments.of(engine, List.of(3), "fp32"),
                    Arguments.of(engine, List.of(2, 3), "fp32"),
                    Arguments.of(engine, List.of(1, 2, 3), "fp32"),
                    Arguments.of(engine, List.of(2), "fp32"),
                    Arguments.of(engine, LATE, "fp32"),
                    Arguments.of(engine, List.of(2, 3), "bf16")));
  }

  private static Compute compute(String engine, String precision, ModelSpec spec) {
    assumeThat(precision.equals("fp32") || TorchRuntime.hasFastBfloat16())
        .as("skipped: the processor has no bfloat16 arithmetic")
        .isTrue();
    return Compute.choose(
        Choice.of(Engine.class, engine), Choice.of(Precision.class, precision), 2, spec);
  }

  /** Halfway between two neighboring g, so that rounding does not matter. */
  private static double between(float[] g) {
    float[] sorted = g.clone();
    Arrays.sort(sorted);
    int best = 0;
    for (int i = sorted.length / 4; i < 3 * sorted.length / 4; i++) {
      best = sorted[i + 1] - sorted[i] > sorted[best + 1] - sorted[best] ? i : best;
    }
    return (sorted[best] + (double) sorted[best + 1]) / 2;
  }

  /** Thresholds at which some images of each stage skip and others do not. */
  private static List<Double> thresholds(SkippingNetwork network, float[] pixels, int gates) {
    List<Double> thresholds = new ArrayList<>();
    for (int gate = 0; gate < gates; gate++) {
      List<Double> known = new ArrayList<>(thresholds);
      while (known.size() < gates) {
        known.add(0.0);
      }
      thresholds.add(between(say(network, pixels, SkipRule.atThresholds(known)).g().get(gate)));
    }
    return thresholds;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void batchEqualsSingleImages(String engine, List<Integer> stages, String type) {
    ModelSpec spec = spec(GateKind.CLASSIFIER, GateTap.ENTRY, stages);
    ResNet resnet = RandomNetwork.of(spec, 3);
    float[] pixels = pixels(21);
    float near = type.equals("fp32") ? 1e-5f : 1e-3f;
    try (BackboneEngine attached = compute(engine, type, spec).attach(resnet)) {
      for (SkipBlend blend : SkipBlend.values()) {
        SkippingNetwork network = new SkippingNetwork(resnet, blend);
        SkipRule rule = SkipRule.atThresholds(thresholds(network, pixels, stages.size()));
        Said together = say(network, pixels, rule);
        for (boolean[] used : together.used()) {
          assertThat(used).contains(true, false);
        }
        Random random = new Random(7);
        for (int batch : new int[] {1, 1, 2, 3, 8, 21}) {
          int[] images = random.ints(batch, 0, 21).toArray();
          Said apart = say(network, some(pixels, images), rule);
          for (int i = 0; i < batch; i++) {
            assertThat(apart.label(i)).isEqualTo(together.label(images[i]));
            for (int gate = 0; gate < stages.size(); gate++) {
              assertThat(apart.g().get(gate)[i])
                  .isCloseTo(together.g().get(gate)[images[i]], within(near));
              assertThat(apart.used().get(gate)[i]).isEqualTo(together.used().get(gate)[images[i]]);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void softBlendEqualsTheNetworkWithNothingSkipped(
      String engine, List<Integer> stages, String type) {
    ModelSpec spec = spec(GateKind.CLASSIFIER, GateTap.ENTRY, stages);
    ResNet resnet = RandomNetwork.of(spec, 3);
    float[] pixels = pixels(9);
    try (BackboneEngine attached = compute(engine, type, spec).attach(resnet);
        Scope scope = Scope.open()) {
      float[] ordinary =
          resnet
              .forward(Tensor.ofImages(Device.CPU, pixels, 9, 3, SIDE, SIDE), Mode.EVALUATION)
              .logits()
              .toFloats();
      SkippingNetwork network = new SkippingNetwork(resnet, SkipBlend.SOFT);
      float near = type.equals("fp32") ? 1e-5f : 0.05f;
      assertThat(say(network, pixels, SkipRule.path(-1)).logits())
          .containsExactly(ordinary, within(near));
      assertThat(say(network, pixels, SkipRule.path(0)).logits()).isNotEqualTo(ordinary);
    }
  }

  /** The expected results come from passes on which all images take the same path. */
  @ParameterizedTest
  @MethodSource("networks")
  void imagesFollowTheirGates(String engine, List<Integer> stages, String type) {
    ModelSpec spec = spec(GateKind.CLASSIFIER, GateTap.ENTRY, stages);
    ResNet resnet = RandomNetwork.of(spec, 4);
    int count = 13;
    float[] pixels = pixels(count);
    float near = type.equals("fp32") ? 1e-5f : 0.05f;
    try (BackboneEngine attached = compute(engine, type, spec).attach(resnet)) {
      for (SkipBlend blend : SkipBlend.values()) {
        SkippingNetwork network = new SkippingNetwork(resnet, blend);
        List<Said> paths =
            IntStream.range(0, 1 << stages.size())
                .mapToObj(path -> say(network, pixels, SkipRule.path(path)))
                .toList();
        Said mixed = say(network, pixels, (gate, image, g) -> (image + gate) % 3 != 0);
        for (int image = 0; image < count; image++) {
          int path = 0;
          for (int gate = 0; gate < stages.size(); gate++) {
            assertThat(mixed.used().get(gate)[image]).isEqualTo((image + gate) % 3 != 0);
            path |= mixed.used().get(gate)[image] ? 1 << gate : 0;
          }
          for (int k = 0; k < CLASSES; k++) {
            float alone = paths.get(path).logits()[image * CLASSES + k];
            assertThat(mixed.logits()[image * CLASSES + k])
                .isCloseTo(alone, within(near * Math.max(1, Math.abs(alone))));
          }
        }
      }
    }
  }

  /** g := 1 for images that pass, so g itself must not matter. */
  @Test
  void hardBlendUsesOnlyO2() {
    ModelSpec spec = spec(GateKind.SIGMOID, GateTap.ENTRY, List.of(3));
    ResNet resnet = RandomNetwork.of(spec, 4);
    SkippingNetwork network = new SkippingNetwork(resnet, SkipBlend.HARD);
    float[] pixels = pixels(4);
    try (Scope scope = Scope.open()) {
      ResNet.Forward whole =
          resnet.forward(Tensor.ofImages(Device.CPU, pixels, 4, 3, SIDE, SIDE), Mode.EVALUATION);
      float[] exit = resnet.classifier().forward(whole.taps().o2().globalAveragePool()).toFloats();
      float[] entry = resnet.classifier().forward(whole.taps().o1().globalAveragePool()).toFloats();
      assertThat(say(network, pixels, SkipRule.path(1)).logits())
          .containsExactly(exit, within(1e-5f));
      assertThat(say(network, pixels, SkipRule.path(0)).logits())
          .containsExactly(entry, within(1e-5f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"libtorch", "onednn"})
  void freesNativeObjects(String engine) {
    ModelSpec spec = spec(GateKind.CLASSIFIER, GateTap.ENTRY, List.of(2, 3));
    ResNet resnet = RandomNetwork.of(spec, 3);
    float[] pixels = pixels(11);
    try (BackboneEngine attached = compute(engine, "fp32", spec).attach(resnet)) {
      SkippingNetwork network = new SkippingNetwork(resnet, SkipBlend.HARD);
      Random random = new Random(3);
      SkipRule any = (gate, image, g) -> random.nextBoolean();
      IntStream.range(0, 20).forEach(i -> say(network, pixels, any));
      long before = TorchRuntime.livePointers();
      IntStream.range(0, 50).forEach(i -> say(network, pixels, any));
      assertThat(TorchRuntime.livePointers()).isLessThanOrEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"libtorch", "onednn"})
  void rejectsImagesOutOfRange(String name) {
    ModelSpec spec = spec(GateKind.CLASSIFIER, GateTap.ENTRY, List.of(3));
    ResNet resnet = RandomNetwork.of(spec, 3);
    try (BackboneEngine engine = compute(name, "fp32", spec).attach(resnet);
        Scope scope = Scope.open()) {
      Tensor images = Tensor.ofImages(Device.CPU, pixels(4), 4, 3, SIDE, SIDE);
      var leg = resnet.backbone().legs().get(0);
      Tensor o1 = engine.shared(leg, images);
      for (int[] wrong : new int[][] {{-1}, {4}, {0, 1, 2, 3, 4}, {Integer.MIN_VALUE}}) {
        assertThatThrownBy(() -> engine.additional(leg, o1, wrong))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThat(engine.additional(leg, o1, new int[] {3, 0}).shape()).startsWith(2);
    }
  }

  @Test
  void rejectsNetworksThatCannotSkip() {
    for (GateSpec gate :
        List.of(
            GateSpec.none(),
            spec(GateKind.CLASSIFIER, GateTap.EXIT, List.of(3)).gate(),
            spec(GateKind.EXCLUSIVE, GateTap.ENTRY, List.of(3)).gate())) {
      ResNet network = new ResNet(ModelSpec.resnet(BlockKind.BASIC, 14, CLASSES, gate), 1);
      assertThatThrownBy(() -> new SkippingNetwork(network, SkipBlend.HARD))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("nothing can be skipped: ");
    }
  }

  @Test
  void rulesKeepTheirRate() {
    for (double rate : new double[] {0, 0.25, 0.3, 0.75, 1}) {
      SkipRule rule = SkipRule.atRate(rate);
      long used = IntStream.range(0, 1000).filter(i -> rule.uses(0, i, 0.5f)).count();
      assertThat(1000 - used).isCloseTo(Math.round(1000 * rate), within(1L));
    }
  }

  @Test
  void selectsAndReplacesRows() {
    try (Scope scope = Scope.open()) {
      Tensor rows = Tensor.ofFloats(Device.CPU, new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
      assertThat(rows.select(new int[] {2, 0}).toFloats()).containsExactly(5, 6, 1, 2);
      assertThatThrownBy(() -> rows.select(new int[] {3}))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> rows.replaceInPlace(new int[] {-1}, rows.narrow(0, 0, 1)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> rows.replaceInPlace(new int[] {1}, rows))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> rows.replaceInPlace(new int[] {1}, rows.narrow(0, 0, 1).to(DType.BFLOAT16)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(rows.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      rows.replaceInPlace(new int[] {1}, Tensor.ofFloats(Device.CPU, new float[] {8, 9}, 1, 2));
      assertThat(rows.toFloats()).containsExactly(1, 2, 8, 9, 5, 6);
    }
  }
}
