package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.DivergenceException;
import dev.softgate.training.TrainingListener;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on a few synthetic images: 40 trained on in batches of 16, 16 and 8. */
class ExperimentTest {

  @TempDir private Path runs;

  private RunConfig config(String... keysAndValues) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("dataset", "synthetic");
    values.put("val-fraction", "0.002");
    values.put("limit-train", "40");
    values.put("limit-val", "all");
    values.put("limit-test", "16");
    values.put("depth", "14");
    values.put("epochs", "2");
    values.put("batch-size", "16");
    values.put("schedule", "none");
    values.put("precision", "fp32");
    values.put("threads", "1");
    values.put("canvas", "none");
    values.put("gate-iters", "3");
    values.put("runs-dir", runs.toString());
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return RunConfig.defaults().with(values);
  }

  private static TrainOutcome run(RunConfig config, @Nullable Path resume, BooleanSupplier stop) {
    return Experiment.run(
        new TrainRequest(config, resume, List.of(), stop, "softgate train"), DownloadListener.NONE);
  }

  private static TrainOutcome resume(RunConfig config, Path run, BooleanSupplier stop) {
    return Experiment.run(
        new TrainRequest(config, run, List.of(), stop, "softgate train --resume " + run),
        DownloadListener.NONE);
  }

  private static BooleanSupplier after(int steps) {
    int[] count = {0};
    return () -> ++count[0] == steps;
  }

  @Test
  void interruptedRunEndsWithTheSameFiles() throws IOException {
    String canvas = "8=4,32=2";
    TrainOutcome whole = run(config("name", "whole", "canvas", canvas), null, () -> false);
    TrainOutcome first = run(config("name", "parts", "canvas", canvas), null, after(2));
    assertThat(first.interrupted()).isTrue();
    assertThat(first.summary().status()).isEqualTo(Summary.Status.INTERRUPTED);
    assertThat(first.run().resolve("gates-test.csv")).doesNotExist();

    RunConfig saved = RunConfig.read(first.run().resolve("config.yaml"));
    TrainOutcome second = run(saved, first.run(), after(4)); // to the end of the second epoch
    assertThat(second.interrupted()).isTrue();
    TrainOutcome parts = run(saved, first.run(), () -> false);

    assertThat(parts.interrupted()).isFalse();
    for (String file : List.of("metrics.csv", "gates-test.csv")) {
      assertThat(parts.run().resolve(file)).hasSameBinaryContentAs(whole.run().resolve(file));
    }
    assertThat(Files.readAllLines(whole.run().resolve("metrics.csv"))).hasSize(1 + 2);
    assertThat(Files.readAllLines(whole.run().resolve("gates-test.csv"))).hasSize(1 + 16);
    assertThat(weights(parts)).isEqualTo(weights(whole));
    Summary.Results results = whole.summary().results();
    assertThat(parts.summary().results().testAccuracy()).isEqualTo(results.testAccuracy());
    assertThat(parts.summary().results().valAccuracy()).isEqualTo(results.valAccuracy());
    assertThat(parts.summary().results().bestEpoch()).isEqualTo(results.bestEpoch());
    assertThat(whole.summary().status()).isEqualTo(Summary.Status.FINISHED);

    for (String[] change : new String[][] {{"seed", "2"}, {"canvas", "none"}}) {
      RunConfig config =
          config("name", change[0], "canvas", canvas).with(Map.of(change[0], change[1]));
      TrainOutcome other = run(config, null, () -> false);
      assertThat(weights(other))
          .as("control: another %s gives other weights", change[0])
          .isNotEqualTo(weights(whole));
    }
  }

  private static @Nullable String weights(TrainOutcome outcome) {
    return outcome.summary().provenance().weightsSha256();
  }

  @Test
  void marksADivergedRunFailed() throws IOException {
    RunConfig config = config("name", "wild", "lr", "1e10", "epochs", "9", "gate-iters", "1");

    assertThatThrownBy(() -> run(config, null, () -> false))
        .isInstanceOf(DivergenceException.class)
        .hasMessageContainingAll("epoch ", "batch ", "classification loss", "last good checkpoint");

    Path folder = runs.resolve("wild");
    assertThat(Summary.read(folder.resolve("summary.json")).status())
        .isEqualTo(Summary.Status.FAILED);
    assertThat(Checkpoint.read(folder.resolve("checkpoints/last.safetensors")).config().texts())
        .containsEntry("lr", config.texts().get("lr"));
  }

  @Test
  void startsFromTheNewestMatchingBaseline() {
    String[] baseline = {"gate", "none", "epochs", "1", "limit-train", "16", "name", "plain"};
    assertThatThrownBy(() -> run(config("init", "baseline"), null, () -> false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("softgate train --gate none", "--depth 14")
        .message()
        .hasLineCount(1);
    Path plain = run(config(baseline), null, () -> false).run();

    Path gated = run(config("init", "baseline", "name", "gated"), null, after(1)).run();

    assertThat(RunConfig.read(gated.resolve("config.yaml")).optimization().init())
        .isEqualTo("baseline:" + plain);
    assertThat(gated.resolve("train.log")).content().contains("final.safetensors\n");
  }

  @ParameterizedTest
  @CsvSource({
    "seed, 2, trained on other images",
    "val-fraction, 0.003, it may have trained on this run's validation images",
    "val-fraction, 0, it may have trained on this run's validation images"
  })
  void usesOtherBaselinesOnlyByName(String key, String value, String caveat) throws IOException {
    RunConfig plain =
        config("gate", "none", "epochs", "1", "limit-train", "16", "name", "plain", key, value);
    Path baseline = run(plain, null, () -> false).run();

    assertThatThrownBy(() -> run(config("init", "baseline"), null, () -> false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(
            "no finished baseline run of these images and this split", "--val-fraction 0.002");
    Path gated = run(config("init", "baseline:" + baseline, "name", "gated"), null, after(1)).run();

    assertThat(gated.resolve("train.log")).content().contains("weights from", caveat);
  }

  @Test
  void startsFromFeaturesOfOtherClasses() throws IOException {
    Path three =
        run(
                config("gate", "none", "epochs", "1", "limit-train", "16", "name", "three"),
                null,
                () -> false)
            .run();
    BufferedImage black = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (String folder : List.of("train/a", "train/b", "train/c", "train/d", "test/a")) {
      Path images = Files.createDirectories(runs.resolve("images").resolve(folder));
      for (int image = 0; image < 3; image++) {
        ImageIO.write(black, "png", images.resolve(image + ".png").toFile());
      }
    }
    String[] own = {
      "dataset", "folder:" + runs.resolve("images"), "name", "four", "val-fraction", "0"
    };

    assertThatThrownBy(
            () -> run(config(own).with(Map.of("init", "baseline:" + three)), null, () -> false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("classes apart, these images have 4", "init features:");
    Path four = run(config(own).with(Map.of("init", "features:" + three)), null, after(1)).run();

    assertThat(four.resolve("train.log"))
        .content()
        .contains("weights below the classification from", "trained on other images")
        .contains("taken: the stem and 6 units; not taken: fc (10 classes)")
        .contains("drawn from the seed: fc, g_layer")
        .contains("pixels are normalized as " + three, "final.safetensors expects: ");
    RunConfig resolved = RunConfig.read(four.resolve("config.yaml"));
    Checkpoint trained = Checkpoint.read(three.resolve("checkpoints/final.safetensors"));
    assertThat(resolved.data().normalization()).isEqualTo(trained.data().normalization().text());
    assertThat(resolved.data().imageSize()).isEqualTo("32");

    Path measured =
        run(
                config(own)
                    .with(
                        Map.of(
                            "init", "features:" + four,
                            "normalization", "measured",
                            "image-size", "16",
                            "name", "measured")),
                null,
                after(1))
            .run();
    assertThat(measured.resolve("train.log"))
        .content()
        .contains("not taken: fc, g_layer (4 classes)", "leave out --normalization")
        .contains("images of 16x16: the training images of " + four);
    assertThatThrownBy(
            () ->
                run(
                    config(own).with(Map.of("init", "features:" + three, "depth", "20")),
                    null,
                    () -> false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(
            "is another network: it has no layer1.2.conv1.weight", "give depth 14")
        .message()
        .hasLineCount(1);
  }

  @Test
  void rejectsResumingOnOtherImages() {
    Path run = run(config("name", "a"), null, after(1)).run();

    assertThatThrownBy(() -> run(config("name", "a", "seed", "2"), run, () -> false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("was trained on other images");
  }

  @Test
  void rejectedStartLeavesNoFolder() throws IOException {
    Path plain =
        run(config("gate", "none", "name", "shallow", "epochs", "1"), null, () -> false).run();
    Path broken = Files.writeString(runs.resolve("broken.safetensors"), "no checkpoint");
    List<String> before = files(runs);

    for (String init :
        List.of("baseline:" + runs.resolve("absent"), "baseline:" + broken, "baseline:" + plain)) {
      assertThatThrownBy(() -> run(config("depth", "20", "init", init), null, () -> false))
          .as(init)
          .isInstanceOf(BadInputException.class)
          .message()
          .hasLineCount(1);
    }

    assertThat(files(runs)).isEqualTo(before);
  }

  @Test
  void rejectedResumeChangesNothing() throws IOException {
    RunConfig config = config("name", "a");
    Path run = run(config, null, after(1)).run();
    Path leftover =
        Files.writeString(run.resolve(".summary.json." + UUID.randomUUID() + ".tmp"), "");
    List<String> before = files(run);
    assertThatThrownBy(() -> run(config("name", "a", "seed", "2"), run, () -> false))
        .isInstanceOf(BadInputException.class);
    assertThat(files(run)).isEqualTo(before);

    for (String name : List.of("last", "previous")) {
      Files.writeString(run.resolve("checkpoints").resolve(name + ".safetensors"), "cut short");
    }
    before = files(run);
    assertThatThrownBy(() -> run(config, run, () -> false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no checkpoint to continue from");
    assertThat(files(run)).isEqualTo(before).anyMatch(file -> file.startsWith(leftover + " "));
  }

  @Test
  void resumeKeepsTheStart() throws IOException {
    RunConfig config = config("name", "a", "epochs", "3");
    Path run = run(config, null, after(1)).run();
    Summary.Provenance first = Summary.read(run.resolve("summary.json")).provenance();
    assertThat(first.resumed()).isEmpty();

    resume(config, run, after(1));
    TrainingListener killer =
        new TrainingListener() {
          @Override
          public void stepFinished(StepProgress progress) {
            throw new IllegalStateException("killed");
          }
        };
    TrainRequest killed = new TrainRequest(config, run, List.of(killer), () -> false, "softgate k");
    assertThatThrownBy(() -> Experiment.run(killed, DownloadListener.NONE)).hasMessage("killed");
    Files.delete(run.resolve("summary.json")); // as if it had been killed indeed
    resume(config, run, after(1));

    Summary.Provenance last = Summary.read(run.resolve("summary.json")).provenance();
    assertThat(last.command()).isEqualTo("softgate train");
    assertThat(last.started()).isEqualTo(first.started());
    assertThat(last.resumed())
        .extracting(Summary.Session::command)
        .containsExactly(
            "softgate train --resume " + run, "softgate k", "softgate train --resume " + run);
    assertThat(last.resumed())
        .extracting(session -> Instant.parse(session.started()))
        .isSorted()
        .allMatch(Instant.parse(first.started())::isBefore);
  }

  @Test
  void resumingAFinishedRunChangesNothing() throws IOException {
    RunConfig config = config("name", "a", "epochs", "1");
    TrainOutcome trained = run(config, null, () -> false);
    List<String> before = files(trained.run());

    TrainOutcome again = resume(config, trained.run(), () -> false);

    assertThat(again).isEqualTo(trained);
    assertThat(files(trained.run())).isEqualTo(before);
  }

  @Test
  void rejectsResumingALockedRun() throws IOException {
    RunConfig config = config("name", "a");
    Path run = run(config, null, after(1)).run();
    try (RunLock lock = RunLock.take(RunFolder.open(run))) {
      List<String> before = files(run);
      assertThatThrownBy(() -> resume(config, run, () -> false))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(
              run + " is being written by process " + ProcessHandle.current().pid() + " on ");
      assertThat(files(run)).isEqualTo(before);
    }
    assertThat(resume(config, run, after(1)).interrupted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "classifier, exit, 0.002, runs_vsynthetic_resnet_gate_classifier14_1ep_scratch_it3g-2cm-1",
    "classifier, entry, 0.002,"
        + " runs_vsynthetic_resnet_gate_classifier14_1ep_scratch_it3g-2cm-1_entry",
    "classifier, exit, 0, runs_synthetic_resnet_gate_classifier14_1ep_scratch_it3g-2cm-1",
    "none, entry, 0.002, runs_vsynthetic_resnet14_1ep_scratch_m-1"
  })
  void nameShowsTapAndValidation(String gate, String tap, String valFraction, String expected) {
    RunConfig config =
        config("gate", gate, "gate-tap", tap, "val-fraction", valFraction, "epochs", "1");

    assertThat(run(config, null, after(1)).run()).hasFileName(expected);
  }

  @Test
  void hashesValidationIds() {
    TrainOutcome some = run(config("epochs", "1"), null, after(1));
    TrainOutcome none = run(config("epochs", "1", "val-fraction", "0"), null, after(1));

    assertThat(some.summary().provenance().splitSha256()).hasSize(64);
    assertThat(none.summary().provenance().splitSha256()).isNull();
  }

  @Test
  void finalTestCanBeInterrupted() throws IOException {
    RunConfig config = config("name", "a", "epochs", "1", "limit-test", "150");
    TrainOutcome whole = run(config, null, () -> false);
    Path gates = whole.run().resolve("gates-test.csv");
    String expected = Files.readString(gates);
    Files.delete(gates);

    assertThat(run(config, whole.run(), () -> true).interrupted()).isTrue();
    assertThat(gates).doesNotExist();

    assertThat(run(config, whole.run(), () -> false).interrupted()).isFalse();
    assertThat(gates).hasContent(expected);
  }

  /** Every file and folder with its time and a hash of its bytes, but for who wrote last. */
  private static List<String> files(Path folder) throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(path -> !path.endsWith("run.lock")).sorted().toList()) {
        files.add(
            path
                + " "
                + Files.getLastModifiedTime(path)
                + (Files.isDirectory(path) ? "" : " " + Arrays.hashCode(Files.readAllBytes(path))));
      }
    }
    return files;
  }
}
