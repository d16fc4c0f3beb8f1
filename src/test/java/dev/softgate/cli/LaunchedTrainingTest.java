package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real trainings on two processes that are killed and stopped. More of it in the battery. */
@EnabledOnOs(OS.LINUX)
class LaunchedTrainingTest {

  @TempDir Path folder;

  @Test
  void goesOnFromTheCheckpointAfterARankWasKilled() throws Exception {
    LaunchedTraining training =
        LaunchedTraining.start(folder, "killed", 12, "--processes=2", "--restarts=1");
    training.awaitEpoch();
    ProcessHandle killed = training.rank(1);
    killed.destroyForcibly();
    LaunchedTraining.Ended ended = training.await(killed);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.err())
        .contains("rank 1 was killed (SIGKILL", "restart 1 of 1, from " + training.run())
        .doesNotContain("softgate: ");
    assertThat(new TinyRun(training.run()).summary().get("status").textValue())
        .isEqualTo("finished");
  }

  @Test
  void ctrlCStopsAllWithOneCheckpoint() throws Exception {
    LaunchedTraining training = LaunchedTraining.start(folder, "stopped", "--processes=2");
    training.awaitEpoch();
    ProcessHandle[] ranks = {training.rank(0), training.rank(1)};
    LaunchedTraining.signal(training.process().toHandle(), "INT");
    LaunchedTraining.Ended ended = training.await(ranks);
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(130);
    assertThat(ended.err())
        .contains(
            "interrupted; continue with: softgate launch --processes 2 --threads 1 -- train"
                + " --resume "
                + training.run());
    Checkpoint saved = Checkpoint.read(training.run().resolve("checkpoints/last.safetensors"));
    assertThat(saved.progress().epoch()).isPositive();
    assertThat(new TinyRun(training.run()).summary().get("status").textValue())
        .isEqualTo("interrupted");
    assertThat(new TinyRun(training.run()).summary().get("command").textValue())
        .startsWith("softgate launch --processes 2 --threads 1 -- train --dataset synthetic ");
  }

  /** The launcher kills the rank that was suspended, which cannot end by itself. */
  @Test
  void endsInTimeAfterARankWasSuspended() throws Exception {
    LaunchedTraining training =
        LaunchedTraining.start(folder, "suspended", "--processes=2", "--timeout=5s");
    training.awaitEpoch();
    ProcessHandle[] ranks = {training.rank(0), training.rank(1)};
    LaunchedTraining.signal(ranks[1], "STOP");
    LaunchedTraining.Ended ended = training.await(ranks);
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
    assertThat(ended.err()).contains("softgate: rank 1 has not answered for ");
    assertThat(ended.seconds()).isLessThan(13);
  }
}
