package dev.softgate.subsets;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.EnsembleDraw;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.Safetensors;
import dev.softgate.run.Shard;
import dev.softgate.scoring.memorization.SubsetEstimates;
import dev.softgate.sweep.InProcessTrainer;
import dev.softgate.sweep.SweepListener;
import dev.softgate.sweep.SweepOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

  private SubsetsRequest request(String name, Map<String, String> other, int models, Shard shard) {
    return request(name, other, models, shard, false);
  }

  private SubsetsRequest request(
      String name, Map<String, String> other, int models, Shard shard, boolean keepWeights) {
    return new SubsetsRequest(
        RunConfig.defaults().with(TINY).with(other),
        folder.resolve(name),
        models,
        0.6,
        1,
        shard,
        false,
        keepWeights);
  }

  private SweepOutcome train(SubsetsRequest request, BooleanSupplier stop) throws Exception {
    return Ensemble.open(request, DownloadListener.NONE)
        .train(InProcessTrainer.of(started, stop), SweepListener.NONE, () -> false);
  }

  private static SubsetsReport collect(Path out, @Nullable Integer models, @Nullable Path proxies) {
    return SubsetsReporter.collect(
        new SubsetsReporter.Request(out, models, proxies, null), DownloadListener.NONE);
  }

  @Test
  void writesTablesOfTheContractAndInputOfOtherCommands() throws Exception {
    SubsetsRequest keeping = request("t", Map.of(), 4, Shard.WHOLE, true);
    train(keeping, () -> false);
    Path out = keeping.out();
    Path scores = folder.resolve("scores.csv");
    collect(out, null, null);
    CsvTable table = CsvTable.read(out.resolve("memorization.csv"));
    assertThat(table.header())
        .containsExactly(
            "id",
            "given",
            "memorization",
            "memorization_error",
            "memorization_probability",
            "held_out_accuracy",
            "held_out_probability");
    assertThat(CsvTable.read(out.resolve("influence.csv")).header())
        .containsExactly("train", "test", "influence", "error");
    assertThat(CsvTable.read(out.resolve("classes.csv")).wholeNumbers("images"))
        .satisfies(images -> assertThat(IntStream.of(images).sum()).isEqualTo(24));
    CsvTable given = CsvTable.read(out.resolve("held-out-labels.csv"));
    assertThat(
            Safetensors.read(out.resolve("held-out-probabilities.safetensors"))
                .tensor("probabilities")
                .shape())
        .containsExactly(given.rows(), 10);

    StringBuilder text = new StringBuilder("id,given,same,constant\n");
    double[] values = table.numbers("memorization_probability");
    for (int row = 0; row < table.rows(); row++) {
      text.append(table.texts("id").get(row)).append(",x,").append(values[row]).append(",1\n");
    }
    Files.writeString(scores, text.toString());
    SubsetsReport report =
        SubsetsReporter.collect(
            new SubsetsReporter.Request(
                out, null, scores, new EnsembleFolder(out).models().path().resolve("model-0001")),
            DownloadListener.NONE);
    CsvTable proxies = CsvTable.read(out.resolve("proxies.csv"));
    assertThat(proxies.texts("score")).containsExactly("same", "constant");
    assertThat(proxies.numbers("memorization_probability")).containsExactly(1, Double.NaN);
    Membership membership = requireNonNull(report.membership());
    assertThat(membership.members() + membership.others()).isLessThanOrEqualTo(24);
    assertThat(membership.truePositivesAtOnePercent()).as("too few others").isNull();
    assertThat(
            IntStream.of(CsvTable.read(out.resolve("membership.csv")).wholeNumbers("member")).sum())
        .isEqualTo(14);
  }

  /** Networks predict the given labels of images in their subset, and the true ones of others. */
  @Test
  void memorizedWrongLabelsAreTold() {
    int[] clean = new int[20];
    int[] given = clean.clone();
    given[3] = 1;
    given[4] = 1;
    SubsetEstimates estimates = new SubsetEstimates(given, 2);
    for (BitSet subset : EnsembleDraw.subsets(20, 0.5, 6, 1)) {
      float[] logits = new float[40];
      for (int image = 0; image < 20; image++) {
        logits[2 * image + (subset.get(image) ? given[image] : clean[image])] = 2;
      }
      estimates.add(subset, logits);
    }
    KnownWrongLabels known = requireNonNull(KnownWrongLabels.of(given, clean, estimates, 1));
    assertThat(known.images()).isEqualTo(2);
    assertThat(known.givenBack()).isEqualTo(1);
    assertThat(known.aurocMemorization().value()).isEqualTo(1);
    assertThat(known.aurocMemorizationProbability().value()).isEqualTo(1);
    assertThat(known.aurocHeldOutProbability().value()).isEqualTo(1);
    assertThat(KnownWrongLabels.of(given, null, estimates, 1)).isNull();
    assertThat(KnownWrongLabels.of(given, given, estimates, 1)).isNull();
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
    assertThatThrownBy(() -> collect(folder.resolve("none"), null, null))
        .isInstanceOf(BadInputException.class);
    assertThat(collect(parts, null, null).models()).isEqualTo(2);
    train(first, () -> false);

    SubsetsReport report = collect(whole, null, null);
    assertThat(report.models()).isEqualTo(4);
    assertThat(report.images()).isEqualTo(24);
    assertThat(report.testImages()).isEqualTo(8);
    collect(parts, null, null);
    for (String table :
        List.of(
            "memorization.csv",
            "influence.csv",
            "classes.csv",
            "held-out.csv",
            "held-out-labels.csv",
            "held-out-probabilities.safetensors")) {
      assertThat(parts.resolve(table)).hasSameBinaryContentAs(whole.resolve(table));
    }
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
    assertThat(collect(ensemble.path(), 2, null).models()).isEqualTo(2);
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
