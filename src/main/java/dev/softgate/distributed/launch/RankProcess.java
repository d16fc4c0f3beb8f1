package dev.softgate.distributed.launch;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** The process of one rank. */
final class RankProcess extends ProgramProcess {

  private final int rank;
  private final RankOutput output;

  private RankProcess(int rank, Process process, RankOutput output) {
    super(process);
    this.rank = rank;
    this.output = output;
  }

  /**
   * Starts a process.
   *
   * @param environment variables besides those of this process
   * @param err shared by all ranks
   */
  static RankProcess start(
      int rank, List<String> command, Map<String, String> environment, PrintStream err)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectOutput(
        rank == 0 ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    return new RankProcess(rank, process, new RankOutput(rank, process.getErrorStream(), err));
  }

  int rank() {
    return rank;
  }

  /** Passes on its standard error. */
  RankOutput output() {
    return output;
  }
}
