package dev.softgate.training;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes, here threads, that train one network together. */
class ReplicasTest {

  /** Batches of 16, 16 and 7 images of all processes. */
  private static final TrainingData DATA = TinyTraining.data(39, 11, 9);

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private record Outcome(Checkpoint state, boolean finished) {}

  private List<Outcome> train(
      String name, int processes, RunConfig config, @Nullable Checkpoint from, BooleanSupplier stop)
      throws IOException {
    Path runs = Files.createDirectories(folder.resolve(name));
    Processes.Work<Outcome> work = group -> train(group, runs, config, from, stop);
    return processes == 1
        ? List.of(train(ProcessGroup.alone(), runs, config, from, stop))
        : Processes.run(processes, work);
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
            DATA,
            network,
            Objective.LABELS,
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

  private static RunConfig config(String... more) {
    return TinyTraining.config(more).with(Map.of("canvas", "none"));
  }

  private static double greatestDifference(Checkpoint one, Checkpoint other, String prefix) {
    double greatest = 0;
    for (Map.Entry<String, HostTensor> entry : one.network().entrySet()) {
      if (entry.getValue().type() == ElementType.F32 && entry.getKey().startsWith(prefix)) {
        float[] a = entry.getValue().toFloats();
        float[] b = Objects.requireNonNull(other.network().get(entry.getKey())).toFloats();
        for (int i = 0; i < a.length; i++) {
          greatest = Math.max(greatest, Math.abs(a[i] - b[i]));
        }
      }
    }
    return greatest;
  }

  @ParameterizedTest
  @CsvSource({
    "libtorch, classifier, 2",
    "onednn, classifier, 2",
    "onednn, classifier, 3",
    "onednn, none, 2",
    "libtorch, shortcut, 2",
    "onednn, memory, 2",
  })
  void equalsOneProcessWithTheWholeBatch(String engine, String gate, int processes)
      throws IOException {
    String batch = Integer.toString(processes == 3 ? 6 : 8);
    String whole = Integer.toString(processes == 3 ? 18 : 16);
    String[] shared = {"engine", engine, "gate", gate, "epochs", "1", "schedule", "none"};
    RunConfig together = config(shared).with(Map.of("sync-bn", "true", "batch-size", batch));
    List<Outcome> two = train("together", processes, together, null, () -> false);
    Outcome one =
        train("alone", 1, config(shared).with(Map.of("batch-size", whole)), null, () -> false)
            .get(0);
    assertThat(two).allMatch(Outcome::finished);
    assertThat(greatestDifference(two.get(0).state(), two.get(1).state(), "")).isZero();
    assertThat(greatestDifference(two.get(0).state(), one.state(), "")).isLessThan(1e-4);
    EpochMetrics shares = two.get(0).state().progress().history().get(0);
    EpochMetrics alone = one.state().progress().history().get(0);
    assertThat(shares.train().images()).isEqualTo(alone.train().images());
    assertThat(shares.train().classificationLoss())
        .isCloseTo(
            alone.train().classificationLoss(), org.assertj.core.api.Assertions.within(1e-4));
  }

  @Test
  void repeatsItsBits() throws IOException {
    RunConfig config = config();
    Checkpoint first = train("first", 2, config, null, () -> false).get(0).state();
    Checkpoint second = train("second", 2, config, null, () -> false).get(0).state();
    assertThat(greatestDifference(first, second, "")).isZero();
    assertThat(first.progress().history()).isEqualTo(second.progress().history());
  }
}
