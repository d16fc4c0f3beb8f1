package dev.softgate.cli;

import dev.softgate.benchmark.Benchmark;
import dev.softgate.benchmark.Measurement;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.engine.Precision;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ModelSpec;
import dev.softgate.onednn.MachineCeiling;
import dev.softgate.onednn.OneDnnEngine;
import dev.softgate.onednn.OperationCost;
import dev.softgate.onednn.OperationKind;
import dev.softgate.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** What {@code bench} reports, by its JSON keys. */
final class BenchFigures {

  private final BenchCommand.Subject subject;
  private final ModelSpec model;
  private final int batchSize;
  private final Benchmark benchmark;
  private final Map<Precision, Limits> limits = new HashMap<>(); // by precision

  BenchFigures(BenchCommand.Subject subject, ModelSpec model, int batchSize, Benchmark benchmark) {
    this.subject = subject;
    this.model = model;
    this.batchSize = batchSize;
    this.benchmark = benchmark;
  }

  /**
   * Every engine that runs it in every precision that this processor has; first libtorch as it is
   * by default, in float32 with the images N×C×H×W.
   */
  private List<Benchmark.Way> ways(Compute given) {
    List<Benchmark.Way> ways = new ArrayList<>();
    List<Precision> precisions =
        TorchRuntime.hasFastBfloat16()
            ? List.of(Precision.FP32, Precision.BF16)
            : List.of(Precision.FP32);
    ways.add(new Benchmark.Way(way(Engine.LIBTORCH, Precision.FP32, given), false));
    for (Engine each :
        OneDnnEngine.runs(model)
            ? List.of(Engine.LIBTORCH, Engine.ONEDNN)
            : List.of(Engine.LIBTORCH)) {
      for (Precision precision : precisions) {
        ways.add(new Benchmark.Way(way(each, precision, given), true));
      }
    }
    return ways;
  }

  private Compute way(Engine engine, Precision precision, Compute given) {
    return Compute.choose(engine, precision, given.threads(), model)
        .withCanvas(given.canvasOption());
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
    long peak = TorchRuntime.peakResidentBytes(); // before what the looks need
    look(Stream.of(compute));
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bench", name());
    speed(figures, measurement);
    figures.put("peak_rss_bytes", peak);
    figures.put("live_pointers_grown", measurement.livePointersGrown());
    figures.put("engine", compute.engine().text());
    figures.put("precision", compute.precision().text());
    canvas(figures, compute);
    machine(figures, compute);
    alone(figures, compute);
    parts(figures, measurement, compute);
    return figures;
  }

  /** All ways of computing by turns. */
  Map<String, Object> comparison(Compute given) {
    List<Benchmark.Way> ways = ways(given);
    List<Measurement> measurements = benchmark.compare(measured(), ways);
    long peak = TorchRuntime.peakResidentBytes(); // before what the looks need
    double plain = measurements.get(0).imagesPerSecond();
    look(ways.stream().map(Benchmark.Way::compute));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      Compute compute = ways.get(i).compute();
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("engine", compute.engine().text());
      row.put("precision", compute.precision().text());
      row.put("layout", ways.get(i).channelsLast() ? "channels-last" : "default");
      canvas(row, compute);
      speed(row, measurements.get(i));
      row.put("ratio", measurements.get(i).imagesPerSecond() / plain);
      alone(row, compute);
      parts(row, measurements.get(i), compute);
      rows.add(row);
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bench", name());
    figures.put("compare", rows);
    figures.put("peak_rss_bytes", peak);
    machine(figures, given);
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

  /** What this machine does at its best: of all looks, as it may be disturbed at any. */
  private record Limits(double flops, double bytes, double imagesConvolvedAlone) {

    Limits orBetter(Limits other) {
      return new Limits(
          Math.max(flops, other.flops),
          Math.max(bytes, other.bytes),
          Math.max(imagesConvolvedAlone, other.imagesConvolvedAlone));
    }
  }

  /** Looks twice at what the steps are held against, for each precision. */
  private void look(Stream<Compute> ways) {
    Set<Precision> seen = new HashSet<>();
    ways.filter(way -> OneDnnEngine.runs(model) && OneDnnEngine.computes(way.type()))
        .filter(way -> seen.add(way.precision()))
        .forEach(way -> limits.put(way.precision(), limits(way).orBetter(limits(way))));
  }

  private Limits limits(Compute way) {
    return new Limits(
        MachineCeiling.matmulFlopsPerSecond(way.type(), way.threads()),
        MachineCeiling.copyBytesPerSecond(way.threads()),
        batchSize / benchmark.convolutionsAloneSeconds(measured(), way));
  }

  private void alone(Map<String, Object> figures, Compute compute) {
    Limits best = limits.get(compute.precision());
    if (best != null) {
      figures.put("convolutions_alone_images_per_second", best.imagesConvolvedAlone());
    }
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
    Limits best = Objects.requireNonNull(limits.get(compute.precision()));
    double flops = 2.0 * ModelCost.of(model, Benchmark.SIDE, Benchmark.SIDE).macs() * batchSize;
    double mean = Arrays.stream(measurement.stepSeconds()).average().orElse(0);
    double rest = measurement.engineSeconds();
    double outside = mean - measurement.engineSeconds();
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Map.Entry<OperationKind, OperationCost> entry : measurement.parts().entrySet()) {
      OperationCost work = entry.getValue();
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
                ? flops / work.seconds() / best.flops()
                : work.bytes() / work.seconds() / best.bytes());
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
    figures.put("matmul_gigaflops_per_second", best.flops() / 1e9);
    figures.put("copy_gigabytes_per_second", best.bytes() / 1e9);
  }

  private static Map<String, Object> milliseconds(double seconds) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("milliseconds", seconds * 1e3);
    return row;
  }
}
