package dev.softgate.training;

import dev.softgate.config.Dynamics;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.GateValues;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.CrossEntropy;
import dev.softgate.scoring.ImageSignals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what the network predicts of every training image in every epoch, for {@link
 * TrainingDynamics} to read. In the mode {@link Dynamics#AUGMENTED} the predictions are those of
 * the training step's own forward pass.
 *
 * <p>The numbers of an unfinished epoch travel in the {@link Checkpoint}, in the precision of the
 * files, so that a run that was killed and resumed ends with the same files.
 */
final class DynamicsRecorder implements TrainingHook {

  private final Dynamics mode;
  private final Path folder;
  private final TrainingData data;
  private final Evaluator evaluator;
  private final Replicas replicas;
  private final int[] ids; // ascending
  private final int[] places; // by id, in ids
  private final Map<String, float[]> values = new LinkedHashMap<>(); // of this epoch

  /**
   * What this epoch's first batches wrote, where another session saw them; an earlier version wrote
   * less.
   */
  private @Nullable Set<String> begunWith;

  /**
   * A recorder that has seen nothing.
   *
   * @param folder made where it is missing; only rank 0 of the replicas writes
   */
  DynamicsRecorder(
      Dynamics mode, Path folder, TrainingData data, ResNet network, Replicas replicas) {
    this.mode = mode;
    this.replicas = replicas;
    this.folder = folder;
    this.evaluator = new Evaluator(network, data.normalization());
    this.data = data;
    this.ids = data.train().clone();
    Arrays.sort(ids);
    this.places = new int[data.dataset().train().count()];
    for (int place = 0; place < ids.length; place++) {
      places[ids[place]] = place;
    }
  }

  /** Prepares the folder: lists the images, and deletes files of this epoch and later ones. */
  @Override
  public void trainingStarted(int epoch) {
    if (!replicas.leads()) {
      return;
    }
    try {
      Files.createDirectories(folder);
      AtomicFiles.deleteLeftovers(folder);
      for (int later = TrainingDynamics.lastEpoch(folder); later >= epoch; later--) {
        Files.deleteIfExists(TrainingDynamics.epochFile(folder, later));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
    int[] clean = data.labels() == null ? null : data.labels().clean();
    TrainingDynamics.writeImages(
        folder,
        mode.text(),
        ids,
        ofTrained(data.dataset().train().labels()),
        clean == null ? null : ofTrained(clean));
  }

  private int[] ofTrained(int[] labels) {
    return Arrays.stream(ids).map(id -> labels[id]).toArray();
  }

  @Override
  public void stepEnded(Trained trained, EpochTotals totals) {
    if (mode == Dynamics.AUGMENTED) {
      add(trained.ids(), trained.labels(), trained.result().logits(), trained.result().gates());
    }
  }

  @Override
  public boolean evaluate(EpochTotals totals, BooleanSupplier stop) {
    if (mode != Dynamics.PLAIN) {
      return true;
    }
    Predictions predictions = replicas.evaluate(evaluator, data.dataset().train(), ids, stop);
    if (predictions == null) {
      return false;
    }
    add(predictions.ids(), predictions.labels(), predictions.logits(), predictions.gates());
    return true;
  }

  private void add(int[] batch, int[] labels, float[] logits, List<GateValues> gates) {
    int classes = data.dataset().classes();
    for (GateValues gate : gates) {
      put("g_" + gate.name(), batch, gate.g());
      if (gate.entropyNats() != null) {
        put("entropy_" + gate.name(), batch, gate.entropyNats());
      }
      if (gate.logits() != null) {
        put(
            "gate_loss_" + gate.name(),
            batch,
            CrossEntropy.eachNats(gate.logits(), labels, classes));
      }
    }
    ImageSignals signals = ImageSignals.of(logits, labels, classes);
    put("margin", batch, signals.margin());
    put("loss", batch, signals.lossNats());
    put("error_norm", batch, signals.errorNorm());
    float[] correct = new float[batch.length];
    float[] predicted = new float[batch.length];
    for (int i = 0; i < batch.length; i++) {
      correct[i] = signals.correct()[i] ? 1 : 0;
      predicted[i] = signals.predicted()[i];
    }
    put(TrainingDynamics.CORRECT, batch, correct);
    put(TrainingDynamics.PREDICTED, batch, predicted);
  }

  private void put(String quantity, int[] batch, float[] numbers) {
    if (begunWith != null && !begunWith.contains(quantity)) {
      return; // half a column would be of no use
    }
    float[] row = values.computeIfAbsent(quantity, name -> new float[ids.length]);
    for (int i = 0; i < batch.length; i++) {
      row[places[batch[i]]] = numbers[i];
    }
  }

  /** Writes the file of the epoch, and begins the next. */
  @Override
  public void epochEnded(int epoch) {
    if (replicas.leads()) {
      TrainingDynamics.writeEpoch(folder, epoch, soFar());
    }
    values.clear();
    begunWith = null;
  }

  @Override
  public Checkpoint.Extras save(Checkpoint.Extras extras, Progress progress) {
    return extras.withDynamics(soFar());
  }

  /** The numbers of this epoch by quantity, 0 for images not yet seen; empty before the first. */
  private Map<String, HostTensor> soFar() {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    int classes = data.dataset().classes();
    values.forEach((name, row) -> tensors.put(name, TrainingDynamics.tensor(name, row, classes)));
    return tensors;
  }

  @Override
  public void restore(Checkpoint checkpoint) {
    values.clear();
    checkpoint
        .extras()
        .epochDynamics()
        .forEach((name, tensor) -> values.put(name, TrainingDynamics.floats(tensor)));
    begunWith = values.isEmpty() ? null : Set.copyOf(values.keySet());
  }
}
