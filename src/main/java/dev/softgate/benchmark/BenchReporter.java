package dev.softgate.benchmark;

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
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Measures the results of {@code bench}. */
public final class BenchReporter {

  private final Benchmark.Subject subject;
  private final ModelSpec model;
  private final BenchReport.Network network;
  private final Benchmark benchmark;
  private final Map<Precision, Limits> limits = new EnumMap<>(Precision.class);

  /**
   * Measures a network.
   *
   * @param network the network's description
   */
  public BenchReporter(
      Benchmark.Subject subject,
      ModelSpec model,
      BenchReport.Network network,
      int batchSize,
      int side,
      int steps) {
    this.subject = subject;
    this.model = model;
    this.network = network;
    this.benchmark = new Benchmark(model, batchSize, side, steps);
  }

  /**
   * All engines that support the network, in all precisions that are fast on the device. The first
   * way is libtorch's default: float32, images N×C×H×W.
   */
  private List<Benchmark.Way> ways(Compute given) {
    List<Benchmark.Way> ways = new ArrayList<>();
    List<Precision> precisions =
        given.device().hasFastBfloat16()
            ? List.of(Precision.FP32, Precision.BF16)
            : List.of(Precision.FP32);
    ways.add(new Benchmark.Way(way(Engine.LIBTORCH, Precision.FP32, given), false));
    for (Engine each :
        given.device().isCpu() && OneDnnEngine.runs(model)
            ? List.of(Engine.LIBTORCH, Engine.ONEDNN)
            : List.of(Engine.LIBTORCH)) {
      for (Precision precision : precisions) {
        ways.add(new Benchmark.Way(way(each, precision, given), true));
      }
    }
    return ways;
  }

  private Compute way(Engine engine, Precision precision, Compute given) {
    return Compute.choose(engine, precision, given.threads(), given.device(), model)
        .withCanvas(given.canvasOption());
  }

  /** Measures the loading of batches. */
  public static BenchReport loader(int batchSize, int side, int steps) {
    Measurement measurement = Benchmark.loading(batchSize, side, steps);
    return new BenchReport(
        "loader",
        null,
        BenchReport.Speed.of(measurement),
        TorchRuntime.peakResidentBytes(),
        measurement.livePointersGrown(),
        "none",
        Precision.FP32.text(),
        null,
        1,
        null,
        TorchRuntime.instructionSet(),
        null,
        null,
        null,
        batchSize,
        side,
        steps);
  }

  /** Measures one way of computing, with its parts. */
  public BenchReport single(Compute compute) {
    Measurement measurement = benchmark.measure(subject, compute);
    long peak = TorchRuntime.peakResidentBytes(); // before the machine's limits are measured
    look(Stream.of(compute));
    return new BenchReport(
        name(),
        null,
        BenchReport.Speed.of(measurement),
        peak,
        measurement.livePointersGrown(),
        compute.engine().text(),
        compute.precision().text(),
        canvas(compute),
        compute.threads(),
        compute.device().toString(),
        TorchRuntime.instructionSet(),
        alone(compute),
        parts(measurement, compute),
        network,
        benchmark.batchSize(),
        benchmark.side(),
        benchmark.steps());
  }

