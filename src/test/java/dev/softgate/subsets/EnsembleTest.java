package dev.softgate.subsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.interop.CsvTable;
import dev.softgate.run.Experiment;
import dev.softgate.run.Shard;
import dev.softgate.run.TrainRequest;
import dev.softgate.sweep.SweepListener;
import dev.softgate.sweep.SweepOutcome;
import dev.softgate.sweep.SweepTrainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ensembles of tiny networks, trained within the test instead of in processes. */
class EnsembleTest {

  private static final Map<String, String> TINY = new LinkedHashMap<>();

  static {
    TINY.put("dataset", "synthetic");
    TINY.put("val-fraction", "0");
    TINY.put("limit-train", "24");
    TINY.put("limit-test", "8");
    TINY.put("units", "1,1,1");
    TINY.put("widths", "8,8,8");
    TINY.put("gate", "none");
    TINY.put("epochs", "1");
    TINY.put("schedule", "none");
    TINY.put("batch-size", "8");
    TINY.put("precision", "fp32");
  }

  @TempDir private Path folder;

  private final List<String> started = new ArrayList<>();

  /** Trains at once. */
  private SweepTrainer inProcess(BooleanSupplier stop) {
    return (run, sweep, threads) -> {
      started.add(run.name());
      RunConfig config =
          run.config().with(Map.of("runs-dir", sweep.path().toString(), "name", run.name()));
      Experiment.run(
          new TrainRequest(
              config,
              null,
              List.of(),
              new TrainRequest.Stopping(stop, null),
              "softgate train",
              true,
              ProcessGroup.alone()),
          DownloadListener.NONE);
      return new SweepTrainer.Training() {
        @Override
        public void stop() {}

        @Override
        public SweepTrainer.End await(long millis) {
          return new SweepTrainer.End(null);
        }
      };
    };
  }

  private SubsetsRequest request(String name, Map<String, String> other, int models, Shard shard) {
    return new SubsetsRequest(
        RunConfig.defaults().with(TINY).with(other),
        folder.resolve(name),
        models,
        0.6,
        1,
        shard,
        false,
        false);
  }

  private SweepOutcome train(SubsetsRequest request, BooleanSupplier stop) throws Exception {
    return Ensemble.open(request, DownloadListener.NONE)
        .train(inProcess(stop), SweepListener.NONE, () -> false);
  }

  @Test
  void interruptedAndShardedEnsembleEndsWithTheFilesOfAnUndisturbedOne() throws Exception {
    Path whole = folder.resolve("whole");
    SweepOutcome all = train(request("whole", Map.of(), 4, Shard.WHOLE), () -> false);
    assertThat(all.finished()).isEqualTo(4);

    Path parts = folder.resolve("parts");
    SubsetsRequest first = request("parts", Map.of(), 4, new Shard(0, 2));
    assertThat(train(first, () -> true).interrupted()).isEqualTo(2);
    assertThat(train(first, () -> true).interrupted()).isEqualTo(2);
    train(request("parts", Map.of(), 4, new Shard(1, 2)), () -> false);
    assertThatThrownBy(() -> SubsetsReporter.collect(folder.resolve("none"), null))
        .isInstanceOf(BadInputException.class);
    assertThat(SubsetsReporter.collect(parts, null).models()).isEqualTo(2);
    train(first, () -> false);

    SubsetsReport report = SubsetsReporter.collect(whole, null);
    assertThat(report.models()).isEqualTo(4);
    assertThat(report.images()).isEqualTo(24);
    assertThat(report.testImages()).isEqualTo(8);
    SubsetsReporter.collect(parts, null);
    assertThat(parts.resolve("memorization.csv"))
        .hasSameBinaryContentAs(whole.resolve("memorization.csv"));
    for (int model = 0; model < 4; model++) {
      Path file = new EnsembleFolder(whole).predictions(model);
      assertThat(new EnsembleFolder(parts).predictions(model)).hasSameBinaryContentAs(file);
    }
    assertThat(whole.resolve("models/model-0000/checkpoints")).isEmptyDirectory();
  }

  @Test
  void networksAreTrainedOnTheirSubsetsWithSeedsOfTheirOwnAndGrow() throws Exception {
    train(request("e", Map.of(), 2, Shard.WHOLE), () -> false);
    started.clear();
    train(request("e", Map.of(), 3, Shard.WHOLE), () -> false);
    assertThat(started).containsExactly("model-0002");

    EnsembleFolder ensemble = new EnsembleFolder(folder.resolve("e"));
    List<String> seeds = new ArrayList<>();
    for (int model = 0; model < 3; model++) {
      ModelPredictions read = ModelPredictions.read(ensemble.predictions(model));
      assertThat(read.subset().cardinality()).isEqualTo(14); // 0.6 of 24
      Path run = ensemble.models().path().resolve(EnsembleFolder.name(model));
      assertThat(Files.readString(run.resolve("train.log"))).contains("of 14 images");
      seeds.add(RunConfig.read(run.resolve("config.yaml")).texts().get("seed"));
      CsvTable labels = CsvTable.read(ensemble.labels(model));
      int[] leftOut = labels.wholeNumbers("index");
      read.subset().stream()
          .forEach(place -> assertThat(leftOut).doesNotContain(read.ids()[place]));
    }
    assertThat(seeds).doesNotHaveDuplicates();
    assertThat(SubsetsReporter.collect(ensemble.path(), 2).models()).isEqualTo(2);
  }

  @Test
  void refusesOtherSettingsAndNetworksThatSawAllImages() throws Exception {
    train(request("e", Map.of(), 1, Shard.WHOLE), () -> false);
    assertThatThrownBy(
            () ->
                Ensemble.open(
                    request("e", Map.of("lr", "0.2"), 2, Shard.WHOLE), DownloadListener.NONE))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("was begun with lr 0.1");
    assertThatThrownBy(
            () ->
                Ensemble.open(
                    request("f", Map.of("init", "baseline:x"), 2, Shard.WHOLE),
                    DownloadListener.NONE))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("baseline:x: that network may have seen all images");
  }
}
