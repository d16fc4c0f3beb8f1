package dev.softgate.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.BadInputException;
import dev.softgate.config.Overrides;
import dev.softgate.config.RunConfig;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that was stopped or killed and resumed ends with the bits of one that was not. */
class TrainerResumeTest {

  /** Batches of 8, 8, 8 and 6 images. */
  private static final TrainingData DATA = TinyTraining.data(30, 9, 9);

  private static final int BATCHES = 4;
  private static final int EPOCHS = 2;

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  /** What must be equal in the end, all of it but times. */
  private record Ending(
      Map<String, byte[]> tensors,
      List<EpochMetrics> history,
      Progress.@Nullable Best best,
      long images) {

    static Ending of(Checkpoint checkpoint) {
      Map<String, byte[]> tensors = new LinkedHashMap<>();
      checkpoint.network().forEach((name, tensor) -> tensors.put(name, bytes(tensor)));
      checkpoint
          .extras()
          .trained()
          .forEach((name, tensor) -> tensors.put("trained " + name, bytes(tensor)));
      checkpoint.optimizers().forEach((name, tensor) -> tensors.put(name, bytes(tensor)));
      checkpoint
          .extras()
          .channelsOff()
          .forEach((name, tensor) -> tensors.put("off " + name, bytes(tensor)));
      Progress progress = checkpoint.progress();
      return new Ending(tensors, progress.history(), progress.best(), progress.effort().images());
    }

    private static byte[] bytes(HostTensor tensor) {
      byte[] bytes = new byte[tensor.data().remaining()];
      tensor.data().get(bytes);
      return bytes;
    }

    List<String> differences(Ending other) {
      assertThat(other.tensors.keySet()).isEqualTo(tensors.keySet());
      List<String> differences = new ArrayList<>();
      tensors.forEach(
          (name, bytes) -> {
            if (!Arrays.equals(bytes, other.tensors.get(name))) {
              differences.add(name);
            }
          });
      if (!history.equals(other.history)) {
        differences.add("history");
      }
      if (!Objects.equals(best, other.best)) {
        differences.add("best");
      }
      if (images != other.images) {
        differences.add("images trained on");
      }
      return differences;
    }
  }

  private @Nullable Checkpoint stopped; // where the last interruption did

  private CheckpointStore store(String name) throws IOException {
    return new CheckpointStore(Files.createDirectories(folder.resolve(name)));
  }

  private static Trainer fresh(
      RunConfig config, CheckpointStore store, TrainingListener... listeners) {
    return fresh(config, DATA, store, listeners);
  }

  private static Trainer fresh(
      RunConfig config, TrainingData data, CheckpointStore store, TrainingListener... listeners) {
    ResNet network =
        new ResNet(config.model().spec(TinyTraining.CLASSES), config.optimization().seed());
    return new Trainer(
        config, TinyTraining.augmented(data, config), network, store, List.of(listeners));
  }

  private static Trainer resumed(
      RunConfig config,
      CheckpointStore store,
      UnaryOperator<Checkpoint> change,
      TrainingListener... listeners) {
    Trainer trainer = fresh(config, store, listeners);
    trainer.restore(
        change.apply(
            store.newestUsable(
                warning -> {
                  throw new AssertionError(warning);
                })));
    return trainer;
  }

  private static BooleanSupplier after(int steps) {
    int[] count = {0};
    return () -> ++count[0] == steps;
  }

  private static boolean never() {
    return false;
  }

  private Ending uninterrupted(RunConfig config) throws IOException {
    CheckpointStore store = store("uninterrupted");
    assertThat(fresh(config, store).train(TrainerResumeTest::never)).isTrue();
    return Ending.of(Checkpoint.read(store.file("final")));
  }

  private Ending interrupted(
      RunConfig first, int steps, RunConfig second, UnaryOperator<Checkpoint> change)
      throws IOException {
    CheckpointStore store = store("interrupted");
    assertThat(fresh(first, store).train(after(steps))).isFalse();
    stopped = Checkpoint.read(store.file("last"));
    Progress position = stopped.progress();
    assertThat(position.epoch() * BATCHES + position.batch()).isEqualTo(steps);
    assertThat(resumed(second, store, change).train(TrainerResumeTest::never)).isTrue();
    return Ending.of(Checkpoint.read(store.file("final")));
  }

  @ParameterizedTest(name = "{0}, every {1} batches, stopped after {2}")
  @CsvSource({
    // the first batch of an epoch, one within, the last, the first and last of the last epoch
    "classifier, 1, 1",
    "classifier, 3, 2",
    "classifier, 3, 4",
    "classifier, 1, 5",
    "classifier, 3, 8",
    "none, 1, 3",
    "memory, 1, 1",
    "memory, 1, 4"
  })
  void resumesBitExactly(String gate, String gateIters, int steps) throws IOException {
    RunConfig config = TinyTraining.config("gate", gate, "gate-iters", gateIters);

    Ending expected = uninterrupted(config);
    Ending actual = interrupted(config, steps, config, UnaryOperator.identity());

    assertThat(actual.differences(expected)).isEmpty();
    assertThat(actual.history()).hasSize(EPOCHS);
  }

