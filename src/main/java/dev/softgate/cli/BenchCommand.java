package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.benchmark.Benchmark;
import dev.softgate.benchmark.Measurement;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ModelSpec;
import dev.softgate.onednn.Part;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.Compute;
import dev.softgate.training.RunConfig;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
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

  /** Of the random images. */
  private static final int SIDE = 32;

  private static final int MOST_IMAGES = 65_536;
  private static final int MOST_STEPS = 100_000;
  private static final long MOST_LOADED_IMAGES = 500_000;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "train|infer|loader", description = "What to measure.")
  Subject subject;

  @Option(names = "--depth", paramLabel = "N", description = "Of the network [default: 110].")
  int depth = 110;

  @Option(
      names = "--block",
      paramLabel = "KIND",
      description = "basic or bottleneck [default: basic].")
  String block = "basic";

  @Option(names = "--classes", paramLabel = "K", description = "How many [default: 10].")
  int classes = 10;

  @Option(
      names = "--gate",
      paramLabel = "KIND",
      description = "classifier or none [default: classifier].")
  String gate = "classifier";

  @Option(
      names = {"--batch-size"},
      paramLabel = "N",
      description = "Images a step [default: 128].")
  int batchSize = 128;

  @Option(names = "--steps", paramLabel = "N", description = "Steps measured [default: 10].")
  int steps = 10;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "auto, libtorch or onednn [default: auto].")
  String engine = "auto";

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description = "auto, fp32 or bf16 [default: auto].")
  String precision = "auto";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Of the computation; 0 for all cores [default: 0].")
  int threads;

  @Option(
      names = "--compare",
      description = "Measure all engines in all precisions by turns, against libtorch in fp32.")
  boolean compare;

  @Option(names = "--json", description = "Print the figures as JSON.")
  boolean json;

  @Override
  public Integer call() {
    require("--batch-size", batchSize, 1, MOST_IMAGES);
    require("--steps", steps, 1, MOST_STEPS);
    // The configuration of a run checks the values that a run has too.
    RunConfig config =
        RunConfig.defaults()
            .with(
                Map.of(
                    "depth", Integer.toString(depth),
                    "block", block,
                    "gate", gate,
                    "engine", engine,
                    "precision", precision,
                    "threads", Integer.toString(threads)));
    ModelSpec model = config.model().spec(classes);
    if (subject == Subject.LOADER) {
      require("--steps times --batch-size", (long) steps * batchSize, 1, MOST_LOADED_IMAGES);
    }
    Compute compute = config.execution().compute();
    Benchmark benchmark = new Benchmark(model, batchSize, steps);
    if (subject == Subject.LOADER) {
      print(loader(Benchmark.loading(batchSize, steps)));
    } else if (compare) {
      print(comparison(benchmark, ways(compute)));
    } else {
      print(single(benchmark, compute, model));
    }
    return ExitCode.OK;
  }

  /** Every engine in every precision that this processor has; the plain one first. */
  private static List<Compute> ways(Compute compute) {
    List<Compute> ways = new ArrayList<>();
    for (String each : List.of("libtorch", "onednn")) {
      ways.add(Compute.choose(each, "fp32", compute.threads()));
      if (TorchRuntime.hasFastBfloat16()) {
        ways.add(Compute.choose(each, "bf16", compute.threads()));
      }
    }
    return ways;
  }

  private Map<String, Object> loader(Measurement measurement) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bench", name());
    speed(figures, measurement);
    figures.put("peak_rss_bytes", TorchRuntime.peakResidentBytes());
    figures.put("live_pointers_grown", measurement.livePointersGrown());
    figures.put("engine", "none");
    figures.put("precision", "fp32");
    figures.put("threads", 1);
    figures.put("instruction_set", TorchRuntime.instructionSet());
    figures.put("batch_size", batchSize);
    figures.put("steps", steps);
    return figures;
  }

  private Map<String, Object> single(Benchmark benchmark, Compute compute, ModelSpec model) {
    Measurement measurement = benchmark.measure(measured(), compute);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bench", name());
    speed(figures, measurement);
    figures.put("peak_rss_bytes", TorchRuntime.peakResidentBytes());
    figures.put("live_pointers_grown", measurement.livePointersGrown());
    figures.put("engine", compute.engine());
    figures.put("precision", compute.precision());
    machineAndNetwork(figures, compute);
    alone(figures, benchmark, compute);
    parts(figures, measurement, ModelCost.of(model, SIDE, SIDE));
    return figures;
  }

  private Map<String, Object> comparison(Benchmark benchmark, List<Compute> ways) {
    List<Measurement> measurements = benchmark.compare(measured(), ways);
    double plain = measurements.get(0).imagesPerSecond();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("engine", ways.get(i).engine());
      row.put("precision", ways.get(i).precision());
      speed(row, measurements.get(i));
      row.put("ratio", measurements.get(i).imagesPerSecond() / plain);
      alone(row, benchmark, ways.get(i));
      rows.add(row);
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bench", name());
    figures.put("compare", rows);
    figures.put("peak_rss_bytes", TorchRuntime.peakResidentBytes());
    machineAndNetwork(figures, ways.get(0));
    return figures;
  }

  private Benchmark.Subject measured() {
    return subject == Subject.TRAIN ? Benchmark.Subject.TRAINING : Benchmark.Subject.INFERENCE;
  }

  private String name() {
    return subject.name().toLowerCase(Locale.ROOT);
  }

  private static void speed(Map<String, Object> figures, Measurement measurement) {
    figures.put("images_per_second", measurement.imagesPerSecond());
    figures.put("milliseconds_per_step", measurement.medianSeconds() * 1e3);
  }

  private void alone(Map<String, Object> figures, Benchmark benchmark, Compute compute) {
    figures.put(
        "convolutions_alone_images_per_second",
        batchSize / benchmark.convolutionsAloneSeconds(measured(), compute));
  }

  private void machineAndNetwork(Map<String, Object> figures, Compute compute) {
    figures.put("threads", compute.threads());
    figures.put("instruction_set", TorchRuntime.instructionSet());
    figures.put("depth", depth);
    figures.put("block", block);
    figures.put("classes", classes);
    figures.put("gate", gate);
    figures.put("batch_size", batchSize);
    figures.put("steps", steps);
  }

  /** Milliseconds of a step by part, and for convolutions how fast that is. */
  private void parts(Map<String, Object> figures, Measurement measurement, ModelCost cost) {
    if (measurement.partSeconds().isEmpty()) {
      return;
    }
    double gigaflops = 2e-9 * cost.macs() * batchSize;
    double rest = Arrays.stream(measurement.stepSeconds()).average().orElse(0);
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Map.Entry<Part, Double> entry : measurement.partSeconds().entrySet()) {
      if (entry.getValue() == 0) {
        continue;
      }
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("milliseconds", entry.getValue() * 1e3);
      if (entry.getKey().isConvolution()) {
        row.put("gigaflops_per_second", gigaflops / entry.getValue());
      }
      parts.put(entry.getKey().name().toLowerCase(Locale.ROOT), row);
      rest -= entry.getValue();
    }
    parts.put("rest", Map.of("milliseconds", rest * 1e3));
    figures.put("parts", parts);
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
          } else if (value instanceof List<?> rows) {
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
                    ? String.format(Locale.ROOT, "%.1f", number)
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
