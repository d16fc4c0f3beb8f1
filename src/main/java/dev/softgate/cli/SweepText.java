package dev.softgate.cli;

import dev.softgate.run.Shard;
import dev.softgate.sweep.RunState;
import dev.softgate.sweep.SweepFolder;
import dev.softgate.sweep.SweepPlan;
import dev.softgate.sweep.SweepResults;
import dev.softgate.sweep.SweepRun;
import dev.softgate.sweep.SweepTables;
import java.io.PrintWriter;

/** A sweep as text. */
final class SweepText {

  private SweepText() {}

  /** Lists the runs of a shard, in the order of training. */
  static void list(SweepPlan plan, SweepFolder folder, Shard shard, PrintWriter out) {
    TextTable table = new TextTable("state", "seed", "epochs", "run");
    for (int i = 0; i < plan.runs().size(); i++) {
      if (shard.owns(i)) {
        SweepRun run = plan.runs().get(i);
        table.row(
            folder.state(run).text(),
            Long.toString(run.seed()),
            Integer.toString(run.config().optimization().epochs()),
            run.name());
      }
    }
    table.print(out);
  }

  /** Prints the table of the combinations, the remarks and the runs that are not finished. */
  static void print(SweepResults results, PrintWriter out) {
    TextTable table = new TextTable(SweepTables.header(results).toArray(String[]::new));
    results
        .combinations()
        .forEach(row -> table.row(SweepTables.cells(row, results).toArray(String[]::new)));
    table.print(out);
    results.remarks().forEach(out::println);
    for (SweepResults.Run run : results.runs()) {
      if (run.state() != RunState.FINISHED) {
        out.println("  " + run.name() + ": " + SweepTables.standing(run));
      }
    }
    out.flush();
  }
}
