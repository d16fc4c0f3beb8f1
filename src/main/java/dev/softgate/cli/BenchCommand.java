package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.benchmark.BenchReport;
import dev.softgate.benchmark.BenchReporter;
import dev.softgate.benchmark.Benchmark;
import dev.softgate.config.RunConfig;
import dev.softgate.engine.Compute;
import dev.softgate.model.ModelSpec;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate bench}: measures training, inference or loading on this machine. */
@Command(
    name = "bench",
    description = {
      "Measure training, inference or loading on this machine.",
      "",
      "It uses random images and reports the median step after warm-up.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = "  softgate bench train --depth 110 --batch-size 128 --precision bf16 --json")
final class BenchCommand implements Callable<Integer> {

  /** What is measured. */
  enum Subject {
    TRAIN,
    INFER,
    LOADER
  }

  private static final int MOST_STEPS = 100_000;
  private static final int LARGEST_IMAGE = 1024;

  /** A buffer in Java has at most 2 GB, and a value four bytes. */
  private static final int MOST_VALUES = Integer.MAX_VALUE / Float.BYTES;

  private static final long MOST_LOADED_IMAGES = 500_000;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "train|infer|loader", description = "What to measure.")
  Subject subject;

  @Mixin
  SettingOptions settings =
      SettingOptions.network()
          .and(null, "batch-size", "engine", "precision", "threads", "device", "canvas");

  @Option(names = "--classes", paramLabel = "K", description = "Number of classes (10)")
  int classes = 10;

  @Option(
      names = "--image-size",
      paramLabel = "N",
      description = "Height and width of the images, in pixels [default: 32].")
  int imageSize = 32;

  @Option(names = "--steps", paramLabel = "N", description = "Steps measured [default: 10].")
  int steps = 10;

  @Option(
      names = "--compare",
      description =
          "Measure all engines in all precisions in turn, against libtorch in fp32 with its default"
              + " image layout.")
  boolean compare;

  @Option(names = "--json", description = "Print the figures as JSON.")
  boolean json;

  @Override
  public Integer call() {
    require("--steps", steps, 1, MOST_STEPS);
    require("--image-size", imageSize, 1, LARGEST_IMAGE);
    RunConfig config = RunConfig.defaults().with(settings.given());
    int batchSize = config.optimization().batchSize();
    require(
        "--batch-size times the values of an image of --image-size",
        batchSize * imageBytes(),
        1,
        MOST_VALUES);
    ModelSpec model = config.model().spec(classes);
    if (subject == Subject.LOADER) {
      long most = Runtime.getRuntime().maxMemory() / 3 / imageBytes();
      require(
          "--steps and " + Benchmark.WARM_UP + " more, times --batch-size",
          ((long) steps + Benchmark.WARM_UP) * batchSize,
          1,
          Math.min(most, MOST_LOADED_IMAGES));
    }
    Compute compute = config.execution().compute(model);
    BenchReport report = report(config, model, compute);
    if (json) {
      JsonOutput.print(report, spec.commandLine().getOut());
    } else {
      BenchText.print(report, spec.commandLine().getOut());
    }
    return ExitCode.OK;
  }

  private BenchReport report(RunConfig config, ModelSpec model, Compute compute) {
    int batchSize = config.optimization().batchSize();
    if (subject == Subject.LOADER) {
      return BenchReporter.loader(batchSize, imageSize, steps);
    }
    BenchReport.Network network =
        new BenchReport.Network(
            config.model().arch().text(),
            model.depth(),
            config.model().block(),
            classes,
            config.model().shortcut().text(),
            config.model().gate().text(),
            model.gate().stages(),
            model.gate().after());
    BenchReporter reporter =
        new BenchReporter(
            subject == Subject.TRAIN ? Benchmark.Subject.TRAINING : Benchmark.Subject.INFERENCE,
            model,
            network,
            batchSize,
            imageSize,
            steps);
    return compare ? reporter.comparison(compute) : reporter.single(compute);
  }

  private long imageBytes() {
    return (long) Benchmark.CHANNELS * imageSize * imageSize;
  }

  private static void require(String option, long value, long least, long greatest) {
    if (value < least || value > greatest) {
      throw new BadInputException(
          "%s %d: must be from %d to %d".formatted(option, value, least, greatest));
    }
  }
}
