package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.distributed.ProcessRank;
import dev.softgate.distributed.launch.Launcher;
import dev.softgate.distributed.launch.LocalTraining;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate launch}: one training on several processes of this machine. */
@Command(
    name = "launch",
    description = {
      "Train on several processes of this machine, which average their gradients.",
      "",
      "Each process takes batches of --batch-size images; rates are not scaled. The first process"
          + " keeps the run and prints the results. If one process fails, all end. For several"
          + " machines, see docs/guides/several-processes.md.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate launch --processes 2 -- train --preset quickstart",
      "  softgate launch --processes 2 --restarts 3 -- train --resume runs/NAME"
    })
final class LaunchCommand implements Callable<Integer> {

  private static final int MOST_PROCESSES = 1024;
  private static final String TRAIN = "train";

  @Spec CommandSpec spec;

  @Option(
      names = "--processes",
      paramLabel = "N",
      required = true,
      description = "How many processes.")
  int processes;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Threads of each process; the cores, divided, where absent.")
  @Nullable Integer threads;

  @Option(
      names = "--restarts",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "How often to go on from the last checkpoint after a failure (${DEFAULT-VALUE})")
  int restarts;

  @Option(
      names = "--timeout",
      paramLabel = "T",
      description =
          "How long a process may take to appear, and not answer, until the others end: 90s, 5m"
              + " (60s). What has not ended 15 seconds after the first that failed is killed.")
  @Nullable String timeout;

  @Parameters(
      paramLabel = "-- train OPTION",
      arity = "1..*",
      hideParamSyntax = true,
      description = "The training, with its options.")
  List<String> command;

  @Override
  public Integer call() throws InterruptedException {
    require("--processes", processes, 1, MOST_PROCESSES);
    require("--restarts", restarts, 0, Integer.MAX_VALUE);
    if (threads != null) {
      require("--threads", threads, 1, Integer.MAX_VALUE);
    }
    if (!command.get(0).equals(TRAIN)) {
      throw new BadInputException(
          "launch starts trainings: write 'train' and its options after --, not " + command.get(0));
    }
    ProcessRank.requireNone(System.getenv());
    int cores = Runtime.getRuntime().availableProcessors();
    Launcher launcher =
        new Launcher(
            new LocalTraining(
                processes,
                restarts,
                threads != null ? threads : Math.max(1, cores / processes),
                timeout,
                command.subList(1, command.size())),
            Main.class.getName(),
            System.err);
    List<Runnable> before =
        Interruption.SIGNALS.stream().map(name -> Signals.handle(name, launcher::stop)).toList();
    Launcher.Outcome outcome;
    try {
      outcome = launcher.run();
    } finally {
      before.forEach(Runnable::run);
    }
    if (outcome.reason() != null) {
      OneLineErrors.print(spec.commandLine(), outcome.reason());
    }
    return outcome.exitCode();
  }

  private static void require(String option, int value, int from, int to) {
    if (value < from || value > to) {
      throw new BadInputException(
          option
              + ": must be "
              + (to == Integer.MAX_VALUE ? "at least " + from : "from " + from + " to " + to)
              + ", found "
              + value);
    }
  }
}
