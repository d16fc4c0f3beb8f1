package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.GateStatistics;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.scoring.WrongLabels;
import dev.softgate.study.EvaluationImages;
import dev.softgate.study.EvaluationSplit;
import dev.softgate.study.SplitEvaluation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate eval}: a trained network on a split. */
@Command(
    name = "eval",
    description = {
      "Print the accuracy, losses and gate statistics of a trained network.",
      "",
      "The images are the run's unless --dataset or --data-dir chooses others. Another data set has"
          + " only the split test, or all its images if it has no test images. Images of any size"
          + " are resized as the training images were.",
      "",
      "If a label file marks wrong labels of train and val, it also reports how many of them the"
          + " network predicts as given (fitted) and as true (corrected).",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate eval runs/NAME",
      "  softgate eval NAME --split val --json",
      "  softgate eval runs/NAME/checkpoints/best.safetensors --data-dir data",
      "  softgate eval runs/NAME --dump-gates gates.csv"
    })
final class EvalCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN_OR_CHECKPOINT",
      description = "A run's folder, its name in runs, or a checkpoint file.")
  Path network;

  @Option(
      names = "--split",
      paramLabel = "PART",
      description =
          "test, val, or train: what the run trained on (test; val if the run's set has no test"
              + " images)")
  @Nullable String split;

  @Mixin
  SettingOptions settings =
      SettingOptions.ofRun("dataset", "data-dir", "data-url", "skip-bad", "cache-dir", "labels");

  @Option(
      names = "--memory",
      paramLabel = "on|off",
      defaultValue = "off",
      description =
          "With --gate memory: whether the channels that each training image owns are on"
              + " (${DEFAULT-VALUE})")
  String memory;

  @Option(
      names = "--dump-gates",
      paramLabel = "FILE",
      description =
          "Write id,label,predicted,correct,entropy,g of each image to this file, with columns for"
              + " each of several gates")
  @Nullable Path dumpGates;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    EvaluationSplit part = split == null ? null : EvaluationSplit.named(split);
    if (!List.of("on", "off").contains(memory)) {
      throw new BadInputException("--memory: must be on or off, found '" + memory + "'");
    }
    if (dumpGates != null) {
      AtomicFiles.requireWritable(dumpGates);
    }
    TrainedNetwork trained = TrainedNetwork.open(network);
    RunConfig config = settings.applyTo(trained.checkpoint().config());
    Compute used = config.execution().compute(trained.checkpoint().spec());
    EvaluationImages images =
        EvaluationImages.load(
            trained.checkpoint(), config.data(), part, DownloadProgress.forStandardError());
    SplitEvaluation evaluation = SplitEvaluation.run(trained, images, used, memory.equals("on"));
    if (dumpGates != null) {
      evaluation.writeGates(dumpGates);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(evaluation.report(), out);
    } else {
      lines(evaluation, used.threads()).print(out);
    }
    return ExitCode.OK;
  }

  private static LabeledLines lines(SplitEvaluation evaluation, int threads) {
    PhaseMetrics metrics = evaluation.predictions().metrics();
    LabeledLines lines =
        new LabeledLines()
            .add("network", evaluation.network().file().toString())
            .add("data", evaluation.images().dataset().source())
            .add(
                "split",
                text("%s, %,d images", evaluation.images().split().text(), metrics.images()))
            .add("accuracy", text("%.2f%%", 100 * metrics.accuracy()))
            .add("loss", ProgressText.loss(metrics.classificationLoss(), 4) + " nats");
    WrongLabels wrong = evaluation.wrongLabels();
    if (wrong != null) {
      lines.add("wrong labels", wrong(wrong));
    }
    GateStatistics gates = GateStatistics.of(evaluation.predictions());
    if (gates != null) {
      if (metrics.gateLoss() != null) {
        boolean classifier = evaluation.network().checkpoint().spec().gate().trainsItself();
        lines.add(classifier ? "gate loss" : "gate penalty", text("%.4f", metrics.gateLoss()));
      }
      if (gates.meanEntropyNats() != null) {
        lines.add("entropy", text("mean %.4f nats", gates.meanEntropyNats()));
      }
      lines
          .add(
              "g",
              text(
                  "mean %.4f; least %.4f, quartiles %.4f %.4f %.4f, greatest %.4f",
                  metrics.meanGate(),
                  gates.min(),
                  gates.firstQuartile(),
                  gates.median(),
                  gates.thirdQuartile(),
                  gates.max()))
          .add("g of correct", mean(gates.meanOfCorrect()))
          .add("g of wrong", mean(gates.meanOfWrong()));
    }
    return lines.add(
        "speed",
        text(
            "%.0f images/s in %s, %d threads, %.1f s",
            metrics.images() / evaluation.seconds(),
            evaluation.precision(),
            threads,
            evaluation.seconds()));
  }

  private static String wrong(WrongLabels wrong) {
    return wrong.fitted() == null || wrong.corrected() == null
        ? "none"
        : text(
            "%,d; %.2f%% predicted as given, %.2f%% as true",
            wrong.count(), 100 * wrong.fitted(), 100 * wrong.corrected());
  }

  private static String mean(@Nullable Double g) {
    return g == null ? "no such image" : text("mean %.4f", g);
  }

  private static String text(String format, @Nullable Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
