package dev.softgate.cli;

import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Notices that the person or the system asked the program to end (Ctrl-C, {@code kill}, a terminal
 * that is closed), so that the work can be saved first. Who asks twice does not wait for that.
 */
final class Interruption implements BooleanSupplier, AutoCloseable {

  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");
  private static final int SIGNALLED = 128; // an exit code is this and the signal's number

  private final List<Runnable> handlersBefore;
  private final ProgressListener progress;
  private volatile int exitCode;

  private Interruption(ProgressListener progress) {
    this.progress = progress;
    this.handlersBefore =
        SIGNALS.stream().map(name -> Signals.handle(name, this::signalled)).toList();
  }

  /**
   * Begins to watch.
   *
   * @param progress whose live line makes room for what is said
   */
  static Interruption watch(ProgressListener progress) {
    return new Interruption(progress);
  }

  /** Whether the program was asked to end. */
  @Override
  public boolean getAsBoolean() {
    return exitCode != 0;
  }

  /** With what the program then ends: 130 for Ctrl-C, and where nobody asked. */
  int exitCode() {
    return exitCode == 0 ? OneLineErrors.INTERRUPTED : exitCode;
  }

  /**
   * Ends the program for a training that cannot stop soon.
   *
   * @param command whose errors are reported
   * @param say tells the person how it ended
   */
  TrainRequest.Ending ending(CommandLine command, Consumer<TrainOutcome> say) {
    return saving -> {
      int code;
      progress.clear();
      try {
        say.accept(saving.call());
        code = exitCode();
      } catch (Exception | Error e) {
        code = OneLineErrors.report(e, command);
        code = code == OneLineErrors.INTERRUPTED ? exitCode() : code;
      }
      Runtime.getRuntime().halt(code);
    };
  }

  private synchronized void signalled(int number) {
    if (exitCode != 0) {
      Runtime.getRuntime().halt(SIGNALLED + number);
    }
    exitCode = SIGNALLED + number;
    progress.clear();
    LoggerFactory.getLogger(Interruption.class).info("stopping; Ctrl-C again ends at once");
  }

  /** Leaves the signals to whom they were before. */
  @Override
  public void close() {
    handlersBefore.forEach(Runnable::run);
  }
}
