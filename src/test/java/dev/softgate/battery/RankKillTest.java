package dev.softgate.battery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.cli.LaunchedTraining;
import dev.softgate.cli.LaunchedTraining.Ended;
import dev.softgate.cli.TinyRun;
import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random ranks of trainings on several processes are killed, suspended and stopped at random
 * moments: all others end in time and name the rank, and a checkpoint is left whole.
 */
@Tag(Battery.TAG)
class RankKillTest {

  private static final int TIMEOUT_SECONDS = 30;

  /** Beyond the time-out: the launcher ends what hangs, under load. */
  private static final int SLACK_SECONDS = 45;

  /** What a training spends most of its time on, so that random moments fall into it. */
  private enum Load {
    STEPS(),
    EVALUATION("--limit-val=2000", "--limit-test=2000"),
    SAVING("--checkpoint-minutes=0.0001", "--depth=56");

    @SuppressWarnings("ImmutableEnumChecker") // an immutable list
    private final List<String> options;

    Load(String... options) {
      this.options = List.of(options);
    }
  }

  private static final List<String> SIGNALS = List.of("KILL", "STOP", "TERM", "SEGV", "INT");

  @Test
  void nothingHangsAndNoCheckpointIsLost() throws Exception {
    Instant started = Instant.now();
    int trials = Battery.count("ranks", 20);
    List<String> faults = new ArrayList<>();
    for (int trial = 0; trial < trials; trial++) {
      Random random = Battery.random("ranks", trial);
      String signal = SIGNALS.get(random.nextInt(SIGNALS.size()));
      int processes = 2 + random.nextInt(2);
      int victim = random.nextInt(processes);
      Load load = Load.values()[trial % Load.values().length];
      String fault = trial(trial, load, signal, processes, victim, random.nextInt(1500));
      if (!fault.isEmpty()) {
        faults.add(
            "trial %d, SIG%s to rank %d of %d, %s: %s"
                .formatted(trial, signal, victim, processes, load, fault));
      }
    }
    Figures.add(
        "ranks",
        "signals to random ranks",
        trials,
        trials - faults.size(),
        String.join("; ", faults),
        Duration.between(started, Instant.now()));
    assertThat(faults).isEmpty();
  }

  /** What does not hold; empty if all does. */
  private static String trial(
      int trial, Load load, String signal, int processes, int victim, int millis) throws Exception {
    Path folder = Battery.folder("ranks/" + trial);
    LaunchedTraining training =
        LaunchedTraining.start(
            folder,
            "run",
            load.options,
            "--processes=" + processes,
            "--timeout=" + TIMEOUT_SECONDS + "s");
    training.awaitEpoch();
    ProcessHandle[] ranks = new ProcessHandle[processes];
    for (int rank = 0; rank < processes; rank++) {
      ranks[rank] = training.rank(rank);
    }
    Thread.sleep(millis);
    LaunchedTraining.signal(ranks[victim], signal);
    Ended ended = training.await(ranks);
    boolean asked = signal.equals("TERM") || signal.equals("INT");
    int code = signal.equals("TERM") ? 143 : asked ? 130 : 1;
    List<String> reasons =
        ended.err().lines().filter(line -> line.startsWith("softgate: ")).toList();
    if (ended.exitCode() != code) {
      return "exit code " + ended.exitCode() + ": " + reasons;
    }
    if (ended.seconds() > TIMEOUT_SECONDS + SLACK_SECONDS) {
      return "took " + ended.seconds() + " s";
    }
    if (asked != reasons.isEmpty()
        || (!asked && (reasons.size() != 1 || !reasons.get(0).contains("rank " + victim)))) {
      return "says " + reasons;
    }
    Checkpoint saved = Checkpoint.read(training.run().resolve("checkpoints/last.safetensors"));
    return saved.progress().epoch() > 0 ? "" : "the checkpoint is of the first epoch";
  }

  /** Two hosts as network namespaces, whose cable is cut. */
  @Test
  void bothHostsNoticeThatTheNetworkIsCut() throws Exception {
    Instant started = Instant.now();
    Path folder = Battery.folder("ranks/hosts");
    boolean allowed =
        ip("netns", "add", "softgate0")
            && ip("netns", "add", "softgate1")
            && ip(
                "-n softgate0 link add sg0 type veth peer name sg1 netns softgate1".split(" ", -1));
    try {
      if (!allowed) {
        Figures.skipped("ranks", "two hosts", "network namespaces need root");
      }
      assumeThat(allowed).as("network namespaces need root").isTrue();
      assertThat(
              ip("-n", "softgate0", "addr", "add", "10.77.0.1/24", "dev", "sg0")
                  && ip("-n", "softgate1", "addr", "add", "10.77.0.2/24", "dev", "sg1")
                  && ip("-n", "softgate0", "link", "set", "sg0", "up")
                  && ip("-n", "softgate1", "link", "set", "sg1", "up")
                  && ip("-n", "softgate0", "link", "set", "lo", "up")
                  && ip("-n", "softgate1", "link", "set", "lo", "up"))
          .isTrue();
      List<Program.Running> hosts = new ArrayList<>();
      for (int rank = 0; rank < 2; rank++) {
        List<String> words =
            new ArrayList<>(
                List.of(
                    TinyRun.arguments(
                        folder, "run", 400, "--schedule=400", "--checkpoint-minutes=0.02")));
        words.addAll(List.of("--rank=" + rank, "--world-size=2", "--master=10.77.0.1:29500"));
        words.add("--timeout=" + TIMEOUT_SECONDS + "s");
        hosts.add(
            Program.in(folder)
                .wrapped("ip", "netns", "exec", "softgate" + rank)
                .start(words.toArray(String[]::new)));
      }
      Path metrics = folder.resolve("runs/run/metrics.csv");
      for (int i = 0; i < 3000 && !hasEpoch(metrics) && hosts.get(0).alive(); i++) {
        Thread.sleep(100);
      }
      assertThat(ip("-n", "softgate0", "link", "set", "sg0", "down")).isTrue();
      Instant cut = Instant.now();
      Program.Ended first = hosts.get(0).await();
      Program.Ended second = hosts.get(1).await();
      Duration took = Duration.between(cut, Instant.now());
      String said = first.failure() + " / " + second.failure();
      boolean held =
          first.exitCode() == 1
              && second.exitCode() == 1
              && first.failure().contains("rank 1")
              && second.failure().contains("rank 0")
              && first.err().contains("without encryption")
              && took.toSeconds() <= TIMEOUT_SECONDS + SLACK_SECONDS;
      Figures.add(
          "ranks",
          "two hosts cut off",
          1,
          held ? 1 : 0,
          said,
          Duration.between(started, Instant.now()));
      assertThat(held).as("%s after %s: %s %s", said, took, first, second).isTrue();
      Checkpoint.read(folder.resolve("runs/run/checkpoints/last.safetensors"));
    } finally {
      ip("netns", "del", "softgate0");
      ip("netns", "del", "softgate1");
    }
  }

  private static boolean hasEpoch(Path metrics) throws IOException {
    return Files.exists(metrics) && Files.readAllLines(metrics, StandardCharsets.UTF_8).size() > 1;
  }

  private static boolean ip(String... words) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }
}
