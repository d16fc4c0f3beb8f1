package dev.softgate.cli;

import dev.softgate.config.RunConfig;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.ShellWords;
import dev.softgate.review.Apply;
import dev.softgate.review.ApplyReport;
import dev.softgate.review.ApplyRequest;
import dev.softgate.run.RunFolder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate apply}: corrected labels, or a corrected folder, by decisions. */
@Command(
    name = "apply",
    description = {
      "Write corrected labels, or a corrected folder, by the decisions of review.",
      "",
      "--out writes a label file for train --labels: the decided images with their labels, empty"
          + " for removed ones. If the run was trained with a label file, its rows are carried"
          + " over.",
      "",
      "--copy-to copies the images of a folder or list into a new folder with the same layout:"
          + " relabeled images into the folder of their class, removed ones not at all, all others"
          + " as they are. If two files have the same name, one gets a number. Nothing is moved,"
          + " overwritten or deleted; repeat the command to complete an interrupted copy.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate apply NAME --decisions runs/NAME/decisions.csv --out corrected.csv",
      "  softgate apply suspects --decisions suspects/decisions.csv --copy-to new",
      "  softgate apply NAME --decisions d.csv --copy-to new --dry-run"
    })
final class ApplyCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description =
          "The run whose images were decided: a folder, or a name in runs; or the folder that score"
              + " --out wrote.")
  @Nullable Path run;

  @Option(
      names = "--decisions",
      paramLabel = "FILE",
      required = true,
      description = "The decisions.csv of review; of several for an image the last one counts.")
  Path decisions;

  @Option(names = "--out", paramLabel = "FILE", description = "Write this label file.")
  @Nullable Path out;

  @Option(names = "--copy-to", paramLabel = "DIR", description = "Copy into this new folder.")
  @Nullable Path copyTo;

  @Option(names = "--dry-run", description = "Report what would be written, and write nothing.")
  boolean dryRun;

  @Mixin SettingOptions settings = SettingOptions.of().and("the run's", "dataset", "labels");

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    String dataset = null;
    Path labels = null;
    Map<String, String> given = settings.given();
    if (run != null || !given.isEmpty()) {
      RunConfig config = run == null ? RunConfig.defaults().with(given) : recorded(run).with(given);
      labels = config.data().labels();
      dataset = run == null && !given.containsKey("dataset") ? null : config.data().dataset();
    }
    LiveLine line = json ? null : LiveLine.onStandardError();
    ApplyReport report =
        Apply.run(
            new ApplyRequest(decisions, dataset, labels, out, copyTo, dryRun),
            (done, total) -> {
              if (line != null) {
                line.show(
                    "copying", done, total, String.format(Locale.ROOT, "%,d of %,d", done, total));
              }
            });
    if (line != null) {
      line.clear();
    }
    PrintWriter writer = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(report, writer);
    } else {
      print(report, dataset, writer);
    }
    return ExitCode.OK;
  }

  /** The configuration of a run, or of the scores of a set without a run. */
  private static RunConfig recorded(Path run) {
    RunFolder scores = new RunFolder(run);
    boolean withoutRun =
        Files.isRegularFile(scores.suspects()) && !Files.exists(scores.checkpoints());
    return RunConfig.read(
        withoutRun ? scores.config() : RunFolder.open(RunFolder.locate(run)).config());
  }

  private static void print(ApplyReport report, @Nullable String dataset, PrintWriter out) {
    TextTable table =
        new TextTable("class", "before", "confirmed", "moved in", "moved out", "removed", "after");
    for (ApplyReport.ClassChange each : report.classes()) {
      table.row(
          OneLine.of(each.name()),
          count(each.before()),
          count(each.kept()),
          count(each.arrived()),
          count(each.left()),
          count(each.removed()),
          count(each.after()));
    }
    table.print(out);
    out.println();
    LabeledLines lines =
        new LabeledLines()
            .add(
                "decisions",
                text(
                    "%,d images: %,d kept, %,d relabeled, %,d removed",
                    report.decided(), report.kept(), report.relabeled(), report.removed()));
    String verb = report.dryRun() ? "would be written" : "written";
    Path labels = report.labels();
    if (labels != null) {
      lines.add("labels", text("%s, %s rows %s", labels, count(report.rows()), verb));
      if (dataset != null && !report.dryRun()) {
        lines.add("next", next("--dataset", dataset, "--labels", labels.toString()));
      }
    }
    Path folder = report.folder();
    if (folder != null) {
      String copied = report.dryRun() ? "would be copied" : count(report.copied()) + " copied now";
      lines.add("folder", text("%s, %s files, %s", folder, count(report.images()), copied));
      if (!report.dryRun()) {
        lines.add(
            "next", next("--preset", "mislabeled", "--skip-bad", "--dataset", "folder:" + folder));
      }
    }
    lines.print(out);
  }

  private static String next(String... options) {
    return "softgate train " + ShellWords.join(List.of(options));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String count(@Nullable Integer number) {
    return number == null ? "-" : text("%,d", number);
  }
}
