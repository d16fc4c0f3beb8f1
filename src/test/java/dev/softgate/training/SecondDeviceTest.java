package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.config.RunConfig;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipRule;
import dev.softgate.evaluation.SkippingNetwork;
import dev.softgate.gate.ChannelOwners;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.Architecture;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Mode;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.Pass;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.model.ShortcutKind;
import dev.softgate.onednn.Canvas;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.SecondDevice;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.TrainingStep.Rates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Training, evaluation and skipping on a device that is not the CPU compute what the CPU computes.
 * {@link SecondDevice} refuses CPU tensors, so no tensor is made on the CPU by default.
 */
class SecondDeviceTest {

  private static final int SIDE = 8;
  private static final int IMAGES = 4;
  private static final int[] LABELS = {0, 1, 2, 1};
  private static final int[] IDS = {4, 90, 17, 5};
  private static final Rates RATES = new Rates(0.05, 0.05);

  private static final ModelSpec PLAIN =
      RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.NONE, GateTap.ENTRY);

  private static Device second;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
    second = SecondDevice.get();
  }

  private static Compute on(Device device) {
    return new Compute(Engine.LIBTORCH, DType.FLOAT32, 1, device, Canvas.NONE.text());
  }

  private static Tensor images(Device device) {
    return Tensor.ofImages(
        device, RandomNetwork.pixels(IMAGES * 3 * SIDE * SIDE, 8), IMAGES, 3, SIDE, SIDE);
  }

  /**
   * Trains one step with all losses that the network has, and returns its state. Smoothed labels
   * and distillation are left out: the device computes some of their scalars in float64.
   */
  private static Map<String, HostTensor> trained(ModelSpec spec, Device device, Mode mode) {
    ResNet network = RandomNetwork.of(spec, 1);
    on(device).attach(network);
    TrainingStep step = new TrainingStep(network, 0.9, 1e-4, 0.5);
    try (Scope scope = Scope.open()) {
      step.run(images(device), Tensor.ofLabels(device, LABELS), mode, RATES);
    }
    computeAll(device);
    return network.state();
  }

  private static float[] velocity(Checkpoint checkpoint) {
    return requireNonNull(checkpoint.optimizers().get("main.velocity")).toFloats();
  }

  private static double greatestDifference(float[] found, float[] wanted) {
    assertThat(found).hasSameSizeAs(wanted);
    return IntStream.range(0, wanted.length)
        .mapToDouble(i -> Math.abs((double) found[i] - wanted[i]))
        .max()
        .orElse(0);
  }

  private static void computeAll(Device device) {
    if (device.equals(second)) {
      SecondDevice.computeAll();
    }
  }

  /** Compares all but batch norm's running statistics. */
  private static void requireClose(Map<String, HostTensor> found, Map<String, HostTensor> wanted) {
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach(
        (name, tensor) -> {
          if (name.endsWith("num_batches_tracked")) {
            assertThat(requireNonNull(found.get(name)).toLongs()).isEqualTo(tensor.toLongs());
          } else if (!name.contains("running_")) {
            float[] values = requireNonNull(found.get(name)).toFloats();
            assertThat(greatestDifference(values, tensor.toFloats())).as(name).isLessThan(1e-4);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void trainsAsTheCpuDoes(GateKind gate) {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, gate, GateTap.ENTRY);
    Mode mode = Mode.TRAINING.owning(new ChannelOwners(1, IDS));
    requireClose(trained(spec, second, mode), trained(spec, Device.CPU, mode));
  }

  @Test
  void trainsBottlenecksAndPaddedShortcutsAsTheCpuDoes() {
    ModelSpec spec =
        new ModelSpec(
            Architecture.RESNET, BlockKind.BOTTLENECK, 20, 3, ShortcutKind.PAD, GateSpec.none());
    requireClose(trained(spec, second, Mode.TRAINING), trained(spec, Device.CPU, Mode.TRAINING));
  }

  @Test
  void trainsTheGateAloneAndHardGatesAsTheCpuDoes() {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, GateTap.ENTRY);
    for (Pass pass : List.of(Pass.TRAINING, Pass.TRAINING_GATE_ONLY)) {
      requireClose(
          trained(spec, second, Mode.of(pass).mixing(halfSkip())),
          trained(spec, Device.CPU, Mode.of(pass).mixing(halfSkip())));
    }
  }

  private static HardGates halfSkip() {
    HardGates gates = new HardGates(1, List.of(0.5), 0, true, 1);
    gates.begin(0, 0, 1);
    return gates;
  }

  @ParameterizedTest
  @EnumSource
  void skipsAsTheCpuDoes(SkipBlend blend) {
    ModelSpec spec =
        ModelSpec.resnet(BlockKind.BASIC, 14, 3, StageGateSpec.of(GateKind.ENTROPY, List.of(2, 3)));
    assertThat(skipped(spec, second, blend))
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(skipped(spec, Device.CPU, blend));
  }

  private static float[] skipped(ModelSpec spec, Device device, SkipBlend blend) {
    ResNet network = RandomNetwork.of(spec, 1);
    on(device).attach(network);
    try (Scope scope = Scope.open()) {
      return new SkippingNetwork(network, blend)
          .forward(images(device), SkipRule.atRate(0.5))
          .logits()
          .toFloats();
    }
  }

  /** Hard gates, evaluation and the statistics of owned channels included. */
  @ParameterizedTest
  @ValueSource(strings = {"--gate=classifier --target-skip=0.3", "--gate=memory"})
  void trainsEpochsAsTheCpuDoes(String options, @TempDir Path folder) throws IOException {
    Checkpoint there = end(options, second, folder.resolve("second"));
    Checkpoint here = end(options, Device.CPU, folder.resolve("cpu"));
    requireClose(there.network(), here.network());
    assertThat(greatestDifference(velocity(there), velocity(here))).isLessThan(1e-3);
  }

  /** A checkpoint does not say where it was made. */
  @Test
  void continuesOnAnotherDevice(@TempDir Path folder) throws IOException {
    String options = "--gate=classifier";
    for (Device first : List.of(second, Device.CPU)) {
      Path checkpoints = folder.resolve(first + "-first");
      Trainer begun = trainer(options, first, checkpoints);
      int[] steps = {0};
      assertThat(begun.train(() -> ++steps[0] == 3)).isFalse();
      Checkpoint stopped = new CheckpointStore(checkpoints).newestUsable(message -> {});
      Device other = first.isCpu() ? second : Device.CPU;
      Trainer continued = trainer(options, other, folder.resolve(other + "-then"));
      continued.restore(stopped);
      assertThat(bits(continued.checkpoint())).isEqualTo(bits(stopped));
      assertThat(continued.train(() -> false)).isTrue();
      requireClose(
          continued.checkpoint().network(),
          end(options, Device.CPU, folder.resolve(first + "-whole")).network());
    }
  }

  private static Map<String, ByteBuffer> bits(Checkpoint checkpoint) {
    Map<String, ByteBuffer> bits = new HashMap<>();
    checkpoint.network().forEach((name, tensor) -> bits.put(name, tensor.data()));
    checkpoint.optimizers().forEach((name, tensor) -> bits.put(name, tensor.data()));
    return bits;
  }

  private static Checkpoint end(String options, Device device, Path folder) throws IOException {
    Trainer trainer = trainer(options, device, folder);
    assertThat(trainer.train(() -> false)).isTrue();
    return trainer.checkpoint();
  }

  private static Trainer trainer(String options, Device device, Path folder) throws IOException {
    Files.createDirectories(folder);
    String[] settings = options.replace("--", "").split("[ =]");
    RunConfig config = TinyTraining.config(settings);
    ResNet network = new ResNet(config.model().spec(TinyTraining.CLASSES), 1);
    on(device).attach(network);
    return new Trainer(
        config,
        TinyTraining.data(16, 6, 6),
        network,
        new CheckpointStore(folder),
        List.of(
            new TrainingListener() {
              @Override
              public void stepFinished(StepProgress progress) {
                computeAll(device);
              }
            }));
  }

  /** The proof that the others prove something. */
  @Test
  void refusesABatchOnTheCpu() {
    ResNet network = RandomNetwork.of(PLAIN, 1);
    on(second).attach(network);
    try (Scope scope = Scope.open()) {
      assertThatThrownBy(() -> network.forward(images(Device.CPU), Mode.EVALUATION))
          .hasMessageContaining("not a lazy tensor");
    }
  }

  @Test
  void staysWhereItsOptimizerIs() {
    ResNet network = RandomNetwork.of(PLAIN, 1);
    TrainingStep step = new TrainingStep(network, 0, 0, 0);
    assertThat(step.mainOptimizer().gradients().device()).isEqualTo(Device.CPU);
    assertThatThrownBy(() -> network.moveTo(second))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("lazy:0", "optimizer");
  }
}
