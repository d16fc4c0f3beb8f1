package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtractCommandTest {

  @TempDir static Path folder;

  private static TinyRun run;

  @BeforeAll
  static void train() {
    run = TinyRun.train(folder, "memory", "--gate", "memory", "--val-fraction", "0.1");
  }

  /** On every split and engine: the network without its memory is the one with its memory off. */
  @ParameterizedTest
  @ValueSource(strings = {"libtorch", "onednn"})
  void extractedNetworkPredictsTheSame(String engine) throws IOException {
    Path out = folder.resolve("extracted-" + engine);
    JsonNode said =
        TinyRun.json(
            "extract", run.toString(), "--out", out.toString(), "--seconds", "0.01", "--json");
    assertThat(said.get("widths").toString()).isEqualTo("[16,8,16]");
    assertThat(said.get("macs_saved").doubleValue()).isBetween(0.3, 0.7);
    assertThat(said.get("images_per_second").doubleValue()).isPositive();
    for (String split : new String[] {"test", "train", "val"}) {
      JsonNode small =
          TinyRun.json("eval", out.toString(), "--split", split, "--engine", engine, "--json");
      JsonNode off =
          TinyRun.json("eval", run.toString(), "--split", split, "--engine", engine, "--json");
      assertThat(small.get("accuracy")).isEqualTo(off.get("accuracy"));
      assertThat(small.get("loss").doubleValue())
          .isCloseTo(off.get("loss").doubleValue(), within(1e-5));
      assertThat(small.get("parameters").longValue()).isEqualTo(said.get("parameters").longValue());
    }
    assertThat(TinyRun.json("eval", run.toString(), "--json").get("accuracy"))
        .isEqualTo(run.summary().get("test_accuracy"));
  }

  @Test
  void ownedChannelsChangeTrainingPredictions() throws IOException {
    JsonNode on =
        TinyRun.json("eval", run.toString(), "--split", "train", "--memory", "on", "--json");
    JsonNode off = TinyRun.json("eval", run.toString(), "--split", "train", "--json");
    assertThat(on.get("loss")).isNotEqualTo(off.get("loss"));
    assertRefused(
        TinyRun.run("eval", run.toString(), "--split", "test", "--memory", "on"),
        "use --split train");
    assertRefused(TinyRun.run("eval", run.toString(), "--memory", "maybe"), "--memory");
  }

  @Test
  void rejectsNetworksWithoutOwnedChannels() {
    TinyRun plain = TinyRun.train(folder, "plain", "--gate", "none");
    assertRefused(
        TinyRun.run("extract", plain.toString(), "--out", folder.resolve("x").toString()),
        "has --gate none, not --gate memory");
    assertRefused(
        TinyRun.run("extract", run.toString(), "--out", run.toString()), "is there already");
    Path named = folder.resolve("my net");
    assertRefused(TinyRun.run("extract", run.toString(), "--out", named.toString()), "--name");
    assertThat(named).doesNotExist();
    Path fast = folder.resolve("fast");
    assertRefused(
        TinyRun.run("extract", run.toString(), "--out", fast.toString(), "--engine", "fast"),
        "--engine");
    assertThat(fast).doesNotExist();
    assertRefused(
        TinyRun.run(
            "train --dataset synthetic --depth 14 --epochs 1 --gate none --runs-dir %s --init baseline:%s"
                .formatted(folder, run)
                .split(" ", -1)),
        "has owned channels");
    assertRefused(
        TinyRun.run("eval", plain.toString(), "--split", "train", "--memory", "on"),
        "the network has no --gate memory");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--gate memory --gate-at 1,2 | use --gate-at 2,3",
        "--gate memory --shortcut pad | needs --shortcut projection",
        "--gate memory --memory-share 0 | --memory-share",
        "--gate memory --memory-density 2 | --memory-density",
        "--gate none --widths 16,8 | 3 numbers",
        "--gate none --widths 16,0,8 | 3 numbers",
        "--gate none --inner-widths 16,0,8 | inner-widths: must be 3 numbers",
        "--gate none --depth 11 --block bottleneck --widths 30,64,64 | multiples of 4",
        "--gate none --arch preresnet --widths 16,8,8 | resnet"
      })
  void rejectsUntrainableSettings(String options, String says) {
    String[] arguments =
        ("train --dataset synthetic --depth 14 --runs-dir " + folder + " " + options)
            .split(" ", -1);
    assertRefused(TinyRun.run(arguments), says);
  }
}
