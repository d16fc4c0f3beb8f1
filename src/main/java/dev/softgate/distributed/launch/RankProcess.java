package dev.softgate.distributed.launch;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The process of one rank. */
final class RankProcess extends ProgramProcess {

  /** Gloo writes to standard output when it has connected. */
  private static final String CONNECTED = "[Gloo] ";

  /** How a rank says that another was suspended, at the start or later. */
  private static final Pattern SILENT =
      Pattern.compile("rank (\\d+) (?:at \\S+ )?has not answered .*");

  private final int rank;
  private final List<RankOutput> outputs; // standard error first

  private RankProcess(int rank, Process process, List<RankOutput> outputs) {
    super(process);
    this.rank = rank;
    this.outputs = List.copyOf(outputs);
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
    builder.environment().keySet().removeAll(LaunchedRank.AGENT_VARIABLES);
    builder.environment().putAll(environment);
    if (rank > 0) {
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
    Process process = builder.start();
    List<RankOutput> outputs = new ArrayList<>();
    outputs.add(
        new RankOutput(
            rank == 0 ? "" : "rank " + rank + ": ", REASON, process.getErrorStream(), err));
    if (rank == 0) {
      outputs.add(new RankOutput("", CONNECTED, process.getInputStream(), System.out));
    }
    return new RankProcess(rank, process, outputs);
  }

  int rank() {
    return rank;
  }

  /** Why it ended, in its own words, without the program's name; empty if it said nothing. */
  List<String> reasons() {
    return outputs.get(0).withheld();
  }

  /** Whether it ended because that rank has not answered. */
  boolean misses(int other) {
    return reasons().stream()
        .map(SILENT::matcher)
        .anyMatch(reason -> reason.matches() && reason.group(1).equals(Integer.toString(other)));
  }

  /** Waits until all that it wrote is passed on. */
  void finishOutputs() throws InterruptedException {
    for (RankOutput output : outputs) {
      output.finish();
    }
  }
}
