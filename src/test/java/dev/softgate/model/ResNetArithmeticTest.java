package dev.softgate.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSignal;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The network against {@link NaiveResNet}. */
class ResNetArithmeticTest {

  private static final int IMAGES = 2;
  private static final int CLASSES = 3;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of(BlockKind.BASIC, 14, GateKind.CLASSIFIER, GateTap.ENTRY, 8, 8),
        Arguments.of(BlockKind.BASIC, 14, GateKind.CLASSIFIER, GateTap.EXIT, 8, 8),
        Arguments.of(BlockKind.BASIC, 20, GateKind.CLASSIFIER, GateTap.ENTRY, 7, 10),
        Arguments.of(BlockKind.BASIC, 14, GateKind.NONE, GateTap.ENTRY, 8, 8),
        Arguments.of(BlockKind.BOTTLENECK, 20, GateKind.CLASSIFIER, GateTap.ENTRY, 8, 8),
        Arguments.of(BlockKind.BOTTLENECK, 20, GateKind.CLASSIFIER, GateTap.EXIT, 8, 8),
        Arguments.of(BlockKind.BOTTLENECK, 11, GateKind.NONE, GateTap.ENTRY, 5, 8),
        Arguments.of(
            BlockKind.BOTTLENECK_STRIDE_FIRST, 20, GateKind.CLASSIFIER, GateTap.ENTRY, 9, 7));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void evaluatesLikeTheEquations(
      BlockKind block, int depth, GateKind gate, GateTap tap, int height, int width) {
    compare(RandomNetwork.spec(block, depth, gate, tap), Pass.EVALUATION, height, width);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void trainsLikeTheEquations(
      BlockKind block, int depth, GateKind gate, GateTap tap, int height, int width) {
    compare(RandomNetwork.spec(block, depth, gate, tap), Pass.TRAINING, height, width);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void trainsTheGateLikeTheEquations(
      BlockKind block, int depth, GateKind gate, GateTap tap, int height, int width) {
    compare(RandomNetwork.spec(block, depth, gate, tap), Pass.TRAINING_GATE_ONLY, height, width);
  }

  @ParameterizedTest
  @EnumSource(Pass.class)
  void laterGatesMatchTheEquations(Pass pass) {
    compare(ModelSpec.resnet(BlockKind.BASIC, 26, CLASSES, Family.late()), pass, 8, 8);
  }

  /** Stages of unequal depth and free widths behind ImageNet's stem. */
  static Stream<Arguments> largeImages() {
    return Stream.of(
            GateSpec.none(),
            Family.onStage(
                GateKind.CLASSIFIER,
                GatePenalty.NONE,
                GateTap.ENTRY,
                GateCalibration.NORMALISED,
                3,
                4),
            Family.onStage(
                GateKind.ENTROPY, GatePenalty.NONE, GateTap.EXIT, GateCalibration.RAW, 4),
            Family.inUnit(GateKind.EXCLUSIVE, GatePenalty.L2, GateKernel.TUBE_3X3, 1, 2, 3, 4))
        .flatMap(
            gate ->
                Stream.of(
                    Arguments.of(BlockKind.BASIC, gate, 38, 33),
                    Arguments.of(BlockKind.BOTTLENECK, gate, 33, 40)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("largeImages")
  void networksForLargeImagesMatchTheEquations(
      BlockKind block, GateSpec gate, int height, int width) {
    List<Integer> units = List.of(2, 1, 3, 2);
    List<Integer> widths = List.of(8, 12, 16, 20);
    ModelSpec spec =
        new ModelSpec(
            Architecture.RESNET,
            block,
            block.depth(units),
            CLASSES,
            ShortcutKind.PROJECTION,
            gate,
            new Layout(StemKind.IMAGENET, units, widths, List.of(), 5));
    ResNet network = RandomNetwork.of(spec, 7);
    compare(network, Pass.EVALUATION, height, width);
    compare(network, Pass.TRAINING, height, width);
    assertThat(ModelCost.of(spec, height, width).parameters())
        .isEqualTo(
            network.parameters().values().stream().mapToLong(p -> p.value().elements()).sum());
  }

  @ParameterizedTest
  @CsvSource({"BASIC, 13, 16", "BOTTLENECK, 16, 9"})
  void poolingStemMatchesTheEquations(BlockKind block, int height, int width) {
    ModelSpec spec = behind(StemKind.POOLED, block);
    ResNet network = RandomNetwork.of(spec, 7);
    compare(network, Pass.EVALUATION, height, width);
    compare(network, Pass.TRAINING, height, width);
    assertThat(ModelCost.of(spec, 2 * height, 2 * width).macs())
        .as("the same behind the stem, whose convolution has four times the pixels")
        .isEqualTo(
            ModelCost.of(behind(StemKind.CIFAR, block), height, width).macs()
                + 3L * 27 * 5 * height * width);
  }

  private static ModelSpec behind(StemKind stem, BlockKind block) {
    List<Integer> units = List.of(2, 2, 2);
    return new ModelSpec(
        Architecture.RESNET,
        block,
        block.depth(units),
        CLASSES,
        ShortcutKind.PROJECTION,
        GateSpec.none(),
        new Layout(stem, units, List.of(8, 12, 16), List.of(), 5));
  }

  static Stream<Arguments> family() {
    return Stream.concat(
        Family.members().map(member -> Arguments.of(member, BlockKind.BASIC, 8, 8)),
        Family.narrow().map(member -> Arguments.of(member, BlockKind.BOTTLENECK, 9, 7)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("family")
  void everyMemberMatchesTheEquations(
      Family.Member member, BlockKind block, int height, int width) {
    ModelSpec spec = member.spec(block, CLASSES);
    ResNet network = RandomNetwork.of(spec, 7);
    compare(network, Pass.EVALUATION, height, width);
    if (!member.large()) { // whose last maps are one pixel: batch norm of two values jumps
      compare(network, Pass.TRAINING, height, width);
    }
  }

  private static void compare(ModelSpec spec, Pass pass, int height, int width) {
    compare(RandomNetwork.of(spec, 7), pass, height, width);
  }

  private static void compare(ResNet network, Pass pass, int height, int width) {
    ModelSpec spec = network.spec();
    float[] pixels = RandomNetwork.pixels(IMAGES * 3 * height * width, 8);
    NaiveResNet naive = new NaiveResNet(spec, network.state());

    NaiveResNet.Output expected =
        naive.forward(pixels, IMAGES, height, width, pass != Pass.EVALUATION);
    try (Scope scope = Scope.open()) {
      ResNet.Forward actual =
          network.forward(
              Tensor.ofFloats(Device.CPU, pixels, IMAGES, 3, height, width), Mode.of(pass));

      assertClose("logits", actual.logits().toFloats(), flat(expected.logits()));
      assertThat(actual.gates()).hasSameSizeAs(expected.gates());
      assertThat(network.gateNames()).hasSameSizeAs(expected.gates());
      for (int i = 0; i < actual.gates().size(); i++) {
        GateSignal signal = actual.gates().get(i);
        NaiveResNet.Gate gate = expected.gates().get(i);
        String name = network.gateNames().get(i);
        assertClose("logits of " + name, floats(signal.logits()), flat(gate.logits()));
        assertClose("entropy of " + name, floats(signal.entropyNats()), gate.entropy());
        assertClose("g of " + name, signal.g().toFloats(), gate.g());
      }
      Tensor penalty = actual.penalty();
      assertThat(penalty != null).isEqualTo(spec.gate().penalty() != GatePenalty.NONE);
      if (penalty != null) {
        assertThat(penalty.item()).isCloseTo(expected.penalty(), within(1e-4));
      }
    }
    Map<String, HostTensor> after = network.state();
    network
        .buffers()
        .keySet()
        .forEach(
            name -> {
              HostTensor buffer = requireNonNull(after.get(name));
              if (buffer.type() == ElementType.F32) {
                assertClose(name, buffer.toFloats(), naive.values(name));
              } else {
                assertThat(buffer.toLongs())
                    .as(name)
                    .containsExactly(pass == Pass.EVALUATION ? 0 : 1);
              }
            });
  }

  private static float[] floats(@Nullable Tensor tensor) {
    return tensor == null ? new float[0] : tensor.toFloats();
  }

  private static double[] flat(double[][] rows) {
    return Stream.of(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static void assertClose(String name, float[] actual, double[] expected) {
    assertThat(actual).as(name).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).as("%s[%d]", name, i).isCloseTo(expected[i], within(1e-4));
    }
  }
}