  /** With most layers frozen, and the others at two rates. */
  @ParameterizedTest
  @CsvSource({"stage2, none, 2", "stage1, classifier, 5"})
  void resumesAFineTuning(String until, String gate, int steps) throws IOException {
    RunConfig config =
        TinyTraining.config(
            "gate", gate, "freeze-until", until, "lr-imported", "0.1", "init", "features:r");

    Ending expected = uninterrupted(config);
    Ending actual = interrupted(config, steps, config, UnaryOperator.identity());

    assertThat(actual.differences(expected)).isEmpty();
    Ending atOneRate = uninterrupted(config.with(Map.of("lr-imported", "1")));
    assertThat(atOneRate.differences(expected)).contains("fc.weight", "history");
  }

  @ParameterizedTest(name = "{0} with penalty {1} at stages {2}")
  @CsvSource({
    "classifier, none, '2,3', 2",
    "entropy, none, '1,2', 2",
    "sigmoid, l2, '1,2', 2",
    "two-way, cross-entropy, '1,2', 2",
    "exclusive, cross-entropy, none, 6",
    "shortcut, l2, none, 6"
  })
  void resumesSeveralGatesWithinAnEpoch(String gate, String penalty, String stages, int gates)
      throws IOException {
    RunConfig config =
        TinyTraining.config(
            "gate", gate, "gate-penalty", penalty, "gate-at", stages, "lambda-mem", "0.1");

    Ending expected = uninterrupted(config);
    Ending actual = interrupted(config, 3, config, UnaryOperator.identity());

    assertThat(actual.differences(expected)).isEmpty();
    float[][] kept = Objects.requireNonNull(stopped).epochGates();
    assertThat(kept).hasDimensions(gates, 3 * 8);
    assertThat(kept[0]).isNotEqualTo(kept[1]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optimizer=adamw lr=0.01 weight-decay=0.05",
        "optimizer=adamw lr=0.01 gate-iters=3",
        "optimizer=adamw lr=0.01 gate=memory",
        "optimizer=adamw lr=0.01 gate=exclusive gate-penalty=l2",
        "schedule=cosine schedule-gate=cosine",
        "nesterov=true lr-norms=8 norm-weight-decay=0 logit-scale=0.25 stem=pooled",
        "schedule=linear warm-up-epochs=0.6 lr-min=0.001",
        "ema=0.9",
        "mixup=0.4 label-smoothing=0.1",
        "color-jitter=0.4,0.4,0.4,0.1 flip=alternating crop-shift=2 crop-fill=reflect cut-out=9",
        "mixup=0.4 gate=exclusive gate-penalty=l2 optimizer=adamw lr=0.01 ema=0.9 schedule=cosine",
        "ema=0.9 gate=memory memory-off-epochs=1",
        "ema=0.9 gate-mix=hard target-skip=0.5 gate-iters=3 optimizer=adamw lr=0.01",
      })
  void resumesRecipesBitExactly(String options) throws IOException {
    RunConfig config = TinyTraining.config().with(Overrides.of(options));

    Ending expected = uninterrupted(config);

    assertThat(interrupted(config, 3, config, UnaryOperator.identity()).differences(expected))
        .isEmpty();
    assertThat(uninterrupted(TinyTraining.config()).tensors().get("conv1.weight"))
        .isNotEqualTo(expected.tensors().get("conv1.weight"));
  }

  /** Control: the state of AdamW matters, the number of its steps too. */
  @ParameterizedTest
  @ValueSource(strings = {"main.mean", "main.squares", "main.steps", "gate.steps"})
  void missingStateOfAdamWChangesTheResult(String name) throws IOException {
    RunConfig config = TinyTraining.config("optimizer", "adamw", "lr", "0.01");

    Ending expected = uninterrupted(config);
    Ending actual =
        interrupted(
            config,
            3,
            config,
            checkpoint ->
                with(
                    checkpoint,
                    name.endsWith("steps")
                        ? withSteps(name, checkpoint.optimizers())
                        : withZeros(name, checkpoint.optimizers())));

    assertThat(actual.differences(expected))
        .contains(name.startsWith("main") ? "conv1.weight" : "g_layer.0.weight");
  }

  private static Checkpoint with(Checkpoint checkpoint, Map<String, HostTensor> optimizers) {
    return new Checkpoint(
        checkpoint.config(),
        checkpoint.data(),
        checkpoint.progress(),
        checkpoint.network(),
        optimizers,
        checkpoint.epochGates(),
        checkpoint.extras(),
        null);
  }

