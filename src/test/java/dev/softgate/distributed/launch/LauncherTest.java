package dev.softgate.distributed.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.JavaProcess;
import dev.softgate.config.RunConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, with ranks that only do as told. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final int WAIT_SECONDS = 30;

  @TempDir Path folder;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Launcher launcher(int processes, int restarts, String... deeds) {
    return new Launcher(
        new LocalTraining(processes, restarts, 1, null, List.of(deeds)),
        ScriptedRank.class.getName(),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private Launcher.Outcome run(String... deeds) throws InterruptedException {
    return launcher(2, 0, deeds).run();
  }

  private static CompletableFuture<Launcher.Outcome> start(Launcher launcher) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return launcher.run();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void endsWithZeroWhenAllDo() throws InterruptedException {
    assertThat(run()).isEqualTo(new Launcher.Outcome(0, null, null));
    assertThat(err()).isEmpty();
  }

  @Test
  void marksTheLinesOfOtherRanks() throws InterruptedException {
    run("err:line RANK", "1@err:soft");
    assertThat(err().lines()).containsExactlyInAnyOrder("line 0", "rank 1: line 1", "rank 1: soft");
  }

  /** A progress bar redraws its line without ending it. */
  @Test
  void passesOnWhatRankZeroDrawsAtOnce() throws InterruptedException {
    Path left = folder.resolve("left");
    Launcher launcher = launcher(1, 0, "raw:CR 1/2", "serve:" + left);
    CompletableFuture<Launcher.Outcome> outcome = start(launcher);
    waitFor(Path.of(left + ".ready"));
    for (int i = 0; i < WAIT_SECONDS * 100 && err.size() == 0; i++) {
      Thread.sleep(10);
    }
    assertThat(err()).isEqualTo("\r 1/2");
    launcher.stop(15);
    assertThat(outcome.join().exitCode()).isEqualTo(143);
  }

  @Test
  void reportsWhatAllRanksRefuseOnce() throws InterruptedException {
    Launcher.Outcome outcome = run("err:softgate: --depth: no", "exit:2");
    assertThat(outcome).isEqualTo(new Launcher.Outcome(2, "--depth: no", null));
    assertThat(err()).isEmpty();
  }

  @Test
  void reportsTheFirstFailureWithItsRankAndEndsTheOthers() throws InterruptedException {
    Launcher.Outcome outcome =
        run("0@serve:" + folder.resolve("x"), "1@err:softgate: no such folder", "1@exit:2");
    assertThat(outcome).isEqualTo(new Launcher.Outcome(2, "rank 1: no such folder", null));
  }

  @Test
  void namesAKilledRank() throws InterruptedException {
    Launcher.Outcome outcome =
        run("1@kill", "1@sleep:9000", "0@sleep:1000", "err:softgate: a peer is gone", "exit:1");
    assertThat(outcome)
        .isEqualTo(
            new Launcher.Outcome(
                1, "rank 1 was killed (SIGKILL, perhaps for want of memory)", null));
  }

  @Test
  void stopsAllAndExitsAsTheSignalDoes() throws Exception {
    Path left = folder.resolve("left");
    Launcher launcher = launcher(2, 5, "0@serve:" + left + "0", "1@serve:" + left + "1");
    CompletableFuture<Launcher.Outcome> outcome = start(launcher);
    waitFor(Path.of(left + "0.ready"));
    waitFor(Path.of(left + "1.ready"));
    launcher.stop(2);
    assertThat(outcome.get(WAIT_SECONDS, TimeUnit.SECONDS))
        .isEqualTo(new Launcher.Outcome(130, null, null));
    assertThat(Path.of(left + "0")).hasContent("2");
    assertThat(Path.of(left + "1")).hasContent("2");
  }

  @Test
  void goesOnAfterAFailureAsOftenAsAllowed() throws InterruptedException {
    String mark = "1@first@" + folder.resolve("mark") + "@exit:1";
    assertThat(launcher(2, 1, mark).run().exitCode()).isZero();
    assertThat(launcher(2, 1, "1@exit:1").run())
        .isEqualTo(new Launcher.Outcome(1, "rank 1 ended with exit code 1", null));
  }

  @Test
  void restartsNothingThatWasRefusedOrStopped() throws InterruptedException {
    String mark = "1@first@" + folder.resolve("mark");
    assertThat(launcher(2, 3, mark + "2@exit:2").run().exitCode()).isEqualTo(2);
    assertThat(launcher(2, 3, mark + "3@exit:130").run().exitCode()).isEqualTo(130);
  }

  @Test
  void continuesTheRunWithWhatIsLeftOfItsTime() throws IOException {
    Files.writeString(
        folder.resolve("config.yaml"),
        RunConfig.defaults().with(Map.of("time-limit", "90s")).toYaml(),
        StandardCharsets.UTF_8);
    LocalTraining begun = training(3, null, "--preset", "quickstart", "--json", "--time-limit=90s");
    assertThat(begun.arguments()).startsWith("train", "--threads=3", "--preset");
    assertThat(begun.resumed(folder, Duration.ofSeconds(60)).arguments())
        .containsExactly(
            "train", "--threads=3", "--resume=" + folder, "--json", "--time-limit=30s");
    LocalTraining resumed = training(3, null, "--resume", folder.toString());
    assertThat(resumed.resumed(folder, Duration.ofSeconds(60)))
        .isEqualTo(resumed); // a resumed session has no limit of its own
    LocalTraining limited =
        training(3, null, "--resume", folder.toString(), "--time-limit", "1m", "--json");
    assertThat(limited.resumed(folder, Duration.ofSeconds(70)).arguments())
        .endsWith("--time-limit=1s");
  }

  private static LocalTraining training(int threads, @Nullable String timeout, String... options) {
    return new LocalTraining(2, 0, threads, timeout, List.of(options));
  }

  /** Threads change bits, and the cores of the next machine may be others. */
  @Test
  void repeatsThreadsAndTimeoutInCommands() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve("config.yaml"), RunConfig.defaults().toYaml());
    LocalTraining begun = training(3, "5m", "--name", "two words");
    assertThat(begun.command())
        .isEqualTo(
            "softgate launch --processes 2 --threads 3 --timeout 5m -- train --name 'two words'");
    assertThat(begun.resuming(run))
        .isEqualTo(
            "softgate launch --processes 2 --threads 3 --timeout 5m -- train --resume " + run);
    assertThat(begun.resumed(run, Duration.ZERO).arguments())
        .containsExactly("train", "--threads=3", "--timeout=5m", "--resume=" + run);

    LocalTraining own = training(3, "5m", "--threads", "4", "--timeout=9s");
    assertThat(own.resuming(run)).contains(" --threads 4 --timeout 9s -- train");
    assertThat(own.resumed(run, Duration.ZERO).arguments())
        .endsWith("--resume=" + run, "--threads=4", "--timeout=9s");
    assertThat(new LocalTraining(8, 2, 1, null, List.of()).command())
        .isEqualTo("softgate launch --processes 8 --threads 1 --restarts 2 -- train");
  }

  /** It would never end by itself. */
  @Test
  void doesNotWaitForARankThatIsMissed() throws InterruptedException {
    long start = System.nanoTime();
    Launcher.Outcome outcome =
        run(
            "1@serve:" + folder.resolve("x"),
            "0@err:softgate: rank 1 has not answered for 54 s: it was suspended",
            "0@exit:1");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
  }

  /** Even SIGKILL of the launcher: what it leaves behind saves and ends. */
  @Test
  void ranksDoNotOutliveTheLauncher() throws Exception {
    Path left = folder.resolve("left");
    Path pid = folder.resolve("pid");
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    List<String> words =
        new ArrayList<>(List.of("-Djava.io.tmpdir=" + temporary, Launching.class.getName()));
    for (int rank = 0; rank < 2; rank++) {
      words.add(rank + "@pid:" + pid + rank);
      words.add(rank + "@serve:" + left + rank);
    }
    Process process =
        JavaProcess.of(words.toArray(String[]::new))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<ProcessHandle> ranks = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      waitFor(Path.of(left + "" + rank + ".ready"));
      long id = Long.parseLong(Files.readString(Path.of(pid + "" + rank)));
      ranks.add(ProcessHandle.of(id).orElseThrow());
    }
    assertThat(temporary).isNotEmptyDirectory();
    process.destroyForcibly().waitFor();
    for (ProcessHandle rank : ranks) {
      rank.onExit().get(WAIT_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(Path.of(left + "0")).hasContent("15");
    assertThat(Path.of(left + "1")).hasContent("15");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void passesOnTheOutputOfRankZeroAlone() throws Exception {
    Process process =
        JavaProcess.of(
                Launching.class.getName(), "out:[Gloo] Rank 0 is connected", "out:result of RANK")
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("result of 0" + System.lineSeparator());
    assertThat(process.waitFor()).isZero();
  }

  private static void waitFor(Path file) throws InterruptedException {
    for (int i = 0; i < WAIT_SECONDS * 100 && !Files.exists(file); i++) {
      Thread.sleep(10);
    }
    assertThat(file).exists();
  }

  /** A launcher of two scripted ranks, as a process. */
  static final class Launching {

    private Launching() {}

    public static void main(String[] deeds) throws InterruptedException {
      System.exit(
          new Launcher(
                  new LocalTraining(2, 0, 1, null, Arrays.asList(deeds)),
                  ScriptedRank.class.getName(),
                  System.err)
              .run()
              .exitCode());
    }
  }
}
