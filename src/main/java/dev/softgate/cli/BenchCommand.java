package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.benchmark.Benchmark;
import dev.softgate.config.RunConfig;
import dev.softgate.engine.Compute;
import dev.softgate.model.ModelSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
      "On random 32x32 images; the figure is the median step after warm-up.",
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
  private static final long MOST_LOADED_IMAGES = 500_000;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "train|infer|loader", description = "What to measure.")
  Subject subject;

  @Mixin
  SettingOptions settings =
      SettingOptions.network().and(null, "batch-size", "engine", "precision", "threads", "canvas");

  @Option(names = "--classes", paramLabel = "K", description = "How many [default: 10].")
  int classes = 10;

  @Option(names = "--steps", paramLabel = "N", description = "Steps measured [default: 10].")
  int steps = 10;

  @Option(
      names = "--compare",
      description =
          "Measure all engines in all precisions by turns, against libtorch in fp32 with its"
              + " default layout of images.")
  boolean compare;

  @Option(names = "--json", description = "Print the figures as JSON.")
  boolean json;

  @Override
  public Integer call() {
    require("--steps", steps, 1, MOST_STEPS);
    RunConfig config = RunConfig.defaults().with(settings.given());
    int batchSize = config.optimization().batchSize();
    ModelSpec model = config.model().spec(classes);
    if (subject == Subject.LOADER) {
      long most = Runtime.getRuntime().maxMemory() / 3 / Benchmark.IMAGE_BYTES;
      require(
          "--steps and " + Benchmark.WARM_UP + " more, times --batch-size",
          ((long) steps + Benchmark.WARM_UP) * batchSize,
          1,
          Math.min(most, MOST_LOADED_IMAGES));
    }
    Compute compute = config.execution().compute(model);
    BenchFigures figures =
        new BenchFigures(subject, model, batchSize, new Benchmark(model, batchSize, steps));
    Map<String, Object> values =
        subject == Subject.LOADER
            ? figures.loader(Benchmark.loading(batchSize, steps))
            : compare ? figures.comparison(compute) : figures.single(compute);
    if (subject != Subject.LOADER) {
      values.put("arch", config.model().arch().text());
      values.put("depth", model.depth());
      values.put("block", config.model().block());
      values.put("classes", classes);
      values.put("shortcut", config.model().shortcut().text());
      values.put("gate", config.model().gate().text());
      values.put("gate_at", model.gate().stages());
      values.put("gate_after", model.gate().after());
    }
    values.put("batch_size", batchSize);
    values.put("steps", steps);
    print(values);
    return ExitCode.OK;
  }

  private void print(Map<String, Object> figures) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(figures, out);
      return;
    }
    print("", figures, out);
    out.flush();
  }

  private static void print(String indent, Map<?, ?> figures, PrintWriter out) {
    figures.forEach(
        (name, value) -> {
          String label = indent + name.toString().replace('_', ' ');
          if (value instanceof Map<?, ?> inner) {
            out.println(label);
            print(indent + "  ", inner, out);
          } else if (value instanceof List<?> rows
              && !rows.isEmpty()
              && rows.get(0) instanceof Map<?, ?>) {
            rows.forEach(
                row -> {
                  out.println(label);
                  print(indent + "  ", (Map<?, ?>) row, out);
                });
          } else {
            out.printf(
                "%-38s %s%n",
                label,
                value instanceof Double number
                    ? String.format(Locale.ROOT, Math.abs(number) < 10 ? "%.2f" : "%.1f", number)
                    : value);
          }
        });
  }

  private static void require(String option, long value, long least, long greatest) {
    if (value < least || value > greatest) {
      throw new BadInputException(
          "%s %d: give a number from %d to %d".formatted(option, value, least, greatest));
    }
  }
}
