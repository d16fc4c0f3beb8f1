package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubsetsCommandTest {

  @TempDir private Path folder;

  private CommandRun subsets(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("subsets", "--out", folder.resolve("ensemble").toString()));
    all.addAll(List.of(arguments));
    return CommandRun.of(new RecordedTraining(), all.toArray(String[]::new));
  }

  @Test
  void refusesWhatCannotBeTrainedOrCollected() {
    CommandRun.assertRefused(subsets(), "--models: specify how many networks to train");
    CommandRun.assertRefused(subsets("--models", "0"), "--models: must be from 1 to 10000");
    CommandRun.assertRefused(
        subsets("--models", "2", "--fraction", "1"), "--fraction: must be above 0 and below 1");
    CommandRun.assertRefused(
        subsets("--models", "2", "--jobs", "0"), "--jobs: must be from 1 to 1024");
    CommandRun.assertRefused(
        subsets("--collect", "--shard", "0/2"), "--collect reads all networks");
    CommandRun.assertRefused(
        subsets("--models", "2", "--dataset", "synthetic", "--init", "baseline:x"),
        "that network may have seen all images");
    CommandRun.assertRefused(subsets("--collect"), "subsets.json: no such file");
    assertThat(folder.resolve("ensemble")).as("a refusal leaves nothing").doesNotExist();
  }
}
