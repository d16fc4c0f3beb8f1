package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;
import dev.softgate.training.TrainingListener.StepProgress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C typed at a real pseudo-terminal, while the bar shows. */
class TerminalTest {

  private static final Path SCRIPT = Path.of("/usr/bin/script");
  private static final int WAIT_SECONDS = 30;
  private static final int CTRL_C = 3;

  @TempDir Path folder;

  @BeforeAll
  static void needsAPseudoTerminal() {
    assumeTrue(Files.isExecutable(SCRIPT), "skipped: there is no " + SCRIPT + " (util-linux)");
  }

  /** A training at a terminal of its own. */
  private Process start(boolean stops) throws IOException {
    String command =
        // what runs in the background of a script is born with SIGINT ignored
        "exec env --default-signal=INT '%s' -XX:TieredStopAtLevel=1 -Dsoftgate.terminal=true -cp '%s' '%s' '%s' %s"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                SteppingTraining.class.getName(),
                folder,
                stops);
    ProcessBuilder builder =
        new ProcessBuilder(
            SCRIPT.toString(), "-q", "-e", "-f", "-c", command, folder.resolve("seen").toString());
    builder.environment().put("TERM", "xterm");
    return builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
  }

  private String seen() throws IOException {
    Path file = folder.resolve("out");
    return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
  }

  private void waitUntilSeen(String text) throws IOException, InterruptedException {
    for (int i = 0; i < WAIT_SECONDS * 100 && !seen().contains(text); i++) {
      Thread.sleep(10);
    }
    assertThat(seen()).contains(text);
  }

  private static void type(Process process, int key) throws IOException {
    OutputStream keyboard = process.getOutputStream();
    keyboard.write(key);
    keyboard.flush();
  }

  @Test
  void ctrlCSavesAndKeepsTheLastLineClean() throws IOException, InterruptedException {
    Process process = start(true);
    waitUntilSeen("img/s");
    type(process, CTRL_C);
    assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(folder.resolve("saved")).exists();
    List<String> lines =
        seen().replaceAll("[^\n]*\r\033\\[K", "").lines().filter(line -> !line.isBlank()).toList();
    assertThat(lines.get(lines.size() - 1))
        .matches("[\\d:]+ INFO +interrupted; continue with: softgate train --resume .*");
  }

  @Test
  void secondCtrlCExitsAtOnce() throws IOException, InterruptedException {
    Process process = start(false);
    waitUntilSeen("img/s");
    type(process, CTRL_C);
    waitUntilSeen("stopping; Ctrl-C again ends at once");
    type(process, CTRL_C);
    assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(folder.resolve("saved")).doesNotExist();
  }

  /** Takes steps that cost nothing until it is asked to stop, and stops, or does not. */
  static final class SteppingTraining implements TrainingProgram {
    private static final int MOST_STEPS = 10_000; // a test that fails leaves no process behind
    private final Path folder;
    private final boolean stops;

    private SteppingTraining(Path folder, boolean stops) {
      this.folder = folder;
      this.stops = stops;
    }

    public static void main(String[] arguments) {
      TrainingProgram training =
          new SteppingTraining(Path.of(arguments[0]), Boolean.parseBoolean(arguments[1]));
      System.exit(Main.execute(Main.commandLine(training), "train"));
    }

    private boolean stopped(TrainRequest request) {
      return stops && request.stopping().requested().getAsBoolean();
    }

    @Override
    public TrainOutcome run(TrainRequest request) throws InterruptedException {
      request.listeners().forEach(listener -> listener.trainingStarted(0, 1, 100_000, 100_000));
      for (int batch = 0; batch < MOST_STEPS && !stopped(request); batch++) {
        StepProgress step = new StepProgress(0, batch, 100_000, 2, 0.5, 0.5, 100);
        request.listeners().forEach(listener -> listener.stepFinished(step));
        Thread.sleep(5);
      }
      try {
        Files.createFile(folder.resolve("saved"));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return new TrainOutcome(folder, true, RecordedTraining.SUMMARY);
    }
  }
}
