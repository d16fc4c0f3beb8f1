package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.interop.Quoted;
import dev.softgate.labels.LabelsReport;
import dev.softgate.labels.LabelsReporter;
import dev.softgate.labels.LabelsRequest;
import dev.softgate.scoring.labels.LabelFilter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code softgate labels}: finds labels that seem wrong by any model's probabilities. */
@Command(
    name = "labels",
    description = {
      "Find labels that seem wrong, from the predicted probabilities of any model.",
      "",
      "The probabilities should be out of sample: each image's from a model that was not trained on"
          + " it, as by cross-validation. A model that has memorized wrong labels confirms them.",
      "",
      "The table has a row for each image, in the order of --given: index, file (if given), given,"
          + " suggested (the most probable other class), self_confidence (the probability of the"
          + " given label), normalized_margin ((1 + self_confidence - the greatest other"
          + " probability) / 2) and flagged (true or false).",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate labels --given labels.csv --probabilities p.npy --out checked.csv",
      "  softgate labels --given labels.csv --probabilities p.csv --out l.csv --json"
    })
final class LabelsCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = "--given",
      paramLabel = "CSV",
      required = true,
      description =
          "The labels: the column given, and index or file if you like, in a row for each image."
              + " Labels are numbers from 0 or names of classes.")
  Path given;

  @Option(
      names = "--probabilities",
      paramLabel = "FILE",
      required = true,
      description =
          "A row of probabilities for each image, in the order of --given. CSV, with or without a"
              + " header of class names after an optional column index or file, which must match"
              + " that of --given; or .npy or .safetensors, an array of 16, 32 or 64 bit floats."
              + " Without such names, named labels are in sorted order.")
  Path probabilities;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "The tensor in a .safetensors file that has several")
  @Nullable String tensor;

  @Option(
      names = "--filter",
      paramLabel = "RULE",
      description =
          "Which labels to flag: noise-model, the labels most probably wrong if each class is"
              + " labeled as others at its own rates; even-noise, the same if all labels are wrong"
              + " at one rate; or, as cleanlab names them,"
              + " low-self-confidence, low-normalized-margin, prune-by-noise-rate, prune-by-class,"
              + " both, confident-learning or predicted-neq-given (${DEFAULT-VALUE})")
  String filter = LabelFilter.NOISE_MODEL.text();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Write the table to this file, replacing an older one")
  Path out;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    if (!Choice.texts(LabelFilter.class).contains(filter)) {
      throw new BadInputException(
          "--filter: must be one of %s, found %s"
              .formatted(
                  String.join(", ", Choice.texts(LabelFilter.class)), Quoted.quoted(filter)));
    }
    DownloadProgress progress = DownloadProgress.forStandardError();
    LabelsReport report;
    try {
      report =
          LabelsReporter.run(
              new LabelsRequest(
                  given, probabilities, tensor, Choice.of(LabelFilter.class, filter), out),
              progress);
    } finally {
      progress.finished();
    }
    if (json) {
      JsonOutput.print(report, spec.commandLine().getOut());
    } else {
      FigureText.print(report, spec.commandLine().getOut());
    }
    return ExitCode.OK;
  }
}
