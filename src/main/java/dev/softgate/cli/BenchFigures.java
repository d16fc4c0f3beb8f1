package dev.softgate.cli;

import dev.softgate.benchmark.Benchmark;
import dev.softgate.benchmark.Measurement;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ModelSpec;
import dev.softgate.onednn.MachineCeiling;
import dev.softgate.onednn.OneDnnEngine;
import dev.softgate.onednn.Part;
import dev.softgate.onednn.Work;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.Compute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code bench} reports, by its JSON keys. */
final class BenchFigures {

  private static final String ALONE = "convolutions_alone_images_per_second";

  private final BenchCommand.Subject subject;
  private final ModelSpec model;
  private final int batchSize;
  private final Benchmark benchmark;
  private final Map<String, Ceilings> ceilingsByPrecision = new HashMap<>();

  BenchFigures(BenchCommand.Subject subject, ModelSpec model, int batchSize, Benchmark benchmark) {
    this.subject = subject;
    this.model = model;
    this.batchSize = batchSize;
    this.benchmark = benchmark;
  }

  /** Every engine that runs it in every precision that this processor has; the plain one first. */
  private List<Compute> ways(Compute given) {
    List<Compute> ways = new ArrayList<>();
    for (String each :
        OneDnnEngine.runs(model) ? List.of("libtorch", "onednn") : List.of("libtorch")) {
      List<String> precisions =
          TorchRuntime.hasFastBfloat16() ? List.of("fp32", "bf16") : List.of("fp32");
      for (String precision : precisions) {
        ways.add(
            Compute.choose(each, precision, given.threads(), model)
                .withCanvas(given.canvasOption()));
      }
    }
    return ways;
  }

