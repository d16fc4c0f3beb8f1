package dev.softgate.subsets;

import dev.softgate.config.RunConfig;
import dev.softgate.data.LabelFile;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.RunFolder;
import dev.softgate.run.RunLock;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.sweep.RunState;
import dev.softgate.sweep.SweepFolder;
import dev.softgate.sweep.SweepRun;
import dev.softgate.sweep.SweepTrainer;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Has each trained network of an ensemble predict all images, and keeps that. */
final class ModelPredictor {

  private final EnsembleFolder folder;
  private final TrainingData data;
  private final int[] pool;
  private final List<BitSet> subsets;
  private final boolean keepWeights;

  ModelPredictor(
      EnsembleFolder folder,
      TrainingData data,
      int[] pool,
      List<BitSet> subsets,
      boolean keepWeights) {
    this.folder = folder;
    this.data = data;
    this.pool = pool;
    this.subsets = subsets;
    this.keepWeights = keepWeights;
  }

  /** Trains as another trainer does; when a network is trained, it predicts. */
  SweepTrainer after(SweepTrainer trainer) {
    return (run, runs, threads) -> {
      SweepTrainer.Training training = trainer.start(run, runs, threads);
      return new SweepTrainer.Training() {
        @Override
        public void stop() {
          training.stop();
        }

        @Override
        public SweepTrainer.@Nullable End await(long millis) throws InterruptedException {
          SweepTrainer.End end = training.await(millis);
          if (end != null) {
            predict(run, runs);
          }
          return end;
        }
      };
    };
  }

  /** Predicts, unless the network is not trained yet or has predicted. */
  void predict(SweepRun run, SweepFolder runs) {
    int model = Integer.parseInt(run.name().substring(run.name().lastIndexOf('-') + 1));
    Path file = folder.predictions(model);
    if (runs.state(run) != RunState.FINISHED || Files.exists(file)) {
      return;
    }
    RunFolder own = new RunFolder(runs.path().resolve(run.name()));
    try (RunLock lock = RunLock.take(own)) {
      if (!Files.exists(file)) { // another process may have been faster
        predict(own, run.config(), model).write(file, Map.of("model", Integer.toString(model)));
        if (!keepWeights) {
          deleteCheckpoints(own);
        }
      }
    }
  }

  private ModelPredictions predict(RunFolder run, RunConfig config, int model) {
    Checkpoint checkpoint = TrainedNetwork.open(run.path()).checkpoint();
    data.requireSameImages(checkpoint.data(), run.path());
    int[] labels = data.dataset().train().labels();
    int[] testLabels = data.dataset().test().labels();
    try (OpenNetwork network =
        OpenNetwork.of(checkpoint, config.execution().compute(checkpoint.spec()))) {
      Evaluator evaluator = network.evaluator();
      return new ModelPredictions(
          pool,
          gather(labels, pool),
          clean(data.labels()),
          subsets.get(model),
          evaluator.evaluate(data.dataset().train(), pool).logits(),
          data.test(),
          gather(testLabels, data.test()),
          data.test().length == 0
              ? new float[0]
              : evaluator.evaluate(data.dataset().test(), data.test()).logits());
    }
  }

  private int @Nullable [] clean(@Nullable LabelFile labels) {
    return labels == null || labels.clean() == null ? null : gather(labels.clean(), pool);
  }

  private static int[] gather(int[] labels, int[] ids) {
    int[] some = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      some[i] = labels[ids[i]];
    }
    return some;
  }

  private static void deleteCheckpoints(RunFolder run) {
    try (Stream<Path> files = Files.list(run.checkpoints())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the checkpoints of " + run.path(), e);
    }
  }
}
