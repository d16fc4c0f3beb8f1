package dev.softgate.cli;

import dev.softgate.distributed.launch.LaunchedRank;
import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Notices that the user or the system asks the program to end (Ctrl-C, {@code kill}, a closed
 * terminal), so that the work can be saved first. A second request ends it at once.
 */
final class Interruption implements BooleanSupplier, AutoCloseable {

  static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");
  private static final int SIGNALED = 128; // exit codes add the signal's number

  private final List<Runnable> handlersBefore;
  private final Runnable clear;
  private volatile int exitCode;

  private Interruption(Runnable clear) {
    this.clear = clear;
    this.handlersBefore =
        SIGNALS.stream().map(name -> Signals.handle(name, this::signaled)).toList();
  }

  /**
   * Starts watching.
   *
   * @param clear removes what is drawn on the terminal, before messages
   */
  static Interruption watch(Runnable clear) {
    return new Interruption(clear);
  }

  /** Obeys the launcher of this process too, which asks only for what a signal asks. */
  void obey(LaunchedRank rank) {
    rank.listen(System.in, this::ordered);
  }

  /** Whether the program was asked to end. */
  @Override
  public boolean getAsBoolean() {
    return exitCode != 0;
  }

  /** The program's exit code: 130 for Ctrl-C or if nobody asked. */
  int exitCode() {
    return exitCode == 0 ? OneLineErrors.INTERRUPTED : exitCode;
  }

  /**
   * Ends the program for a training that cannot stop soon.
   *
   * @param command reports its errors
   * @param say reports the outcome
   * @param farewell comes last
   */
  TrainRequest.Ending ending(CommandLine command, Consumer<TrainOutcome> say, Runnable farewell) {
    return saving -> {
      int code;
      clear.run();
      try {
        say.accept(saving.call());
        code = exitCode();
      } catch (Exception | Error e) {
        code = OneLineErrors.report(e, command);
        code = code == OneLineErrors.INTERRUPTED ? exitCode() : code;
      }
      farewell.run();
      Runtime.getRuntime().halt(code);
    };
  }

  private synchronized void signaled(int number) {
    if (exitCode != 0) {
      Runtime.getRuntime().halt(SIGNALED + number);
    }
    request(number);
  }

  /** A terminal's Ctrl-C reaches launcher and ranks: an order after the signal is no second one. */
  private synchronized void ordered(int number) {
    if (exitCode == 0) {
      request(number);
    }
  }

  private void request(int number) {
    exitCode = SIGNALED + number;
    clear.run();
    LoggerFactory.getLogger(Interruption.class).info("stopping; Ctrl-C again ends at once");
  }

  /** Restores the previous signal handlers. */
  @Override
  public void close() {
    handlersBefore.forEach(Runnable::run);
  }
}
