package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.BadInputException;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.interop.CraftedFile;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.serving.SkippingClassifier;
import dev.softgate.training.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network that predicts NaN, though all its weights are finite, and weights that are not. */
class NonFiniteNetworkTest {

  private static final String FINDING = "predicts NaN or infinity";

  @TempDir private static Path folder;
  private static String picture;
  private static TinyRun good;

  @BeforeAll
  static void trainOne() throws Exception {
    picture =
        Pictures.write(
                SyntheticDataset.generate(1).dataset().test(), 0, folder.resolve("picture.png"))
            .toString();
    good = TinyRun.train(folder, "good", "--val-fraction=0.02");
  }

  /** A copy of the good run with other weights, all checkpoints alike. */
  private static TinyRun with(String name, String tensor, float value) throws Exception {
    TinyRun copy = new TinyRun(Files.createDirectories(folder.resolve("runs").resolve(name)));
    for (String file : new String[] {"config.yaml", "summary.json", "metrics.csv"}) {
      Files.copy(good.path().resolve(file), copy.path().resolve(file));
    }
    Files.createDirectory(copy.path().resolve("dynamics"));
    for (String file : new String[] {"images.safetensors", "epoch-0001.safetensors"}) {
      Path own = Path.of("dynamics", file);
      Files.copy(good.path().resolve(own), copy.path().resolve(own));
    }
    Files.createDirectory(copy.path().resolve("checkpoints"));
    CraftedFile crafted = CraftedFile.of(good.checkpoint()).fill("model." + tensor, value);
    crafted.write(copy.checkpoint());
    crafted.write(copy.checkpoint().resolveSibling("last.safetensors"));
    return copy;
  }

  /** At this rate weights stay finite for an epoch, and predictions do not. */
  @Test
  void divergedTrainingHasNoAccuracyOrBest() throws Exception {
    CommandRun run =
        TinyRun.run(
            TinyRun.arguments(
                folder, "wild", 1, "--val-fraction=0.01", "--lr=1e9", "--schedule=none"));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("softgate: the training diverged: after epoch 1 the network " + FINDING)
        .contains(" of 50 images)", "last.safetensors")
        .hasLineCount(1);
    TinyRun wild = new TinyRun(folder.resolve("runs/wild"));
    JsonNode summary = wild.summary();
    assertThat(summary.get("status").textValue()).isEqualTo("failed");
    for (String key :
        new String[] {"test_accuracy", "val_accuracy", "best_epoch", "best_val_accuracy"}) {
      assertThat(summary.get(key).isNull()).as(key).isTrue();
    }
    assertThat(wild.path().resolve("checkpoints/best.safetensors")).doesNotExist();
    assertThat(wild.checkpoint()).doesNotExist();
    CommandRun resumed = TinyRun.run("train", "--resume", wild.toString());
    assertThat(resumed.exitCode()).isEqualTo(1);
    assertThat(resumed.err()).isEqualTo(run.err());
    assertRefused(TinyRun.run("predict", wild.toString(), picture), "has no trained network yet");
    assertRefused(TinyRun.run("score", wild.toString()), wild.toString());
  }

  @Test
  void everyCommandRejectsNanPredictions() throws Exception {
    TinyRun run = with("overflowing", "fc.weight", 3e38f);
    String name = run.toString();
    String[] says = {"the network of " + run.checkpoint(), FINDING, "(logits of "};

    assertRefused(TinyRun.run("eval", name), says);
    assertRefused(TinyRun.run("predict", name, picture, "--json"), says);
    assertRefused(TinyRun.run("skip", name, "--threshold=0.5", "--seconds=0"), says);
    assertRefused(TinyRun.run("skip", name, "--calibrate", "--seconds=0"), says);
    assertRefused(TinyRun.run("score", name), says);
    assertThat(run.path().resolve("scores.csv")).doesNotExist();
    assertRefused(TinyRun.run(TinyRun.arguments(folder, "new", 1, "--distill=" + name)), says);
    assertRefused(
        TinyRun.run(TinyRun.arguments(folder, "new", 1, "--init=baseline:" + name)), says);
    assertThat(folder.resolve("runs/new")).doesNotExist();
    try (SkippingClassifier serving = SkippingClassifier.open(run.path(), 1)) {
      byte[] gray = new byte[serving.height() * serving.width() * 3];
      assertThatThrownBy(() -> serving.classify(gray, 1))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(FINDING);
    }
  }

  @Test
  void namesTheCausingGate() throws Exception {
    TinyRun run = with("wild-gate", "g_layer.0.weight", 3e38f);
    assertRefused(TinyRun.run("eval", run.toString()), FINDING, "gate b3's g of ");
  }

  @Test
  void importRejectsNanPredictions() {
    Path file = folder.resolve("public.safetensors");
    Map<String, HostTensor> state = state();
    float[] huge = new float[requireNonNull(state.get("bn1.weight")).toFloats().length];
    Arrays.fill(huge, 3e38f);
    state.put("bn1.weight", HostTensor.ofFloats(huge, huge.length));
    Safetensors.write(file, state, Map.of());

    assertRefused(importInto("imported", file), "the network of " + file, FINDING);
    assertThat(folder.resolve("imported")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "fc.weight, NaN",
    "fc.bias, Infinity",
    "bn1.running_mean, -Infinity",
    "bn1.running_var, -1",
    "bn1.running_var, NaN"
  })
  void rejectsInvalidWeightsAtLoad(String tensor, float value) throws Exception {
    TinyRun run = with(tensor + value, tensor, value);
    String[] says = {run.checkpoint().toString(), "model." + tensor, "must be finite"};

    assertRefused(TinyRun.run("eval", run.toString()), says);

    Path file = folder.resolve("bad.safetensors");
    Map<String, HostTensor> state = state();
    HostTensor good = requireNonNull(state.get(tensor));
    float[] values = good.toFloats();
    values[values.length - 1] = value;
    state.put(tensor, HostTensor.ofFloats(values, good.shape()));
    Safetensors.write(file, state, Map.of());
    assertRefused(importInto("never", file), file.toString(), tensor, "must be finite");
  }

  @Test
  void acceptsZeroVariance() throws Exception {
    TinyRun run = with("still", "bn1.running_var", 0);
    assertThat(TinyRun.run("eval", run.toString()).exitCode()).isZero();
  }

  private static Map<String, HostTensor> state() {
    return new LinkedHashMap<>(Checkpoint.read(good.checkpoint()).network());
  }

  private static CommandRun importInto(String name, Path file) {
    return TinyRun.run("import", file.toString(), "--out", folder.resolve(name).toString());
  }
}
