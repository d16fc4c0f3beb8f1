package dev.softgate.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.distributed.Processes;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ResNet;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes, here threads, that train one network together. */
class ReplicasTest {

  /** With two processes: batches of 16, 16 and 7 images. */
  private static final TrainingData DATA = TinyTraining.data(39, 11, 9);

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private record Outcome(Checkpoint state, boolean finished) {}

  private List<Outcome> train(
      int processes, RunConfig config, @Nullable Checkpoint from, IntFunction<BooleanSupplier> stop)
      throws IOException {
    Path runs = Files.createTempDirectory(folder, "run");
    Processes.Work<Outcome> work =
        group -> train(group, runs, config, from, stop.apply(group.rank()));
    return processes == 1
        ? List.of(train(ProcessGroup.alone(), runs, config, from, stop.apply(0)))
        : Processes.run(processes, work);
  }

  private static BooleanSupplier never(int rank) {
    return () -> false;
  }

  /** Asks one process alone to stop, after that many steps. */
  private static IntFunction<BooleanSupplier> after(int steps, int asked) {
    return rank -> {
      int[] count = {0};
      return () -> rank == asked && ++count[0] == steps;
    };
  }

  private static Outcome train(
      ProcessGroup group,
      Path runs,
      RunConfig config,
      @Nullable Checkpoint from,
      BooleanSupplier stop) {
    // another seed on other ranks: rank 0's weights are those of all
    ResNet network = new ResNet(config.model().spec(TinyTraining.CLASSES), 1 + group.rank());
    Trainer trainer =
        new Trainer(
            config,
            TinyTraining.augmented(DATA, config),
            network,
            objective(config),
            new TrainingRecord(new CheckpointStore(runs), runs.resolve("dynamics"), List.of()),
            group);
    if (from != null) {
      trainer.restore(from);
    }
    try (BackboneEngine engine = config.execution().compute(network.spec()).attach(network)) {
      boolean finished = trainer.train(stop);
      return new Outcome(trainer.checkpoint(), finished);
    }
  }

  /** Each process has the same teacher, as if opened from one file. */
  private static Objective objective(RunConfig config) {
    if (config.skipping().distill() == null) {
      return Objective.LABELS;
    }
    RunConfig other = TinyTraining.config("gate", "none", "depth", "20");
    return Distillation.of(
        config.skipping(), new ResNet(other.model().spec(TinyTraining.CLASSES), 99));
  }

  private static RunConfig config(String... more) {
    return TinyTraining.config(more).with(Map.of("canvas", "none"));
  }

  private static double greatestDifference(Outcome one, Outcome other) {
    double greatest = 0;
    for (Map.Entry<String, HostTensor> entry : one.state().network().entrySet()) {
      if (entry.getValue().type() == ElementType.F32) {
        float[] a = entry.getValue().toFloats();
        float[] b = Objects.requireNonNull(other.state().network().get(entry.getKey())).toFloats();
        for (int i = 0; i < a.length; i++) {
          greatest = Math.max(greatest, Math.abs(a[i] - b[i]));
        }
      }
    }
    return greatest;
  }

