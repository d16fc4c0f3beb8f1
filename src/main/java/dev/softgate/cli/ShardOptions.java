package dev.softgate.cli;

import dev.softgate.run.Shard;
import dev.softgate.study.ShardReport;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of commands that do a share of their work. Commands include them as a mixin. */
@Command
final class ShardOptions {

  @Option(
      names = "--shard",
      paramLabel = "i/n",
      description =
          "Do only the share i of n, with i from 0 to n - 1; give each of n processes another i.")
  @Nullable String shard;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description =
          "Do one of N shares: the one that SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX tells")
  @Nullable Integer shards;

  /** The shard that the options or, without them, a Slurm array ask for; null for everything. */
  @Nullable Shard ofEnvironment() {
    return Shard.of(shard, shards, System.getenv());
  }

  /** Prints what a shard computed, as JSON or as text. */
  static void print(ShardReport report, boolean json, PrintWriter out) {
    if (json) {
      JsonOutput.print(report, out);
      return;
    }
    out.printf(
        Locale.ROOT,
        "shard %s: %,d images%s, in %s%n",
        report.shard(),
        report.images(),
        report.unreadable() == 0
            ? ""
            : String.format(Locale.ROOT, " and %,d unreadable files", report.unreadable()),
        report.file());
    if (report.images() + report.unreadable() == 0) {
      out.println(
          "This shard is empty, for the set has fewer blocks of images than there are shards;"
              + " --collect needs its file all the same.");
    }
    out.println(
        "When all shards are there, repeat the command with --collect in place of --shard.");
  }

  /** The shard that the options ask for; null without any, whatever the environment has. */
  @Nullable Shard ofOptions() {
    return shard == null && shards == null ? null : ofEnvironment();
  }
}
