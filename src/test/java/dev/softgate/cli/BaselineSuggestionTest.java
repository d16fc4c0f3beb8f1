package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.config.RunConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineSuggestionTest {

  @TempDir Path folder;

  @Test
  void suggestedCommandTrainsTheMatchingBaseline() throws Exception {
    Path labels = TinyRun.noise(folder.resolve("noisy.csv"), 0.3);
    String[] gated =
        TinyRun.arguments(
            folder,
            "gated",
            1,
            "--scratch=0",
            "--widths=8,8,16",
            "--inner-widths=8,16,16",
            "--labels=" + labels,
            "--val-fraction=0.2",
            "--fold=1/2",
            "--seed=3",
            "--lr-gate=0.02",
            "--gate-iters=2");
    CommandRun refused = TinyRun.run(gated);
    CommandRun.assertRefused(refused, "make one with: softgate train --gate none ");
    String suggested = refused.err().strip().replaceAll(".*make one with: softgate ", "");

    assertThat(TinyRun.run(suggested.split(" ", -1)).exitCode()).isZero();
    assertThat(TinyRun.run(gated).exitCode()).isZero();
    RunConfig config = RunConfig.read(folder.resolve("runs/gated/config.yaml"));
    assertThat(config.optimization().init()).startsWith("baseline:");
    RunConfig baseline =
        RunConfig.read(
            Path.of(config.optimization().init().replace("baseline:", ""), "config.yaml"));
    assertThat(baseline.data()).isEqualTo(config.data());
    assertThat(baseline.optimization().epochs()).isEqualTo(1);
    assertThat(baseline.model().widths()).isEqualTo(List.of(8, 8, 16));
  }

  @Test
  void warnsOfSettingsThatNeverApply() throws Exception {
    TinyRun run =
        TinyRun.train(
            folder,
            "short",
            "--schedule=1,300",
            "--schedule-gate=step",
            "--warm-up-epochs=1",
            "--keep-every=3");
    assertThat(run.path().resolve("train.log"))
        .content()
        .contains(
            "schedule 1,300: the training ends before that, after epoch 1",
            "schedule-gate step: the training ends",
            "warm-up-epochs 1: the whole training is warm-up",
            "keep-every 3:");
  }
}