  /** With three processes, the last batch has an image each; with four, one has none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | engine libtorch gate classifier",
        "2 | engine onednn gate classifier",
        "3 | engine onednn gate none",
        "4 | engine onednn gate classifier",
        "4 | engine libtorch gate shortcut",
        "2 | engine onednn gate memory",
        "2 | engine onednn gate classifier gate-at 2,3 gate-iters 2",
        "2 | engine libtorch gate classifier gate-at 2,3 gate-tap exit",
        "2 | engine libtorch gate none arch preresnet",
        "2 | engine onednn gate two-way gate-penalty cross-entropy",
        "2 | engine libtorch gate exclusive gate-penalty l2",
        "2 | engine onednn gate classifier distill teacher distill-weight 0.7",
        "2 | engine onednn gate classifier freeze-until stage2",
        "2 | engine libtorch gate sigmoid gate-at 2 freeze-until stage2",
        "4 | engine libtorch gate classifier distill teacher distill-weight 1",
        "2 | engine onednn gate classifier ema 0.7 label-smoothing 0.2 schedule-gate cosine",
        "3 | engine libtorch gate memory ema 0.7",
        "2 | engine onednn gate classifier mixup 0.4 color-jitter 0.4,0.4,0.4,0.1 cut-out 9",
        "4 | engine libtorch gate none mixup 0.4 label-smoothing 0.1",
      })
  void equalsOneProcessWithTheWholeBatch(int processes, String settings) throws IOException {
    String batch = processes == 2 ? "8" : processes == 3 ? "6" : "3";
    String whole = Integer.toString(processes * Integer.parseInt(batch));
    RunConfig config = config((settings + " epochs 1 schedule none").split(" ", -1));
    List<Outcome> together =
        train(
            processes,
            config.with(Map.of("sync-bn", "true", "batch-size", batch)),
            null,
            ReplicasTest::never);
    Outcome alone =
        train(1, config.with(Map.of("batch-size", whole)), null, ReplicasTest::never).get(0);

    Outcome leader = together.get(0);
    assertThat(together).allMatch(Outcome::finished);
    assertThat(together).allMatch(other -> greatestDifference(leader, other) == 0);
    assertThat(greatestDifference(leader, alone)).isBetween(0.0, 1e-4);
    EpochMetrics shared = leader.state().progress().history().get(0);
    EpochMetrics whole1 = alone.state().progress().history().get(0);
    assertThat(shared.train().images()).isEqualTo(whole1.train().images());
    assertThat(shared.train().classificationLoss())
        .isCloseTo(whole1.train().classificationLoss(), within(1e-4));
    assertThat(together)
        .allMatch(
            other ->
                other.state().progress().history().equals(leader.state().progress().history()));
  }

  /** So that the test before this one can fail. */
  @Test
  void differsFromOneProcessWithNormsOfItsOwn() throws IOException {
    RunConfig config = config("epochs", "1", "schedule", "none");
    Outcome own = train(2, config, null, ReplicasTest::never).get(0);
    Outcome whole =
        train(1, config.with(Map.of("batch-size", "16")), null, ReplicasTest::never).get(0);
    assertThat(greatestDifference(own, whole)).isGreaterThan(1e-3);
  }

  /** So that the tests of distillation can fail. */
  @Test
  void distillationChangesTheWeights() throws IOException {
    RunConfig config = config("epochs", "1", "schedule", "none");
    Outcome plain = train(2, config, null, ReplicasTest::never).get(0);
    Outcome distilled =
        train(
                2,
                config.with(Map.of("distill", "teacher", "distill-weight", "0.7")),
                null,
                ReplicasTest::never)
            .get(0);
    assertThat(greatestDifference(plain, distilled)).isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @CsvSource({
    "gate-iters 1",
    "distill teacher",
    "optimizer adamw lr 0.01 schedule cosine",
    "ema 0.9 gate memory",
    "mixup 0.4",
    "ema 0.9 optimizer adamw lr 0.01"
  })
  void allStopAfterTheSameStepAndResumeWithTheSameBits(String settings) throws IOException {
    RunConfig config = config(settings.split(" ", -1));
    Outcome whole = train(2, config, null, ReplicasTest::never).get(0);
    List<Outcome> stopped = train(2, config, null, after(2, 1));
    assertThat(stopped).allMatch(each -> !each.finished() && each.state().progress().batch() == 2);
    Checkpoint middle = stopped.get(0).state();
    Outcome resumed = train(2, config, middle, ReplicasTest::never).get(0);
    assertThat(greatestDifference(whole, resumed)).isZero();
    assertThat(resumed.state().progress().history()).isEqualTo(whole.state().progress().history());

    assertThatThrownBy(() -> train(1, config, middle, ReplicasTest::never))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("from within an epoch on 2 processes");
  }

  @Test
  void anotherNumberContinuesFromTheEndOfAnEpoch() throws IOException {
    Checkpoint end =
        train(2, config("epochs", "1", "schedule", "none"), null, ReplicasTest::never)
            .get(0)
            .state();
    Outcome alone = train(1, config(), end, ReplicasTest::never).get(0);
    assertThat(alone.state().progress().history()).hasSize(2);
  }

  @Test
  void hardGatesTakeThresholdsFromAllImages() throws IOException {
    RunConfig config =
        config("gate-mix", "hard", "target-skip", "0.5", "anneal-epochs", "0", "gate", "entropy");
    List<Outcome> two = train(2, config.with(Map.of("sync-bn", "true")), null, ReplicasTest::never);
    assertThat(greatestDifference(two.get(0), two.get(1))).isZero();
    Outcome alone =
        train(1, config.with(Map.of("batch-size", "16")), null, ReplicasTest::never).get(0);
    assertThat(greatestDifference(two.get(0), alone)).isLessThan(1e-3);
  }
}
