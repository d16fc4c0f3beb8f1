package dev.softgate.evaluation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Family;
import dev.softgate.model.LibtorchEngine;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.torch.DType;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.TinyTraining;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The predictions of every member of the family, also after saving and loading. */
class FamilyEvaluationTest {

  private static final int CLASSES = 3;
  private static final ImageSet IMAGES = TinyTraining.images(5, 4);

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static Predictions evaluate(ResNet network, ImageSet images) {
    return new Evaluator(network, Normalization.of(images))
        .evaluate(images, IntStream.range(0, images.count()).toArray());
  }

  static Stream<Family.Member> members() {
    return Family.small();
  }

  @ParameterizedTest
  @MethodSource("members")
  void batchEqualsSingleImagesAfterReloading(Family.Member member) {
    ModelSpec spec = member.spec(BlockKind.BASIC, CLASSES);
    ResNet network = RandomNetwork.of(spec, 3);
    Predictions all = evaluate(network, IMAGES);

    assertEachLikeAlone(network, IMAGES, all);
    assertInRange(spec, network, all);

    ResNet other = new ResNet(spec, 2);
    assertThat(evaluate(other, IMAGES).logits()).isNotEqualTo(all.logits());
    other.load(network.state());
    Predictions again = evaluate(other, IMAGES);
    assertThat(again.logits()).containsExactly(all.logits());
    assertThat(again.penalty()).isEqualTo(all.penalty());
    for (int i = 0; i < all.gates().size(); i++) {
      assertThat(again.gates().get(i).g()).containsExactly(all.gates().get(i).g());
    }
  }

  private static void assertEachLikeAlone(ResNet network, ImageSet images, Predictions all) {
    Evaluator evaluator = new Evaluator(network, Normalization.of(images));
    for (int id = 0; id < images.count(); id++) {
      Predictions one = evaluator.evaluate(images, new int[] {id});
      for (int k = 0; k < CLASSES; k++) {
        assertThat(all.logits()[id * CLASSES + k]).isCloseTo(one.logits()[k], within(3e-5f));
      }
      for (int i = 0; i < all.gates().size(); i++) {
        assertThat(all.gates().get(i).g()[id]).isCloseTo(one.gates().get(i).g()[0], within(1e-5f));
      }
    }
  }

  private static void assertInRange(ModelSpec spec, ResNet network, Predictions all) {
    int gates =
        spec.gate().weighsUnits() ? 2 * spec.gate().stages().size() : spec.gate().stages().size();
    assertThat(all.gates()).hasSize(gates);
    assertThat(all.gates()).extracting(GateValues::name).isEqualTo(network.gateNames());
    boolean raw = Family.calibration(spec.gate()) == GateCalibration.RAW;
    for (GateValues gate : all.gates()) {
      for (float g : gate.g()) {
        assertThat(g).as(gate.name()).isStrictlyBetween(0f, raw ? 1.0987f : 1f);
      }
      assertThat(gate.logits() != null).isEqualTo(spec.gate().trainsItself());
      boolean classifier = spec.gate().kind().isCalibrated();
      assertThat(gate.entropyNats() != null).isEqualTo(classifier);
      if (raw) {
        assertThat(gate.g()).containsExactly(requireNonNull(gate.entropyNats()));
      }
    }
    boolean penalized = spec.gate().penalty() != GatePenalty.NONE;
    assertThat(all.penalty() != null).isEqualTo(penalized);
    if (penalized) {
      assertThat(requireNonNull(all.penalty())).isBetween(1e-9, 10.0);
    }
  }

  /** The published layers require 32×32 images and basic blocks. */
  static Stream<Arguments> blocksAndSizes() {
    return Stream.of(
            Family.few().map(member -> Arguments.of(member, BlockKind.BASIC, 9, 7)),
            Family.narrow().map(member -> Arguments.of(member, BlockKind.BASIC, 24, 40)),
            Family.narrow().map(member -> Arguments.of(member, BlockKind.BOTTLENECK, 9, 7)),
            Family.few()
                .filter(member -> member.gate().kind() == GateKind.SIGMOID)
                .limit(1)
                .map(member -> Arguments.of(member, BlockKind.BOTTLENECK, 24, 40)))
        .flatMap(arguments -> arguments);
  }

  @ParameterizedTest(name = "{0}, {1}, {2}×{3}")
  @MethodSource("blocksAndSizes")
  void acceptsAnyImageSize(Family.Member member, BlockKind block, int height, int width) {
    ModelSpec spec = member.spec(block, CLASSES);
    ResNet network = RandomNetwork.of(spec, 3);
    byte[] pixels = new byte[2 * 3 * height * width];
    new Random(1).nextBytes(pixels);
    ImageSet images = ImageSet.of(pixels, new int[] {0, 1}, CLASSES, height, width);

    Predictions all = evaluate(network, images);

    assertEachLikeAlone(network, images, all);
    assertInRange(spec, network, all);
    assertThat(all.logits()[0]).isNotEqualTo(all.logits()[CLASSES]);
  }

  static Stream<Family.Member> few() {
    return Family.few();
  }

  /** Eight bits of mantissa, through about fifteen layers. */
  @ParameterizedTest
  @MethodSource("few")
  void bfloat16IsCloseToFloat32(Family.Member member) {
    ResNet network = RandomNetwork.of(member.spec(BlockKind.BASIC, CLASSES), 3);
    Predictions exact = evaluate(network, IMAGES);
    try (BackboneEngine fast = new LibtorchEngine(DType.BFLOAT16)) {
      network.runOn(fast);
      Predictions rounded = evaluate(network, IMAGES);
      assertThat(rounded.logits()).isNotEqualTo(exact.logits());
      for (int i = 0; i < exact.logits().length; i++) {
        float logit = exact.logits()[i];
        assertThat(rounded.logits()[i]).isCloseTo(logit, within(0.1f + 0.05f * Math.abs(logit)));
      }
    }
  }
}
