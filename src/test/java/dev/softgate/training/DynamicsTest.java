package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.BatchShare;
import dev.softgate.data.LabelFile;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.model.Mode;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training writes down of its images. */
class DynamicsTest {

  /** Batches of 8, 8, 8 and 6 images. */
  private static final TrainingData DATA = TinyTraining.data(30, 9, 9);

  private static final int BATCHES = 4;
  private static final int CLASSES = TinyTraining.CLASSES;

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private Trainer trainer(RunConfig config, TrainingData data, String run) throws IOException {
    Path checkpoints = Files.createDirectories(folder.resolve(run).resolve("checkpoints"));
    return new Trainer(
        config,
        data,
        network(config),
        Objective.LABELS,
        new TrainingRecord(
            new CheckpointStore(checkpoints), folder.resolve(run).resolve("dynamics"), List.of()),
        ProcessGroup.alone());
  }

  private static ResNet network(RunConfig config) {
    return new ResNet(config.model().spec(CLASSES), config.optimization().seed());
  }

  private TrainingDynamics trained(RunConfig config, TrainingData data, String run)
      throws IOException {
    assertThat(trainer(config, data, run).train(() -> false)).isTrue();
    return TrainingDynamics.open(folder.resolve(run));
  }

  private Map<String, byte[]> files(String run) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(folder.resolve(run).resolve("dynamics"))) {
      for (Path file : list.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
  }

  /** An independent computation in double precision, of one image: name → value. */
  private static Map<String, Double> expected(float[] logits, int at, int label) {
    double greatest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double top = IntStream.range(0, CLASSES).mapToDouble(k -> logits[at + k]).max().orElseThrow();
    for (int k = 0; k < CLASSES; k++) {
      sum += Math.exp(logits[at + k]);
      greatest = k == label ? greatest : Math.max(greatest, logits[at + k]);
    }
    double squares = 0;
    double entropy = 0;
    for (int k = 0; k < CLASSES; k++) {
      double p = Math.exp(logits[at + k]) / sum;
      entropy -= p * Math.log(p);
      squares += (p - (k == label ? 1 : 0)) * (p - (k == label ? 1 : 0));
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", -Math.log(Math.exp(logits[at + label]) / sum));
    values.put("margin", logits[at + label] - greatest);
    values.put("error_norm", Math.sqrt(squares));
    values.put("correct", logits[at + label] > greatest ? 1.0 : 0.0);
    values.put(
        "predicted",
        (double)
            IntStream.range(0, CLASSES)
                .filter(k -> logits[at + k] == top)
                .findFirst()
                .orElseThrow());
    values.put("entropy", entropy);
    return values;
  }

  private static void assertNear(float[][] values, int epoch, int place, double expected) {
    assertThat((double) values[epoch][place]) // a float16 has 11 bits
        .isCloseTo(expected, within(Math.max(1e-6, Math.abs(expected) / 1024)));
  }

  @Test
  void augmentedValuesComeFromTheTrainingStep() throws IOException {
    RunConfig config = TinyTraining.config("epochs", "1", "gate-at", "2,3");
    TrainingDynamics dynamics = trained(config, DATA, "run");
    assertThat(dynamics.plain()).isFalse();
    assertThat(dynamics.epochs()).isEqualTo(1);
    assertThat(dynamics.ids()).isEqualTo(IntStream.range(0, 30).toArray());
    assertThat(dynamics.clean()).isNull();
    assertThat(dynamics.quantities())
        .containsExactlyInAnyOrder(
            "g_b2",
            "entropy_b2",
            "gate_loss_b2",
            "g_b3",
            "entropy_b3",
            "gate_loss_b3",
            "margin",
            "loss",
            "error_norm",
            "correct",
            "predicted");

    ResNet network = network(config);
    TrainingStep step = new TrainingStep(network, 0.9, 1e-4, 0);
    int images = 0;
    try (BatchLoader loader =
        DATA.batches(
            BatchShare.whole(8), new BatchLoader.Epoch(config.optimization().seed(), 0, 0))) {
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        try (Scope scope = Scope.open()) {
          Tensor pixels =
              Tensor.ofImages(
                  Device.CPU,
                  batch.pixels(),
                  batch.size(),
                  3,
                  TinyTraining.SIDE,
                  TinyTraining.SIDE);
          ResNet.Forward forward = network.forward(pixels, Mode.TRAINING);
          float[] logits = forward.logits().toFloats();
          for (int i = 0; i < batch.size(); i++) {
            int place = batch.ids()[i];
            assertThat(dynamics.given()[place]).isEqualTo(batch.labels()[i]);
            Map<String, Double> wanted = expected(logits, i * CLASSES, batch.labels()[i]);
            for (String name : List.of("loss", "margin", "error_norm", "correct", "predicted")) {
              assertNear(dynamics.values(name), 0, place, requireNonNull(wanted.get(name)));
            }
            for (int gate = 0; gate < 2; gate++) {
              String suffix = "_b" + (gate + 2);
              float[] own = requireNonNull(forward.gates().get(gate).logits()).toFloats();
              Map<String, Double> said = expected(own, i * CLASSES, batch.labels()[i]);
              double hardness = requireNonNull(said.get("entropy"));
              assertNear(dynamics.values("entropy" + suffix), 0, place, hardness);
              assertNear(
                  dynamics.values("gate_loss" + suffix),
                  0,
                  place,
                  requireNonNull(said.get("loss")));
              double g = 1 / (1 + Math.exp(4 - 8 * hardness / Math.log(CLASSES)));
              assertNear(dynamics.values("g" + suffix), 0, place, g);
            }
            images++;
          }
          step.run(
              pixels,
              Tensor.ofLabels(Device.CPU, batch.labels()),
              new TrainingStep.Rates(0.05, 0.01),
              true);
        }
      }
    }
    assertThat(images).isEqualTo(30);
  }

  @Test
  void epochMeansMatchTheMetrics() throws IOException {
    RunConfig config = TinyTraining.config();
    Trainer trainer = trainer(config, DATA, "run");
    trainer.train(() -> false);
    TrainingDynamics dynamics = TrainingDynamics.open(folder.resolve("run"));
    for (int epoch = 0; epoch < 2; epoch++) {
      PhaseMetrics metrics = trainer.progress().history().get(epoch).train();
      assertThat(mean(dynamics.values("loss")[epoch]))
          .isCloseTo(metrics.classificationLoss(), within(1e-3));
      assertThat(mean(dynamics.values("correct")[epoch])).isEqualTo(metrics.accuracy());
      assertThat(mean(dynamics.values("g_b3")[epoch]))
          .isCloseTo(requireNonNull(metrics.meanGate()), within(1e-3));
      assertThat(mean(dynamics.values("gate_loss_b3")[epoch]))
          .isCloseTo(requireNonNull(metrics.gateLoss()), within(1e-3));
    }
    assertThat(dynamics.values("loss")[0]).isNotEqualTo(dynamics.values("loss")[1]);
  }

  private static double mean(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum() / values.length;
  }

  @Test
  void plainValuesComeFromAnEvaluation() throws IOException {
    RunConfig config = TinyTraining.config("dynamics", "plain");
    TrainingDynamics dynamics = trained(config, DATA, "run");
    assertThat(dynamics.plain()).isTrue();
    ResNet network =
        Checkpoint.read(folder.resolve("run/checkpoints/final.safetensors")).restoreNetwork();
    Predictions said =
        new Evaluator(network, DATA.normalization())
            .evaluate(DATA.dataset().train(), dynamics.ids());
    for (int place = 0; place < 30; place++) {
      Map<String, Double> wanted = expected(said.logits(), place * CLASSES, said.labels()[place]);
      for (String name : List.of("loss", "margin", "error_norm", "correct", "predicted")) {
        assertNear(dynamics.values(name), 1, place, requireNonNull(wanted.get(name)));
      }
      assertNear(dynamics.values("g_b3"), 1, place, requireNonNull(said.g())[place]);
    }
  }

  @ParameterizedTest
  @CsvSource({"none, 5", "sigmoid, 6", "entropy, 7", "classifier, 8"})
  void quantitiesDependOnTheGate(String gate, int quantities) throws IOException {
    RunConfig config = TinyTraining.config("gate", gate, "epochs", "1");
    assertThat(trained(config, DATA, "run").quantities()).hasSize(quantities);
  }

  @Test
  void recordingChangesNoWeight() throws IOException {
    byte[][] weights = new byte[3][];
    int run = 0;
    for (String mode : List.of("augmented", "plain", "none")) {
      assertThat(trainer(TinyTraining.config("dynamics", mode), DATA, mode).train(() -> false))
          .isTrue();
      weights[run] = new byte[64];
      requireNonNull(
              Checkpoint.read(folder.resolve(mode).resolve("checkpoints/final.safetensors"))
                  .optimizers()
                  .get("main.velocity"))
          .data()
          .get(weights[run++]);
    }
    assertThat(weights[1]).isEqualTo(weights[0]);
    assertThat(weights[2]).isEqualTo(weights[0]);
    assertThat(folder.resolve("none/dynamics")).doesNotExist();
    assertThatThrownBy(() -> TrainingDynamics.open(folder.resolve("none")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("none has no dynamics", "dynamics augmented");
  }

  @Test
  void keepsGivenAndCleanLabels() throws IOException {
    int[] given = IntStream.range(0, 39).map(id -> (id + 1) % CLASSES).toArray();
    int[] clean = DATA.dataset().train().labels();
    LabelFile labels = LabelFile.of(Path.of("l.csv"), given, clean, DATA.dataset());
    TrainingData data =
        new TrainingData(
            DATA.dataset().labeled(labels),
            labels,
            null,
            DATA.split(),
            new int[] {7, 3, 20, 11},
            DATA.validation(),
            DATA.test(),
            DATA.normalization(),
            DATA.augmenter());
    TrainingDynamics dynamics = trained(TinyTraining.config(), data, "run");
    assertThat(dynamics.ids()).containsExactly(3, 7, 11, 20);
    assertThat(dynamics.given()).containsExactly(1, 2, 0, 0);
    assertThat(dynamics.clean()).containsExactly(0, 1, 2, 2);
    assertThat(dynamics.values("loss")).hasDimensions(2, 4);
  }

  @ParameterizedTest(name = "{0}, stopped after {1} batches")
  @CsvSource({
    "augmented, 1",
    "augmented, 3",
    "augmented, 4",
    "augmented, 5",
    "augmented, 8",
    "plain, 6"
  })
  void resumedRunWritesTheSameFiles(String mode, int steps) throws IOException {
    RunConfig config = TinyTraining.config("dynamics", mode);
    trained(config, DATA, "whole");

    assertThat(trainer(config, DATA, "run").train(after(steps))).isFalse();
    resume(config, "run");

    assertSame(files("run"), files("whole"));
    assertThat(files("run")).hasSize(3);
  }

  private void resume(RunConfig config, String run) throws IOException {
    Trainer resumed = trainer(config, DATA, run);
    resumed.restore(Checkpoint.read(folder.resolve(run).resolve("checkpoints/last.safetensors")));
    assertThat(resumed.train(() -> false)).isTrue();
  }

  private static BooleanSupplier after(int steps) {
    int[] count = {0};
    return () -> ++count[0] == steps;
  }

  /** Control: what travels in the checkpoint is needed. */
  @Test
  void missingValuesChangeTheFiles() throws IOException {
    RunConfig config = TinyTraining.config();
    trained(config, DATA, "whole");
    assertThat(trainer(config, DATA, "run").train(after(BATCHES + 2))).isFalse();
    Checkpoint last = Checkpoint.read(folder.resolve("run/checkpoints/last.safetensors"));
    assertThat(last.extras().epochDynamics()).hasSize(8);
    Trainer resumed = trainer(config, DATA, "run");
    resumed.restore(with(last, Map.of()));
    assertThat(resumed.train(() -> false)).isTrue();

    assertThat(files("run").get("epoch-0001.safetensors"))
        .isEqualTo(files("whole").get("epoch-0001.safetensors"));
    assertThat(files("run").get("epoch-0002.safetensors"))
        .isNotEqualTo(files("whole").get("epoch-0002.safetensors"));
  }

  private static Checkpoint with(Checkpoint last, Map<String, HostTensor> epochDynamics) {
    return new Checkpoint(
        last.config(),
        last.data(),
        last.progress(),
        last.network(),
        last.optimizers(),
        last.epochGates(),
        Checkpoint.Extras.NONE.withDynamics(epochDynamics),
        null);
  }

  /** A version before wrote fewer quantities, and was stopped within an epoch. */
  @Test
  void startsANewQuantityWithTheNextEpoch() throws IOException {
    RunConfig config = TinyTraining.config();
    trained(config, DATA, "whole");
    assertThat(trainer(config, DATA, "run").train(after(2))).isFalse();
    Checkpoint last = Checkpoint.read(folder.resolve("run/checkpoints/last.safetensors"));
    Map<String, HostTensor> fewer = new LinkedHashMap<>(last.extras().epochDynamics());
    assertThat(fewer.remove("predicted")).isNotNull();
    Trainer resumed = trainer(config, DATA, "run");
    resumed.restore(with(last, fewer));
    assertThat(resumed.train(() -> false)).isTrue();

    TrainingDynamics dynamics = TrainingDynamics.open(folder.resolve("run"));
    TrainingDynamics whole = TrainingDynamics.open(folder.resolve("whole"));
    assertThat(dynamics.quantities()).hasSize(7).doesNotContain("predicted");
    assertThat(dynamics.values("correct")).isDeepEqualTo(whole.values("correct"));
    assertThat(files("run").get("epoch-0002.safetensors"))
        .isEqualTo(files("whole").get("epoch-0002.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"margin", "loss", "error_norm", "correct"})
  void refusesAnEpochThatLacksAQuantity(String quantity) throws IOException {
    RunConfig config = TinyTraining.config("epochs", "1");
    trained(config, DATA, "run");
    Path file = folder.resolve("run/dynamics/epoch-0001.safetensors");
    Map<String, HostTensor> fewer = new LinkedHashMap<>();
    try (Safetensors.Sealed sealed = Safetensors.openSealed(file)) {
      fewer.putAll(sealed.contents().tensors());
    }
    fewer.remove(quantity);
    TrainingDynamics.writeEpoch(folder.resolve("run/dynamics"), 0, fewer);

    assertThatThrownBy(() -> TrainingDynamics.open(folder.resolve("run")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(file.toString(), "lacks " + quantity, "restore");
  }

  @Test
  void storesClassesInBytesIfPossible() {
    float[] predicted = {0, 200, 255};
    assertThat(TrainingDynamics.tensor("predicted", predicted, 256).type())
        .isEqualTo(ElementType.U8);
    assertThat(TrainingDynamics.floats(TrainingDynamics.tensor("predicted", predicted, 256)))
        .isEqualTo(predicted);
    float[] many = {0, 255, 70_001};
    assertThat(TrainingDynamics.floats(TrainingDynamics.tensor("predicted", many, 70_002)))
        .isEqualTo(many);
  }

  /** Resumed from a checkpoint of its first epoch or its second. */
  @ParameterizedTest
  @CsvSource({"2, 0", "5, 1"})
  void deletesFilesAfterTheCheckpoint(int steps, int finished) throws IOException {
    RunConfig config = TinyTraining.config("epochs", "3");
    trained(config, DATA, "whole");
    trained(config, DATA, "run");
    Trainer stopped = trainer(config, DATA, "other");
    assertThat(stopped.train(after(steps))).isFalse();
    Files.copy(
        folder.resolve("other/checkpoints/last.safetensors"),
        folder.resolve("run/checkpoints/earlier.safetensors"));
    Files.writeString(folder.resolve("run/dynamics/epoch-0002.safetensors"), "torn");

    Trainer resumed = trainer(config, DATA, "run");
    resumed.restore(Checkpoint.read(folder.resolve("run/checkpoints/earlier.safetensors")));
    assertThat(resumed.train(() -> true)).as("stopped after a step").isFalse();
    assertThat(files("run")).hasSize(finished + 1).doesNotContainKey("epoch-0003.safetensors");
    resume(config, "run");

    assertSame(files("run"), files("whole"));
  }

  @Test
  void storesLessThanTwoBytesPerValue() throws IOException {
    int images = 2_000;
    TrainingData data = TinyTraining.data(images, 9, 9);
    TrainingDynamics dynamics =
        trained(TinyTraining.config("epochs", "1", "batch-size", "500"), data, "run");
    int quantities = dynamics.quantities().size();
    assertThat(files("run").get("epoch-0001.safetensors"))
        .hasSizeLessThan(2 * images * quantities)
        .hasSizeGreaterThan((2 * quantities - 2) * images);
    assertThat(files("run").get("images.safetensors")).hasSizeLessThan(8 * images + 1_000);
  }

  @Test
  void rejectsDamagedAndForeignFiles() throws IOException {
    trained(TinyTraining.config(), DATA, "run");
    trained(TinyTraining.config("gate", "none"), DATA, "plain");
    Path second = folder.resolve("run/dynamics/epoch-0002.safetensors");
    byte[] whole = Files.readAllBytes(second);
    Files.write(
        second, Files.readAllBytes(folder.resolve("plain/dynamics/epoch-0002.safetensors")));
    assertRefused("epoch-0002.safetensors is of other images or quantities");
    whole[whole.length - 1] ^= 1;
    Files.write(second, whole);
    assertRefused("epoch-0002.safetensors");
    Files.delete(folder.resolve("run/dynamics/epoch-0001.safetensors"));
    assertRefused("epoch-0001.safetensors: no such file");
    Files.delete(folder.resolve("run/dynamics/images.safetensors"));
    assertRefused("has no dynamics");
  }

  private void assertRefused(String says) {
    assertThatThrownBy(() -> TrainingDynamics.open(folder.resolve("run")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(says);
  }
}
