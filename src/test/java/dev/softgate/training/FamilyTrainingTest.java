package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Family;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.TrainingStep.Rates;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which loss moves which parameter of every member, and that every member learns. */
class FamilyTrainingTest {

  private static final int CLASSES = 3;
  private static final int SIDE = 8;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  static Stream<Arguments> members() {
    return Stream.concat(
        Family.small().map(member -> Arguments.of(member, BlockKind.BASIC)),
        Family.narrow().map(member -> Arguments.of(member, BlockKind.BOTTLENECK)));
  }

  /** Pixels of noise, each class brighter in one color. */
  private static float[] pixels(int images) {
    Random random = new Random(5);
    float[] pixels = new float[images * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      int image = i / (3 * SIDE * SIDE);
      boolean bright = i / (SIDE * SIDE) % 3 == image % CLASSES;
      pixels[i] = (float) random.nextGaussian() + (bright ? 0.5f : 0);
    }
    return pixels;
  }

  private static int[] labels(int images) {
    int[] labels = new int[images];
    for (int i = 0; i < images; i++) {
      labels[i] = i % CLASSES;
    }
    return labels;
  }

  private static TrainingStep.Result run(
      TrainingStep step, int images, Rates rates, boolean mainSteps) {
    try (Scope scope = Scope.open()) {
      return step.run(
          Tensor.ofImages(Device.CPU, pixels(images), images, 3, SIDE, SIDE),
          Tensor.ofLabels(Device.CPU, labels(images)),
          rates,
          mainSteps);
    }
  }

  private static Map<String, HostTensor> after(
      ResNet network,
      Map<String, HostTensor> before,
      double lambda,
      Rates rates,
      boolean mainSteps) {
    network.load(before);
    run(new TrainingStep(network, 0, 0, lambda), 4, rates, mainSteps);
    return network.state();
  }

  /** Names whose bytes differ. */
  private static Set<String> moved(Map<String, HostTensor> before, Map<String, HostTensor> after) {
    return before.entrySet().stream()
        .filter(entry -> !entry.getValue().data().equals(data(after, entry.getKey())))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Object data(Map<String, HostTensor> state, String name) {
    return requireNonNull(state.get(name), name).data();
  }

  private static Set<String> with(Set<String> names, Set<String> others) {
    Set<String> union = new TreeSet<>(names);
    union.addAll(others);
    return union;
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("members")
  void stepsMoveTheRightParameters(Family.Member member, BlockKind block) {
    ResNet network = RandomNetwork.of(member.spec(block, CLASSES), 1);
    Map<String, HostTensor> before = network.state();
    Set<String> statistics = network.buffers().keySet();
    Set<String> main = network.mainParameters().keySet();
    Set<String> own = network.ownGateParameters().keySet();
    boolean trainsItself = member.gate().trainsItself();
    assertThat(with(main, own)).isEqualTo(new TreeSet<>(network.parameters().keySet()));
    assertThat(own.stream().allMatch(name -> name.startsWith("g_layer"))).isTrue();
    assertThat(own).hasSize(trainsItself ? 4 * member.gate().stages().size() : 0);

    Map<String, HostTensor> both = after(network, before, 0.5, new Rates(1, 0), true);
    assertThat(moved(before, both)).isEqualTo(with(main, statistics));

    Map<String, HostTensor> gate = after(network, before, 0.5, new Rates(0, 0.1), true);
    assertThat(moved(before, gate)).isEqualTo(with(own, statistics));

    if (trainsItself) {
      Map<String, HostTensor> alone = after(network, before, 0, new Rates(0.1, 0.1), false);
      assertThat(moved(before, alone)).isEqualTo(with(own, statistics));
    }

    Map<String, HostTensor> unpressed = after(network, before, 0, new Rates(1, 0), true);
    Set<String> reached = new TreeSet<>(main);
    reached.removeIf(name -> !penaltyReaches(network.spec(), name));
    boolean penalized = member.gate().penalty() != GatePenalty.NONE;
    assertThat(moved(both, unpressed)).isEqualTo(penalized ? reached : Collections.emptySet());
  }

  /** Whether it lies before a gate: what a stage's tap shows, or what a gated unit takes in. */
  private static boolean penaltyReaches(ModelSpec spec, String name) {
    GateSpec gate = spec.gate();
    int last = gate.exists() ? gate.stages().get(gate.stages().size() - 1) : 0;
    if (name.contains("gate_layer") || name.startsWith("g_layer")) {
      return true;
    }
    if (name.startsWith("fc.") || stage(name) > last) {
      return false;
    }
    if (stage(name) < last) {
      return true;
    }
    if (gate.weighsUnits()) {
      return !name.startsWith("layer" + last + "." + (spec.units(last) - 1) + ".");
    }
    return Family.tap(gate) == GateTap.EXIT
        || name.matches("o" + (last == 3 ? "3?" : last) + "1\\..*");
  }

  /** The stage of a parameter in a unit; 0 for the stem. */
  private static int stage(String name) {
    if (name.startsWith("layer")) {
      return name.charAt(5) - '0';
    }
    if (name.matches("o\\d\\d\\..*")) {
      return name.charAt(1) - '0';
    }
    return name.startsWith("o") ? 3 : 0;
  }

  /**
   * Small networks; of the gates that see all pixels, the slowest, each kind at one place and at
   * two.
   */
  static Stream<Family.Member> learners() {
    return Family.small()
        .filter(
            member ->
                !member.seesPixels()
                    || (Family.tap(member.gate()) == GateTap.ENTRY
                        && List.of(List.of(3), List.of(2, 3)).contains(member.gate().stages())));
  }

  /**
   * Chance gives ln 3 = 1.1; a constant prediction no better than 11 of 32. Most need a dozen
   * steps, those whose gates start nearly closed more.
   */
  @ParameterizedTest
  @MethodSource("learners")
  void memorizes32Images(Family.Member member) {
    int images = 32;
    ResNet network = new ResNet(member.spec(BlockKind.BASIC, CLASSES), 1);
    TrainingStep step = new TrainingStep(network, 0.9, 0, 0.01);
    Rates rates = new Rates(0.05, 0.05);
    TrainingStep.Result result = run(step, images, rates, true);
    assertThat(result.classificationLoss()).isBetween(0.5, 4.0);
    for (int i = 0; i < 60 && result.classificationLoss() > 0.15; i++) {
      result = run(step, images, rates, true);
    }

    assertThat(result.classificationLoss()).isLessThan(0.2);
    assertThat(result.correct()).isEqualTo(images);
  }
}
