package dev.softgate.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.gate.ChannelOwners;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.OwnedChannelsSpec;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OwnedChannelsNetworkTest {

  private static final int SIDE = 8;
  private static final int[] IDS = {4, 90, 17};

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static ResNet network(double share, double density, int... stages) {
    return RandomNetwork.of(
        ModelSpec.resnet(BlockKind.BASIC, 14, 3, Family.ownedChannels(share, density, stages)), 7);
  }

  private static ResNet.Forward forward(ResNet network, Pass pass, @Nullable ChannelOwners owners) {
    Tensor images =
        Tensor.ofImages(
            Device.CPU,
            RandomNetwork.pixels(IDS.length * 3 * SIDE * SIDE, 8),
            IDS.length,
            3,
            SIDE,
            SIDE);
    return network.forward(images, Mode.of(pass).owning(owners));
  }

  /** With the same weights: RandomNetwork's depend on the names alone. */
  @Test
  void equalsThePlainNetworkIfAllChannelsAreGeneral() {
    ResNet plain = RandomNetwork.of(ModelSpec.resnet(BlockKind.BASIC, 14, 3, GateSpec.none()), 7);
    try (Scope scope = Scope.open()) {
      assertThat(forward(network(1, 0.1, 2, 3), Pass.EVALUATION, null).logits().toFloats())
          .isEqualTo(forward(plain, Pass.EVALUATION, null).logits().toFloats());
    }
  }

  @Test
  void ownedChannelsAddNoParameters() {
    assertThat(network(0.25, 0.1, 2, 3).state().keySet())
        .isEqualTo(
            new ResNet(ModelSpec.resnet(BlockKind.BASIC, 14, 3, GateSpec.none()), 1)
                .state()
                .keySet());
  }

  /** An output channel is zero where its mask is, for all pixels; elsewhere it is not. */
  @Test
  void imagesUseOnlyTheirOwnChannels() {
    ResNet network = network(0.25, 0.3, 2, 3);
    ChannelOwners owners = new ChannelOwners(3, IDS);
    try (Scope scope = Scope.open()) {
      float[] pooled =
          forward(network, Pass.EVALUATION, owners).taps().o2().globalAveragePool().toFloats();
      ResidualUnit last = (ResidualUnit) network.backbone().units().reduce((a, b) -> b).get();
      float[] masks = last.masks();
      assertThat(masks).hasSize(IDS.length * 64);
      int on = 0;
      for (int i = 0; i < masks.length; i++) {
        if (masks[i] == 0) {
          assertThat(pooled[i]).isZero();
        }
        on += pooled[i] > 0 ? 1 : 0;
      }
      assertThat(on).isGreaterThan(IDS.length * 16);

      float[] off =
          forward(network, Pass.EVALUATION, null).taps().o2().globalAveragePool().toFloats();
      for (int i = 0; i < off.length; i++) {
        if (i % 64 >= 16) {
          assertThat(off[i]).isZero();
        }
      }
    }
  }

  /** No gradient reaches the weights of a channel that nobody in the batch has on. */
  @Test
  void unownedChannelsAreNotTrained() {
    ResNet network = network(0.25, 0, 3);
    try (Scope scope = Scope.open()) {
      network.parameters().values().forEach(parameter -> parameter.value().requireGradient());
      ResNet.Forward forward = forward(network, Pass.TRAINING, new ChannelOwners(3, IDS));
      Tensor loss = forward.logits().crossEntropy(Tensor.ofLabels(Device.CPU, new int[] {0, 1, 2}));
      network.backward(loss, forward);
      float[] slope =
          requireNonNull(
                  requireNonNull(network.parameters().get("layer3.1.bn2.weight"))
                      .value()
                      .gradient())
              .toFloats();
      boolean moved = false;
      for (int c = 0; c < slope.length; c++) {
        if (c >= 16) {
          assertThat(slope[c]).isZero();
        }
        moved |= slope[c] != 0;
      }
      assertThat(moved).isTrue();
    }
  }

  /** Fewer parameters and multiply-accumulates, the same predictions. */
  @ParameterizedTest
  @CsvSource({
    "BASIC, 14, 0.25, 2, 3",
    "BASIC, 20, 0.3, 3, 3",
    "BASIC, 14, 1e-12, 2, 3",
    "BOTTLENECK, 20, 0.15, 1, 3",
    "BOTTLENECK, 20, 0.25, 1, 3" // stage 1 is left with as many channels as the stem has
  })
  void extractedNetworkEqualsOwnedChannelsOff(
      BlockKind block, int depth, double share, int first, int last) {
    int[] stages = first == last ? new int[] {first} : new int[] {first, last};
    ModelSpec spec = ModelSpec.resnet(block, depth, 3, Family.ownedChannels(share, 0.2, stages));
    ResNet network = RandomNetwork.of(spec, 7);
    ResNet extracted = Extraction.of(network, network.state());
    assertThat(extracted.spec().gated()).isFalse();
    for (int stage : stages) {
      assertThat(extracted.spec().channels(stage))
          .isEqualTo(((OwnedChannelsSpec) spec.gate()).general(spec.channels(stage)));
    }
    ModelCost less = ModelCost.of(extracted.spec(), SIDE, SIDE);
    ModelCost all = ModelCost.of(spec, SIDE, SIDE);
    assertThat(less.macs()).isLessThan(all.macs());
    assertThat(less.parameters())
        .isLessThan(all.parameters())
        .isEqualTo(
            extracted.parameters().values().stream().mapToLong(p -> p.value().elements()).sum());
    try (Scope scope = Scope.open()) {
      assertThat(forward(extracted, Pass.EVALUATION, null).logits().toFloats())
          .containsExactly(
              forward(network, Pass.EVALUATION, null).logits().toFloats(), within(1e-4f));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Architecture.class,
      names = {"RESNET18", "RESNET50"})
  void extractedImageNetNetworkEqualsOwnedChannelsOff(Architecture arch) {
    BlockKind block = requireNonNull(arch.block());
    ModelSpec spec =
        new ModelSpec(
            arch,
            block,
            block.depth(arch.units()),
            3,
            ShortcutKind.PROJECTION,
            Family.ownedChannels(0.25, 0.1, 2, 3, 4),
            Layout.behind(StemKind.IMAGENET));
    ResNet network = RandomNetwork.of(spec, 7);
    ResNet extracted = Extraction.of(network, network.state());
    assertThat(extracted.spec().channels(4)).isEqualTo(spec.channels(4) / 4);
    assertThat(extracted.spec().stemChannels()).isEqualTo(64);
    try (Scope scope = Scope.open()) {
      assertThat(forward(extracted, Pass.EVALUATION, null).logits().toFloats())
          .containsExactly(
              forward(network, Pass.EVALUATION, null).logits().toFloats(), within(1e-4f));
    }
  }

  @Test
  void extractionRequiresOwnedChannels() {
    ResNet plain = new ResNet(ModelSpec.resnet(BlockKind.BASIC, 14, 3, GateSpec.none()), 1);
    assertThatThrownBy(() -> Extraction.of(plain, plain.state()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has gate none, not gate memory");
  }

  @Test
  void rejectsUnsupportedNetworks() {
    assertThatThrownBy(() -> network(0.25, 0.1, 1, 2))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("use gate-at 2,3");
    assertThatThrownBy(
            () ->
                new ModelSpec(
                    Architecture.RESNET,
                    BlockKind.BASIC,
                    14,
                    3,
                    ShortcutKind.PAD,
                    Family.ownedChannels(0.25, 0.1, 2, 3)))
        .isInstanceOf(BadInputException.class)
        .hasMessage("gate memory: needs shortcut projection");
  }
}
