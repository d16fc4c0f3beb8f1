package dev.softgate.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.config.RunConfig;
import dev.softgate.data.Augmentation;
import dev.softgate.data.Augmenter;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.GateValues;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private Trainer trainer(RunConfig config, TrainingData data, TrainingListener... listeners) {
    ResNet network =
        new ResNet(config.model().spec(TinyTraining.CLASSES), config.optimization().seed());
    return new Trainer(config, data, network, new CheckpointStore(folder), List.of(listeners));
  }

  /** Notes every call in order. */
  private static final class Recorder implements TrainingListener {
    private final List<String> calls = new ArrayList<>();
    private final List<EpochMetrics> epochs = new ArrayList<>();
    private final List<EpochGates> gates = new ArrayList<>();

    @Override
    public void trainingStarted(int firstEpoch, int epochs, int batchesPerEpoch, int images) {
      calls.add("started " + firstEpoch + " " + epochs + " " + batchesPerEpoch + " " + images);
    }

    @Override
    public void stepFinished(StepProgress progress) {
      calls.add("step " + progress.epoch() + " " + progress.batch());
    }

    @Override
    public void epochFinished(EpochMetrics metrics, EpochGates epochGates, EpochTiming timing) {
      calls.add("epoch " + metrics.epoch());
      epochs.add(metrics);
      gates.add(epochGates);
    }

    @Override
    public void checkpointSaved(Path file, List<EpochMetrics> history) {
      calls.add("saved " + history.size());
    }
  }

  @Test
  void callsListenersInOrder() {
    Recorder recorder = new Recorder();

    trainer(TinyTraining.config(), TinyTraining.data(10, 3, 4), recorder).train(() -> false);

    assertThat(recorder.calls)
        .containsExactly(
            "started 0 2 2 10",
            "saved 0",
            "step 0 0",
            "step 0 1",
            "epoch 0",
            "saved 1",
            "step 1 0",
            "step 1 1",
            "epoch 1",
            "saved 2");
    for (TrainingListener.EpochGates gates : recorder.gates) {
      assertThat(gates.names()).containsExactly("b3");
      assertThat(gates.train()).hasDimensions(1, 10);
      assertThat(gates.train()[0]).doesNotContain(0f, 1f);
      assertThat(gates.validation()).extracting(GateValues::name).containsExactly("b3");
      assertThat(gates.validation().get(0).g()).hasSize(3).doesNotContain(0f, 1f);
    }
    for (EpochMetrics epoch : recorder.epochs) {
      assertThat(epoch.train().images()).isEqualTo(10);
      assertThat(epoch.validation()).extracting(PhaseMetrics::images).isEqualTo(3);
      assertThat(epoch.test()).extracting(PhaseMetrics::images).isEqualTo(4);
    }
    assertThat(recorder.epochs)
        .extracting(EpochMetrics::learningRate)
        .containsExactly(0.05, 0.05 * 0.1);
  }

  /** An epoch without memory is one in which nobody owns a channel; the epochs after it are not. */
  @Test
  void ownedChannelsAreOffInTheFirstEpochs() {
    List<EpochMetrics> off = memoryHistory("memory-off-epochs", "2");
    List<EpochMetrics> nobody = memoryHistory("memory-density", "0");
    List<EpochMetrics> later = memoryHistory("memory-off-epochs", "1");
    List<EpochMetrics> on = memoryHistory();
    assertThat(off.subList(0, 2)).isEqualTo(nobody.subList(0, 2));
    assertThat(off.get(2)).isNotEqualTo(nobody.get(2));
    assertThat(later.get(0)).isEqualTo(off.get(0)).isNotEqualTo(on.get(0));
    assertThat(later.get(1)).isNotEqualTo(off.get(1));
  }

  private List<EpochMetrics> memoryHistory(String... more) {
    List<String> all = new ArrayList<>(List.of("gate", "memory", "epochs", "3"));
    all.addAll(List.of(more));
    Trainer trainer =
        trainer(TinyTraining.config(all.toArray(String[]::new)), TinyTraining.data(16, 3, 4));
    trainer.train(() -> false);
    return List.copyOf(trainer.progress().history());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void testsWhenDueAndAtTheEnd(int every) {
    Recorder recorder = new Recorder();

    trainer(
            TinyTraining.config("epochs", "5", "test-every", Integer.toString(every)),
            TinyTraining.data(8, 0, 3),
            recorder)
        .train(() -> false);

    assertThat(recorder.epochs.stream().filter(e -> e.test() != null).map(EpochMetrics::epoch))
        .containsExactlyElementsOf(every == 0 ? List.of(4) : List.of(1, 3, 4));
    assertThat(recorder.epochs).extracting(EpochMetrics::validation).containsOnlyNulls();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void keepsTheLastTestPredictions(int every) {
    RunConfig config =
        TinyTraining.config("gate-iters", "1", "test-every", Integer.toString(every));
    TrainingData data = TinyTraining.data(16, 3, 6);
    ResNet network =
        new ResNet(config.model().spec(TinyTraining.CLASSES), config.optimization().seed());
    Trainer trainer = new Trainer(config, data, network, new CheckpointStore(folder), List.of());
    int[] steps = {0};

    assertThat(trainer.train(() -> ++steps[0] == 3)).isFalse();
    assertThat(trainer.finalTest()).as("after the first batch of the last epoch").isNull();
    assertThat(trainer.train(() -> false)).isTrue();

    Predictions repeated =
        new Evaluator(network, data.normalization()).evaluate(data.dataset().test(), data.test());
    Predictions kept = Objects.requireNonNull(trainer.finalTest());
    assertThat(kept.ids()).containsExactly(repeated.ids());
    assertThat(kept.logits()).containsExactly(repeated.logits());
    assertThat(kept.g()).containsExactly(repeated.g());
  }

  @Test
  void bestIsTheFirstWithTheBestAccuracy() {
    Recorder recorder = new Recorder();
    Trainer trainer =
        trainer(
            TinyTraining.config("epochs", "6", "schedule", "none"),
            TinyTraining.data(48, 30, 3),
            recorder);
    trainer.train(() -> false);

    List<Double> accuracies =
        recorder.epochs.stream()
            .map(e -> Objects.requireNonNull(e.validation()).accuracy())
            .toList();
    double best = accuracies.stream().mapToDouble(a -> a).max().orElseThrow();
    assertThat(trainer.progress().best())
        .isEqualTo(new Progress.Best(accuracies.indexOf(best), best));
    Checkpoint saved = Checkpoint.read(folder.resolve("best.safetensors"));
    assertThat(saved.progress().epoch()).isEqualTo(accuracies.indexOf(best) + 1);
  }

  @Test
  void trainsWithoutTestImages() {
    Recorder recorder = new Recorder();
    Trainer trainer =
        trainer(TinyTraining.config("test-every", "1"), TinyTraining.data(9, 3, 0), recorder);

    assertThat(trainer.train(() -> false)).isTrue();
    assertThat(recorder.epochs).hasSize(2).allMatch(epoch -> epoch.test() == null);
    assertThat(recorder.epochs).allMatch(epoch -> epoch.validation() != null);
    assertThat(trainer.finalTest()).isNull();
  }

  @Test
  void bestIsFinalWithoutValidationImages() {
    Trainer trainer = trainer(TinyTraining.config(), TinyTraining.data(9, 0, 0));
    trainer.train(() -> false);

    assertThat(trainer.progress().best()).isNull();
    assertThat(folder.resolve("best.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("final.safetensors"));
  }

  @Test
  void memorizesAFewImages() {
    Recorder recorder = new Recorder();

    trainer(
            TinyTraining.config(
                "epochs", "15", "schedule", "none", "lr", "0.02", "weight-decay", "0"),
            TinyTraining.augmented(TinyTraining.data(32, 0, 3), Augmenter.of(Augmentation.NONE)),
            recorder)
        .train(() -> false); // 60 steps

    List<EpochMetrics> epochs = recorder.epochs;
    assertThat(epochs.get(epochs.size() - 1).train().accuracy()).isEqualTo(1.0);
    assertThat(epochs.get(epochs.size() - 1).train().classificationLoss()).isLessThan(0.1);
  }

  @ParameterizedTest(name = "checkpoints every {0} minutes")
  @ValueSource(strings = {"60", "1e-9"})
  void divergenceKeepsAGoodCheckpoint(String minutes) {
    RunConfig config =
        TinyTraining.config("lr", "1e10", "epochs", "9", "checkpoint-minutes", minutes);

    assertThatThrownBy(() -> trainer(config, TinyTraining.data(80, 9, 9)).train(() -> false))
        .isInstanceOf(DivergenceException.class)
        .message()
        .hasLineCount(1)
        .matches(
            "the training diverged at epoch \\d, batch \\d+: classification loss \\S+, gate loss"
                + " [^;,]+(, and then weights that are not finite)?; last good checkpoint:"
                + " .*last\\.safetensors; try a lower learning rate");

    Checkpoint last = Checkpoint.read(folder.resolve("last.safetensors"));
    last.network().values().stream()
        .filter(tensor -> tensor.type() != ElementType.I64)
        .map(HostTensor::toFloats)
        .forEach(
            values -> {
              for (float value : values) {
                assertThat(value).isFinite();
              }
            });
  }

  @Test
  void freesNativeObjects() {
    List<Long> alive = new ArrayList<>();
    TrainingListener counter =
        new TrainingListener() {
          @Override
          public void stepFinished(StepProgress progress) {
            alive.add(TorchRuntime.livePointers());
          }
        };

    trainer(
            TinyTraining.config("epochs", "1", "batch-size", "4", "gate-iters", "2"),
            TinyTraining.data(208, 0, 3),
            counter)
        .train(() -> false);

    assertThat(alive).hasSize(52);
    for (int step = 2; step < alive.size(); step++) {
      assertThat(alive.get(step))
          .as("after step %d; the collector may take away what earlier tests left", step)
          .isLessThanOrEqualTo(alive.get(step - 1));
    }
  }
}
