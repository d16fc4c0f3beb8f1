package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.evaluation.GateValues;
import dev.softgate.interop.TensorBoardEvents;
import dev.softgate.interop.TensorBoardEvents.Message;
import dev.softgate.interop.TensorBoardEvents.Scalar;
import dev.softgate.training.TrainingListener.EpochGates;
import dev.softgate.training.TrainingListener.EpochTiming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardListenerTest {

  private static final EpochTiming TIMING = new EpochTiming(1, 2, 3);

  private static final EpochGates NO_GATES = new EpochGates(List.of(), new float[0][], List.of());

  @TempDir private Path folder;

  private static GateValues gate(String name, float... g) {
    return new GateValues(name, g, null, null);
  }

  @Test
  void recordsAnEpochUnderThePublishedTags() throws IOException {
    try (TensorBoardListener listener = new TensorBoardListener(folder)) {
      listener.trainingStarted(0, 3, 352, 45_000);
      listener.epochFinished(
          Epochs.SOFT,
          new EpochGates(
              List.of("b3"), new float[][] {{0.25f, 0.5f, 0.75f}}, List.of(gate("b3", 0.5f))),
          TIMING);
    }

    assertThat(TensorBoardEvents.scalars(onlyFile()))
        .containsExactlyInAnyOrder(
            new Scalar("train_accuracy", 1, (float) (100 / 3.0)),
            new Scalar("train_loss_cls", 1, 1.2345679f),
            new Scalar("train_loss_gatecel", 1, 2.25f),
            new Scalar("tot_train_loss", 1, (float) (1.2345678901234567 + 2.25)),
            new Scalar("val_accuracy", 1, 25),
            new Scalar("val_loss_cls", 1, 1.5f),
            new Scalar("val_loss_gatecel", 1, 2.5f),
            new Scalar("tot_val_loss", 1, 4),
            new Scalar("test_accuracy", 1, 12.5f),
            new Scalar("test_loss_cls", 1, 1.75f),
            new Scalar("test_loss_gatecel", 1, 2.75f),
            new Scalar("tot_test_loss", 1, 4.5f),
            new Scalar("lr", 1, 0.01f),
            new Scalar("gate_lr", 1, 0.001f));
    assertThat(histograms(onlyFile()))
        .containsExactly("g Values, train: 3.0", "g Values, validation: 1.0");
  }

  @Test
  void recordsGatesByName() throws IOException {
    try (TensorBoardListener listener = new TensorBoardListener(folder)) {
      listener.trainingStarted(0, 3, 352, 45_000);
      listener.epochFinished(
          Epochs.ALL.get(0),
          new EpochGates(
              List.of("b2", "b3"),
              new float[][] {{0.25f, 0.5f, 0.75f}, {0.5f, 0.5f, 0.5f}},
              List.of(gate("b2", 0.5f), gate("b3", 0.25f))),
          TIMING);
    }

    assertThat(histograms(onlyFile()))
        .containsExactly(
            "g Values b2, train: 3.0",
            "g Values b2, validation: 1.0",
            "g Values b3, train: 3.0",
            "g Values b3, validation: 1.0");
  }

  @Test
  void skipsMissingMeasurements() throws IOException {
    try (TensorBoardListener listener = new TensorBoardListener(folder)) {
      listener.trainingStarted(1, 3, 352, 45_000);
      listener.epochFinished(Epochs.ALL.get(1), NO_GATES, TIMING);
    }

    assertThat(TensorBoardEvents.scalars(onlyFile()))
        .containsExactlyInAnyOrder(
            new Scalar("train_accuracy", 2, 50),
            new Scalar("train_loss_cls", 2, 0),
            new Scalar("tot_train_loss", 2, 0),
            new Scalar("lr", 2, 0.1f));
    assertThat(histograms(onlyFile())).isEmpty();
  }

  @Test
  void resumesAtItsFirstEpoch() throws IOException {
    try (TensorBoardListener listener = new TensorBoardListener(folder)) {
      listener.trainingStarted(16, 20, 352, 45_000);
    }

    Message start = TensorBoardEvents.read(onlyFile()).get(1);
    assertThat(start.only(2)).isEqualTo(17L);
    assertThat(start.message(7).only(1)).isEqualTo(1L);
  }

  @Test
  void rejectsEpochsBeforeTheStart() {
    try (TensorBoardListener listener = new TensorBoardListener(folder)) {
      assertThatThrownBy(() -> listener.epochFinished(Epochs.ALL.get(0), NO_GATES, TIMING))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(folder).isEmptyDirectory();
  }

  private Path onlyFile() throws IOException {
    try (var files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  /** Tag and number of values of each histogram. */
  private static List<String> histograms(Path file) throws IOException {
    List<String> found = new ArrayList<>();
    for (Message event : TensorBoardEvents.read(file)) {
      if (event.has(5) && event.message(5).message(1).has(5)) {
        Message value = event.message(5).message(1);
        found.add(value.text(1) + ": " + value.message(5).only(3));
      }
    }
    return found;
  }
}
