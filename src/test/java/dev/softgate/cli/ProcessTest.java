package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.JavaProcess;
import dev.softgate.benchmark.BenchReport;
import dev.softgate.parity.ParityReport;
import dev.softgate.run.ModelsReport;
import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;
import dev.softgate.study.EvaluationReport;
import dev.softgate.study.ScoreReport;
import dev.softgate.study.SkipReport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: signals, and which classes load. */
class ProcessTest {

  private static final int WAIT_SECONDS = 30;

  /** A line of the class loading log for what help must do without. */
  private static final String HEAVY =
      ".* (org\\.slf4j|ch\\.qos|com\\.fasterxml|org\\.bytedeco)\\..* source: .*";

  /** What other commands report or read, and what errors need. */
  private static final List<String> OF_OTHERS =
      Stream.of(
              ScoreReport.class,
              EvaluationReport.class,
              ParityReport.class,
              BenchReport.class,
              ModelsReport.class,
              ManagementFactory.class)
          .map(Class::getName)
          .toList();

  @TempDir Path folder;

  @Test
  void ctrlCSavesAndExitsWith130() throws IOException, InterruptedException {
    Path started = folder.resolve("started");
    Path saved = folder.resolve("saved");
    Process process =
        JavaProcess.of(WaitingTraining.class.getName(), started.toString(), saved.toString())
            .redirectErrorStream(true)
            .start();
    waitFor(started);
    assertThat(saved).doesNotExist();
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(saved).exists();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("softgate train --resume");
  }

  @Test
  void helpLoadsNeitherLoggingNorJacksonNorNativeCode() throws IOException, InterruptedException {
    Process process =
        JavaProcess.of("-Xlog:class+load:stdout", Main.class.getName(), "--help")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(out.contains("Usage: softgate")).isTrue();
    assertThat(out.contains(TrainCommand.class.getName() + " source:")).isTrue();
    assertThat(out.lines().filter(line -> line.matches(HEAVY))).isEmpty();
  }

  /** Building the options of all commands would take most of the time. */
  @Test
  void helpOfACommandLoadsNoPartOfOthers() throws IOException, InterruptedException {
    Process process =
        JavaProcess.of("-Xlog:class+load:stdout", Main.class.getName(), "skip", "--help")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(out).contains("Usage: softgate skip", SkipReport.class.getName() + " source:");
    assertThat(out.lines())
        .noneMatch(line -> line.matches(HEAVY))
        .noneMatch(line -> line.matches(".* (" + String.join("|", OF_OTHERS) + ") source: .*"));
  }

  @Test
  void modelsLoadsNoNativeCode() throws IOException, InterruptedException {
    Process process =
        JavaProcess.of("-Xlog:class+load:stdout", Main.class.getName(), "models")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(out.contains("quickstart")).isTrue();
    assertThat(out.lines().filter(line -> line.matches(".* org\\.bytedeco\\..* source: .*")))
        .isEmpty();
  }

  private static void waitFor(Path file) throws InterruptedException {
    for (int i = 0; i < WAIT_SECONDS * 100 && !Files.exists(file); i++) {
      Thread.sleep(10);
    }
    assertThat(file).exists();
  }

  /** Trains until it is asked to stop, then takes a moment to save. */
  static final class WaitingTraining implements TrainingProgram {
    private final Path started;
    private final Path saved;

    private WaitingTraining(Path started, Path saved) {
      this.started = started;
      this.saved = saved;
    }

    public static void main(String[] arguments) {
      TrainingProgram training = new WaitingTraining(Path.of(arguments[0]), Path.of(arguments[1]));
      System.exit(Main.execute(Main.commandLine(training), "train"));
    }

    @Override
    public TrainOutcome run(TrainRequest request) throws InterruptedException {
      try {
        Files.createFile(started);
        while (!request.stopping().requested().getAsBoolean()) {
          Thread.sleep(10);
        }
        Thread.sleep(200);
        Files.createFile(saved);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return new TrainOutcome(saved, true, RecordedTraining.SUMMARY);
    }
  }
}