  /** Measures all ways of computing in turn. */
  public BenchReport comparison(Compute given) {
    List<Benchmark.Way> ways = ways(given);
    List<Measurement> measurements = benchmark.compare(subject, ways);
    long peak = TorchRuntime.peakResidentBytes(); // before the machine's limits are measured
    double plain = measurements.get(0).imagesPerSecond();
    look(ways.stream().map(Benchmark.Way::compute));
    List<BenchReport.Row> rows = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      Compute compute = ways.get(i).compute();
      rows.add(
          new BenchReport.Row(
              compute.engine().text(),
              compute.precision().text(),
              ways.get(i).channelsLast() ? "channels-last" : "default",
              canvas(compute),
              BenchReport.Speed.of(measurements.get(i)),
              measurements.get(i).imagesPerSecond() / plain,
              alone(compute),
              parts(measurements.get(i), compute)));
    }
    return new BenchReport(
        name(),
        rows,
        null,
        peak,
        null,
        null,
        null,
        null,
        given.threads(),
        given.device().toString(),
        TorchRuntime.instructionSet(),
        null,
        null,
        network,
        benchmark.batchSize(),
        benchmark.side(),
        benchmark.steps());
  }

  private String name() {
    return subject == Benchmark.Subject.TRAINING ? "train" : "infer";
  }

  /**
   * The machine's peak rates: the maxima of several measurements, because other programs may
   * disturb any.
   */
  private record Limits(double flops, double bytes, double imagesConvolvedAlone) {

    Limits orBetter(Limits other) {
      return new Limits(
          Math.max(flops, other.flops),
          Math.max(bytes, other.bytes),
          Math.max(imagesConvolvedAlone, other.imagesConvolvedAlone));
    }
  }

  /** Measures the limits twice for each precision. */
  private void look(Stream<Compute> ways) {
    Set<Precision> seen = new HashSet<>();
    ways.filter(way -> way.device().isCpu())
        .filter(way -> OneDnnEngine.runs(model) && OneDnnEngine.computes(way.type()))
        .filter(way -> seen.add(way.precision()))
        .forEach(way -> limits.put(way.precision(), limits(way).orBetter(limits(way))));
  }

  private Limits limits(Compute way) {
    return new Limits(
        MachineCeiling.matmulFlopsPerSecond(way.type(), way.threads()),
        MachineCeiling.copyBytesPerSecond(way.threads()),
        benchmark.batchSize() / benchmark.convolutionsAloneSeconds(subject, way));
  }

  private @Nullable Double alone(Compute compute) {
    Limits best = limits.get(compute.precision());
    return best == null ? null : best.imagesConvolvedAlone();
  }

  private @Nullable String canvas(Compute compute) {
    return subject == Benchmark.Subject.TRAINING ? compute.chooseCanvas() : null;
  }

  /** The parts of a mean step; null if the engine does not measure them. */
  private BenchReport.@Nullable Parts parts(Measurement measurement, Compute compute) {
    if (measurement.parts().isEmpty()) {
      return null;
    }
    Limits best = Objects.requireNonNull(limits.get(compute.precision()));
    double flops =
        2.0
            * ModelCost.of(model, benchmark.side(), benchmark.side()).macs()
            * benchmark.batchSize();
    double mean = Arrays.stream(measurement.stepSeconds()).average().orElse(0);
    double rest = measurement.engineSeconds();
    double outside = mean - measurement.engineSeconds() - measurement.optimizerSeconds();
    Map<String, BenchReport.Part> parts = new LinkedHashMap<>();
    for (Map.Entry<OperationKind, OperationCost> entry : measurement.parts().entrySet()) {
      OperationCost work = entry.getValue();
      if (work.seconds() > 0) {
        parts.put(
            entry.getKey().name().toLowerCase(Locale.ROOT),
            part(work, entry.getKey().isConvolution() ? flops : 0, best));
        rest -= work.seconds();
      }
    }
    if (measurement.optimizerSeconds() > 0) {
      parts.put("optimizer", BenchReport.Part.of(measurement.optimizerSeconds()));
    }
    parts.put("gate_and_head", BenchReport.Part.of(outside));
    parts.put("rest", BenchReport.Part.of(rest));
    return new BenchReport.Parts(parts, mean * 1e3, best.flops() / 1e9, best.bytes() / 1e9);
  }

  /**
   * A part of the backbone.
   *
   * @param flops the floating-point operations of a convolution; 0 for other parts
   */
  private static BenchReport.Part part(OperationCost work, double flops, Limits best) {
    double speed = flops / work.seconds();
    double traffic = work.bytes() / work.seconds();
    boolean counted = work.bytes() > 0;
    return new BenchReport.Part(
        work.seconds() * 1e3,
        flops > 0 ? speed / 1e9 : null,
        counted ? traffic / 1e9 : null,
        counted ? (flops > 0 ? speed / best.flops() : traffic / best.bytes()) : null);
  }
}
