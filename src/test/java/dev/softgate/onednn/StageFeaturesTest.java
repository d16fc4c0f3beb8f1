package dev.softgate.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.model.Architecture;
import dev.softgate.model.Backbone;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BaselineInitialization;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Layout;
import dev.softgate.model.Leg;
import dev.softgate.model.LibtorchEngine;
import dev.softgate.model.Mode;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.Pass;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.model.ShortcutKind;
import dev.softgate.model.StemKind;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The means behind each stage, of networks restored in stages. */
class StageFeaturesTest {

  private static final int IMAGES = 3;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static BackboneEngine engine(String name, ResNet network, DType type) {
    return name.equals("libtorch")
        ? new LibtorchEngine(type)
        : new OneDnnEngine(network.backbone(), type, 1, () -> Canvas.NONE);
  }

  private static ResNet inStages(ResNet network) {
    return ResNet.restoreInStages(network.spec(), network.state());
  }

  private static Tensor images() {
    return Tensor.ofImages(
        Device.CPU, RandomNetwork.pixels(IMAGES * 3 * 12 * 12, 8), IMAGES, 3, 12, 12);
  }

  private static ModelSpec plain(BlockKind block, int depth) {
    return ModelSpec.resnet(block, depth, 3, GateSpec.none());
  }

  private static ModelSpec gated(List<Integer> stages) {
    return ModelSpec.resnet(BlockKind.BASIC, 14, 3, StageGateSpec.of(GateKind.ENTROPY, stages));
  }

  private static List<ModelSpec> specs() {
    return List.of(
        plain(BlockKind.BASIC, 14),
        plain(BlockKind.BOTTLENECK, 20),
        gated(List.of(2, 3)),
        pooled(GateSpec.none()),
        pooled(StageGateSpec.of(GateKind.CLASSIFIER, List.of(3, 4))));
  }

  /** ImageNet's stem and four stages. */
  private static ModelSpec pooled(GateSpec gates) {
    List<Integer> units = List.of(1, 2, 2, 2);
    List<Integer> widths = List.of(8, 16, 24, 32);
    return new ModelSpec(
        Architecture.RESNET,
        BlockKind.BASIC,
        BlockKind.BASIC.depth(units),
        3,
        ShortcutKind.PROJECTION,
        gates,
        new Layout(StemKind.IMAGENET, units, widths, widths, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"libtorch", "onednn"})
  void lastStageAndLogitsAreThoseOfTheWholeNetwork(String engine) {
    for (ModelSpec spec : specs()) {
      for (DType type : types()) {
        ResNet whole = RandomNetwork.of(spec, 5);
        ResNet apart = inStages(whole);
        try (Scope scope = Scope.open();
            BackboneEngine first = engine(engine, whole, type);
            BackboneEngine second = engine(engine, apart, type)) {
          whole.runOn(first);
          apart.runOn(second);
          ResNet.Forward expected = whole.forward(images(), Mode.EVALUATION);
          ResNet.Forward found = apart.forward(images(), Mode.EVALUATION);
          assertThat(expected.stageFeatures()).isEmpty();
          assertThat(found.stageFeatures()).hasSize(spec.stages());
          assertThat(found.logits().toFloats()).isEqualTo(expected.logits().toFloats());
          assertThat(found.stageFeatures().get(spec.stages() - 1).toFloats())
              .isEqualTo(expected.features().toFloats());
        }
      }
    }
  }

  private static List<DType> types() {
    return TorchRuntime.hasFastBfloat16()
        ? List.of(DType.FLOAT32, DType.BFLOAT16)
        : List.of(DType.FLOAT32);
  }

  /** A gate cuts the network there too, and takes no part in what stage 2 computes. */
  @ParameterizedTest
  @ValueSource(strings = {"libtorch", "onednn"})
  void stageOfAPlainNetworkIsTheTapOfAGateThere(String engine) {
    ResNet whole = RandomNetwork.of(plain(BlockKind.BASIC, 14), 5);
    ResNet gate = new ResNet(gated(List.of(2)), 1);
    BaselineInitialization.initialize(gate, whole.state());
    ResNet apart = inStages(whole);
    try (Scope scope = Scope.open();
        BackboneEngine first = engine(engine, gate, DType.FLOAT32);
        BackboneEngine second = engine(engine, apart, DType.FLOAT32)) {
      Leg leg = gate.backbone().legs().get(0);
      Backbone.Taps taps = first.forward(leg, images(), Pass.EVALUATION);
      float[] expected = taps.o2().globalAveragePool().toFloats();
      apart.runOn(second);
      ResNet.Forward found = apart.forward(images(), Mode.EVALUATION);
      assertThat(found.stageFeatures().get(1).toFloats()).isEqualTo(expected);
      assertThat(found.stageFeatures().get(0).size(1)).isEqualTo(16);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"libtorch", "onednn"})
  void gatedStageHandsOutItsMix(String engine) {
    ResNet whole = RandomNetwork.of(gated(List.of(2, 3)), 5);
    ResNet apart = inStages(whole);
    try (Scope scope = Scope.open();
        BackboneEngine first = engine(engine, whole, DType.FLOAT32);
        BackboneEngine second = engine(engine, apart, DType.FLOAT32)) {
      apart.runOn(second);
      ResNet.Forward found = apart.forward(images(), Mode.EVALUATION);
      float[] g = found.gates().get(0).g().toFloats();
      Leg leg = whole.backbone().legs().get(0);
      Backbone.Taps taps = first.forward(leg, images(), Pass.EVALUATION);
      float[] o1 = taps.o1().globalAveragePool().toFloats();
      float[] o2 = taps.o2().globalAveragePool().toFloats();
      float[] mix = found.stageFeatures().get(1).toFloats();
      for (int i = 0; i < mix.length; i++) {
        double weight = g[i / (mix.length / IMAGES)];
        double expected = weight * o2[i] + (1 - weight) * o1[i];
        assertThat((double) mix[i]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void preactivationNetworksNormalizeTheLastStageAlone() {
    ModelSpec spec =
        new ModelSpec(
            Architecture.PRERESNET,
            BlockKind.BASIC,
            14,
            3,
            ShortcutKind.PROJECTION,
            GateSpec.none());
    ResNet whole = RandomNetwork.of(spec, 5);
    ResNet apart = inStages(whole);
    assertThat(apart.state().keySet()).containsExactlyElementsOf(whole.state().keySet());
    try (Scope scope = Scope.open()) {
      float[] expected = whole.forward(images(), Mode.EVALUATION).features().toFloats();
      List<Tensor> found = apart.forward(images(), Mode.EVALUATION).stageFeatures();
      assertThat(found.get(2).toFloats()).isEqualTo(expected);
      assertThat(Stream.of(0, 1, 2).map(stage -> found.get(stage).size(1)))
          .containsExactly(16L, 32L, 64L);
    }
  }
}