  private static Map<String, HostTensor> withSteps(String name, Map<String, HostTensor> tensors) {
    Map<String, HostTensor> changed = new LinkedHashMap<>(tensors);
    changed.put(name, HostTensor.ofLongs(new long[] {50}, 1));
    return changed;
  }

  @Test
  void resumesBitExactlyInBfloat16() throws IOException {
    assumeThat(TorchRuntime.hasFastBfloat16())
        .as("skipped: the processor has no bfloat16 arithmetic")
        .isTrue();
    RunConfig config = TinyTraining.config("precision", "bf16");

    Ending expected = uninterrupted(config);
    Ending actual = interrupted(config, 3, config, UnaryOperator.identity());

    assertThat(actual.differences(expected)).isEmpty();
  }

  @Test
  void resumesBitExactlyAfterEveryBatch() throws IOException {
    RunConfig config = TinyTraining.config("gate-iters", "3");
    CheckpointStore store = store("stop and go");

    assertThat(fresh(config, store).train(() -> true)).isFalse();
    int sessions = 1;
    while (!resumed(config, store, UnaryOperator.identity()).train(() -> true)) {
      sessions++;
    }

    assertThat(sessions).isEqualTo(EPOCHS * BATCHES);
    assertThat(Ending.of(Checkpoint.read(store.file("final"))).differences(uninterrupted(config)))
        .isEmpty();
  }

  @ParameterizedTest(name = "asked for the {0}th time")
  @ValueSource(ints = {BATCHES + 1, BATCHES + 2, 2 * BATCHES + 3, 2 * BATCHES + 4})
  void resumesBitExactlyAfterAnInterruptedEvaluation(int questions) throws IOException {
    RunConfig config = TinyTraining.config("gate-iters", "3");
    TrainingData data = TinyTraining.data(30, 150, 150); // two batches an evaluation
    CheckpointStore whole = store("whole");
    assertThat(fresh(config, data, whole).train(TrainerResumeTest::never)).isTrue();
    CheckpointStore store = store("interrupted");

    assertThat(fresh(config, data, store).train(after(questions))).isFalse();
    Checkpoint saved = Checkpoint.read(store.file("last"));
    int epoch = questions > BATCHES + 2 ? 1 : 0;
    assertThat(saved.progress().epoch()).isEqualTo(epoch);
    assertThat(saved.progress().batch()).isEqualTo(BATCHES);
    assertThat(saved.progress().history()).hasSize(epoch);
    Trainer resumed = fresh(config, data, store);
    resumed.restore(saved);
    assertThat(resumed.train(TrainerResumeTest::never)).isTrue();

    assertThat(
            Ending.of(Checkpoint.read(store.file("final")))
                .differences(Ending.of(Checkpoint.read(whole.file("final")))))
        .isEmpty();
  }

  /** Also while the statistics without the memory are taken, which asks before each batch. */
  @ParameterizedTest(name = "asked for the {0}th time")
  @ValueSource(ints = {BATCHES + 1, BATCHES + 3, 2 * BATCHES + 2, 3 * BATCHES + 3, 4 * BATCHES})
  void resumesOwnedChannelsAnywhere(int questions) throws IOException {
    RunConfig config = TinyTraining.config("gate", "memory");
    CheckpointStore store = store("interrupted");

    assertThat(fresh(config, store).train(after(questions))).isFalse();
    assertThat(resumed(config, store, UnaryOperator.identity()).train(TrainerResumeTest::never))
        .isTrue();

    Ending ending = Ending.of(Checkpoint.read(store.file("final")));
    assertThat(ending.tensors()).containsKey("off bn1.running_mean");
    assertThat(ending.differences(uninterrupted(config))).isEmpty();
  }

  /** The statistics without the memory are of weights that are no longer the network's. */
  @Test
  void rejectsDroppingOwnedChannelsWithinAnEpoch() throws IOException {
    CheckpointStore store = store("within");
    RunConfig config = TinyTraining.config("gate", "memory");
    assertThat(fresh(config, store).train(after(BATCHES + BATCHES + 1))).isFalse();
    Checkpoint within = Checkpoint.read(store.file("last"));
    assertThat(within.progress().epoch()).isEqualTo(1);
    assertThat(within.extras().channelsOff()).isEmpty();
    assertThatThrownBy(within::restoreNetwork)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("within epoch 2")
        .hasMessageContaining("best.safetensors");
    assertThat(Checkpoint.read(store.file("best")).restoreNetwork()).isNotNull();
  }