  /** What loading took. */
  Map<String, Object> loader(Measurement measurement) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bench", name());
    speed(figures, measurement);
    figures.put("peak_rss_bytes", TorchRuntime.peakResidentBytes());
    figures.put("live_pointers_grown", measurement.livePointersGrown());
    figures.put("engine", "none");
    figures.put("precision", "fp32");
    figures.put("threads", 1);
    figures.put("instruction_set", TorchRuntime.instructionSet());
    return figures;
  }

  /** One way of computing, with its parts. */
  Map<String, Object> single(Compute compute) {
    Measurement measurement = benchmark.measure(measured(), compute);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bench", name());
    speed(figures, measurement);
    figures.put("peak_rss_bytes", TorchRuntime.peakResidentBytes());
    figures.put("live_pointers_grown", measurement.livePointersGrown());
    figures.put("engine", compute.engine());
    figures.put("precision", compute.precision());
    canvas(figures, compute);
    machine(figures, compute);
    if (convolvesAlone(compute)) {
      figures.put(ALONE, alone(compute));
    }
    parts(figures, measurement, compute);
    return figures;
  }

  /** All ways of computing by turns. */
  Map<String, Object> comparison(Compute given) {
    List<Compute> ways = ways(given);
    List<Measurement> measurements = benchmark.compare(measured(), ways);
    double plain = measurements.get(0).imagesPerSecond();
    Map<String, Double> alone = new HashMap<>(); // by precision: it does not depend on the engine
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("engine", ways.get(i).engine());
      row.put("precision", ways.get(i).precision());
      canvas(row, ways.get(i));
      speed(row, measurements.get(i));
      row.put("ratio", measurements.get(i).imagesPerSecond() / plain);
      Compute way = ways.get(i);
      if (convolvesAlone(way)) {
        row.put(ALONE, alone.computeIfAbsent(way.precision(), key -> alone(way)));
      }
      parts(row, measurements.get(i), way);
      rows.add(row);
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bench", name());
    figures.put("compare", rows);
    figures.put("peak_rss_bytes", TorchRuntime.peakResidentBytes());
    machine(figures, ways.get(0));
    return figures;
  }

  private Benchmark.Subject measured() {
    return subject == BenchCommand.Subject.TRAIN
        ? Benchmark.Subject.TRAINING
        : Benchmark.Subject.INFERENCE;
  }

  private String name() {
    return subject.name().toLowerCase(Locale.ROOT);
  }

  private static void speed(Map<String, Object> figures, Measurement measurement) {
    figures.put("images_per_second", measurement.imagesPerSecond());
    figures.put("milliseconds_per_step", measurement.medianSeconds() * 1e3);
  }

  private boolean convolvesAlone(Compute compute) {
    return OneDnnEngine.runs(model) && OneDnnEngine.computes(compute.type());
  }

  private double alone(Compute compute) {
    return batchSize / benchmark.convolutionsAloneSeconds(measured(), compute);
  }

  private void canvas(Map<String, Object> figures, Compute compute) {
    if (subject == BenchCommand.Subject.TRAIN) {
      figures.put("canvas", compute.chooseCanvas());
    }
  }

  private void machine(Map<String, Object> figures, Compute compute) {
    figures.put("threads", compute.threads());
    figures.put("instruction_set", TorchRuntime.instructionSet());
  }

  /**
   * Milliseconds of a mean step by part, and how near they come to what the machine can do:
   * convolutions to its products of matrices, the others to its copies, which those surpass that
   * find their operands in a cache.
   */
  private void parts(Map<String, Object> figures, Measurement measurement, Compute compute) {
    if (measurement.parts().isEmpty()) {
      return;
    }
    Ceilings ceilings =
        ceilingsByPrecision.computeIfAbsent(compute.precision(), key -> Ceilings.of(compute));
    double flops = 2.0 * ModelCost.of(model, Benchmark.SIDE, Benchmark.SIDE).macs() * batchSize;
    double mean = Arrays.stream(measurement.stepSeconds()).average().orElse(0);
    double rest = measurement.engineSeconds();
    double outside = mean - measurement.engineSeconds();
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Map.Entry<Part, Work> entry : measurement.parts().entrySet()) {
      Work work = entry.getValue();
      if (work.seconds() == 0) {
        continue;
      }
      Map<String, Object> row = milliseconds(work.seconds());
      if (entry.getKey().isConvolution()) {
        row.put("gigaflops_per_second", flops / work.seconds() / 1e9);
      }
      if (work.bytes() > 0) {
        row.put("gigabytes_per_second", work.bytes() / work.seconds() / 1e9);
        row.put(
            "of_ceiling",
            entry.getKey().isConvolution()
                ? flops / work.seconds() / ceilings.flops()
                : work.bytes() / work.seconds() / ceilings.bytes());
      }
      parts.put(entry.getKey().name().toLowerCase(Locale.ROOT), row);
      rest -= work.seconds();
    }
    if (measurement.optimizerSeconds() > 0) {
      parts.put("optimizer", milliseconds(measurement.optimizerSeconds()));
      outside -= measurement.optimizerSeconds();
    }
    parts.put("gate_and_head", milliseconds(outside));
    parts.put("rest", milliseconds(rest));
    figures.put("parts", parts);
    figures.put("mean_milliseconds_per_step", mean * 1e3);
    figures.put("matmul_gigaflops_per_second", ceilings.flops() / 1e9);
    figures.put("copy_gigabytes_per_second", ceilings.bytes() / 1e9);
  }

  private static Map<String, Object> milliseconds(double seconds) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("milliseconds", seconds * 1e3);
    return row;
  }

  /**
   * What this machine does at its best.
   *
   * @param flops floating-point operations a second, in products of matrices
   * @param bytes read and written a second, in copies
   */
  private record Ceilings(double flops, double bytes) {

    static Ceilings of(Compute compute) {
      return new Ceilings(
          MachineCeiling.matmulFlopsPerSecond(compute.type(), compute.threads()),
          MachineCeiling.copyBytesPerSecond(compute.threads()));
    }
  }
}
