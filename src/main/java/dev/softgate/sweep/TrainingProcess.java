package dev.softgate.sweep;

import dev.softgate.distributed.launch.ProgramProcess;
import dev.softgate.distributed.launch.ThisProgram;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as a process of this program, {@code train --continue}: it cannot take down the sweep or
 * another run, and saves and ends if the sweep dies.
 */
final class TrainingProcess implements SweepTrainer.Training {

  private final ProgramProcess process;
  private final Path log;

  private TrainingProcess(ProgramProcess process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts the process.
   *
   * @param main the main class of this program
   * @throws UncheckedIOException if that fails
   */
  static TrainingProcess start(
      String main, SweepRun run, SweepFolder folder, @Nullable Integer threads) {
    AtomicFiles.writeString(folder.config(run), run.config().toYaml());
    List<String> command = ThisProgram.command(main, false);
    command.addAll(List.of("train", "--config", folder.config(run).toString()));
    command.addAll(List.of("--runs-dir", folder.path().toString(), "--name", run.name()));
    command.add("--continue");
    if (threads != null) {
      command.addAll(List.of("--threads", threads.toString()));
    }
    Path log = folder.log(run);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return new TrainingProcess(ProgramProcess.start(builder), log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a process", e);
    }
  }

  @Override
  public void stop() {
    process.stop(ProgramProcess.TERMINATE);
  }

  @Override
  public SweepTrainer.@Nullable End await(long millis) throws InterruptedException {
    if (!process.ended(millis)) {
      return null;
    }
    String signal = process.killedBy();
    if (signal != null) {
      return new SweepTrainer.End("killed (" + signal + ")");
    }
    boolean failed = process.code() != 0 && !process.stopped();
    return new SweepTrainer.End(failed ? "exit code " + process.code() + ": " + reason() : null);
  }

  /** The last line in which the program explains itself, or else its last line. */
  private String reason() {
    List<String> lines;
    try {
      lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "see " + log;
    }
    String last = "no output";
    String reason = null;
    for (String line : lines) {
      last = line.isBlank() ? last : line;
      reason =
          line.startsWith(ProgramProcess.REASON)
              ? line.substring(ProgramProcess.REASON.length())
              : reason;
    }
    return OneLine.of(reason == null ? last : reason);
  }
}