  @Test
  void keepsTheSameFilesAfterAnInterruption() throws IOException {
    RunConfig config = TinyTraining.config("keep-every", "1");
    uninterrupted(config);
    interrupted(config, BATCHES + 1, config, UnaryOperator.identity());

    SortedMap<Integer, Path> whole = store("uninterrupted").kept();
    SortedMap<Integer, Path> kept = store("interrupted").kept();
    assertThat(kept.keySet()).isEqualTo(whole.keySet()).containsExactly(0, 1, 2);
    List<Ending> endings = new ArrayList<>();
    for (Map.Entry<Integer, Path> each : kept.entrySet()) {
      endings.add(Ending.of(Checkpoint.read(each.getValue())));
      Path same = Objects.requireNonNull(whole.get(each.getKey()));
      assertThat(endings.get(each.getKey()).differences(Ending.of(Checkpoint.read(same))))
          .isEmpty();
    }
    assertThat(endings.get(0).differences(endings.get(1))).contains("conv1.weight");
    assertThat(endings.get(1).differences(endings.get(2))).contains("conv1.weight");
  }

  @Test
  void stopEndsAnEvaluation() throws IOException {
    TrainingData data = TinyTraining.data(8, 150, 150);
    CheckpointStore store = store("limited");
    Trainer trainer = fresh(TinyTraining.config(), data, store);

    assertThat(trainer.train(() -> true)).isFalse();
    assertThat(trainer.progress().batch()).isEqualTo(1);
    assertThat(trainer.train(() -> true)).isFalse();
    assertThat(trainer.progress().history()).isEmpty();

    assertThat(trainer.train(TrainerResumeTest::never)).isTrue();
  }

  @ParameterizedTest(name = "checkpoints every {0} minutes")
  @ValueSource(strings = {"60", "1e-9"})
  void resumesBitExactlyAfterAKill(String minutes) throws IOException {
    RunConfig config = TinyTraining.config("gate-iters", "3", "checkpoint-minutes", minutes);
    CheckpointStore store = store("killed");
    TrainingListener killer =
        new TrainingListener() {
          @Override
          public void stepFinished(StepProgress progress) {
            if (progress.epoch() == 1 && progress.batch() == 2) {
              throw new IllegalStateException("killed");
            }
          }
        };

    assertThatThrownBy(() -> fresh(config, store, killer).train(TrainerResumeTest::never))
        .hasMessage("killed");
    Progress position = Checkpoint.read(store.file("last")).progress();
    assertThat(position.epoch()).isEqualTo(1);
    assertThat(position.batch()).isEqualTo(minutes.equals("60") ? 0 : 2);
    assertThat(resumed(config, store, UnaryOperator.identity()).train(TrainerResumeTest::never))
        .isTrue();

    assertThat(Ending.of(Checkpoint.read(store.file("final"))).differences(uninterrupted(config)))
        .isEmpty();
  }

  /** Control: the comparison above would notice what it is meant to notice. */
  @Test
  void missingVelocityChangesTheResult() throws IOException {
    RunConfig config = TinyTraining.config();

    Ending expected = uninterrupted(config);
    Ending actual =
        interrupted(
            config,
            3,
            config,
            checkpoint ->
                new Checkpoint(
                    checkpoint.config(),
                    checkpoint.data(),
                    checkpoint.progress(),
                    checkpoint.network(),
                    withZeros("main.velocity", checkpoint.optimizers()),
                    checkpoint.epochGates(),
                    checkpoint.extras().withChannelsOff(Map.of()).with(null),
                    null));

    assertThat(actual.differences(expected))
        .contains("conv1.weight", "fc.bias", "main.velocity", "history");
  }

  /** Control likewise, for the order and the augmentation of the images. */
  @Test
  void anotherSeedChangesTheResult() throws IOException {
    RunConfig config = TinyTraining.config();

    Ending expected = uninterrupted(config);
    Ending actual =
        interrupted(config, 3, TinyTraining.config("seed", "2"), UnaryOperator.identity());

    assertThat(actual.differences(expected))
        .contains("conv1.weight", "g_layer.0.weight", "main.velocity", "history");
  }

  @Test
  void consecutiveCheckpointsDiffer() throws IOException {
    CheckpointStore store = store("run");
    fresh(TinyTraining.config("checkpoint-minutes", "1e-9"), store).train(after(3));

    Ending last = Ending.of(Checkpoint.read(store.file("last")));
    Ending previous = Ending.of(Checkpoint.read(store.file("previous")));

    assertThat(last.differences(previous))
        .contains(
            "conv1.weight",
            "g_layer.1.bias",
            "bn1.running_mean",
            "bn1.num_batches_tracked",
            "main.velocity",
            "gate.velocity");
  }

  private static Map<String, HostTensor> withZeros(String name, Map<String, HostTensor> tensors) {
    HostTensor tensor = Objects.requireNonNull(tensors.get(name));
    Map<String, HostTensor> changed = new LinkedHashMap<>(tensors);
    changed.put(
        name, HostTensor.ofFloats(new float[Math.toIntExact(tensor.elements())], tensor.shape()));
    return changed;
  }
}
