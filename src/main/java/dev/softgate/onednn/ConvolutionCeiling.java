package dev.softgate.onednn;

import dev.softgate.model.Backbone;
import dev.softgate.model.ConvNorm;
import dev.softgate.model.Leg;
import dev.softgate.model.ResidualUnit;
import dev.softgate.model.Unit;
import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.onednn.Primitives.Weighted;
import dev.softgate.torch.DType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Measures how long a backbone's convolutions take when nothing else runs. Each shape is timed
 * alone, in memory as large as the batch, with the fastest of several chunk sizes. The difference
 * to the engine's time is the cost of everything else.
 */
public final class ConvolutionCeiling {

  /**
   * The byte that fills the maps: 0.011 in either type. Uninitialized memory may hold numbers that
   * compute more slowly.
   */
  static final int FILLING = 0x3c;

  private static final int[] CHUNKS = {4, 8, 16, 32, 64};
  private static final int ROUNDS = 9;

  private final Team team;
  private final DType type;
  private final int images;

  private ConvolutionCeiling(Team team, DType type, int images) {
    this.team = team;
    this.type = type;
    this.images = images;
  }

  /**
   * Measures for a few seconds on {@code threads} threads.
   *
   * @param training whether to include the weight gradients, and the input gradients of all layers
   *     but the first
   * @return the time of a batch's convolutions in seconds
   */
  public static double seconds(
      Backbone backbone,
      DType type,
      int images,
      int height,
      int width,
      int threads,
      boolean training) {
    Map<ConvolutionShape, Integer> shapes = new LinkedHashMap<>();
    Leg leg = backbone.legs().get(0);
    ConvNorm first = Objects.requireNonNull(EnginePlans.stem(leg));
    ConvolutionShape stem = ConvolutionShape.of(first.conv(), height, width);
    shapes.put(stem, 1);
    FeatureMaps maps = FeatureMaps.output(stem, images, type);
    MaxPooling pooling = MaxPooling.of(leg, maps);
    maps = pooling == null ? maps : pooling.output();
    for (Unit each : backbone.units().toList()) {
      ResidualUnit unit = (ResidualUnit) each;
      ConvNorm projection = unit.projection();
      if (projection != null) {
        shapes.merge(behind(projection, maps), 1, Integer::sum);
      }
      for (ConvNorm layer : unit.branch()) {
        ConvolutionShape shape = behind(layer, maps);
        shapes.merge(shape, 1, Integer::sum);
        maps = FeatureMaps.output(shape, images, type);
      }
    }
    try (Team team = new Team(threads)) {
      ConvolutionCeiling ceiling = new ConvolutionCeiling(team, type, images);
      double sum = 0;
      for (Map.Entry<ConvolutionShape, Integer> entry : shapes.entrySet()) {
        ConvolutionShape shape = entry.getKey();
        double once = ceiling.best(shape, OperationKind.FORWARD);
        if (training) {
          once += ceiling.best(shape, OperationKind.BACKWARD_WEIGHTS);
          once += shape.equals(stem) ? 0 : ceiling.best(shape, OperationKind.BACKWARD_DATA);
        }
        sum += entry.getValue() * once;
      }
      return sum;
    }
  }

  private static ConvolutionShape behind(ConvNorm layer, FeatureMaps before) {
    return ConvolutionShape.of(layer.conv(), before.height(), before.width());
  }

  private Weighted primitive(
      OperationKind kind, Primitives primitives, ConvolutionShape shape, int count) {
    return switch (kind) {
      case FORWARD -> primitives.convolution(shape, count, type, Epilogue.NONE);
      case BACKWARD_DATA -> primitives.backwardData(shape, count, type, Epilogue.NONE);
      default -> primitives.backwardWeights(shape, count, type);
    };
  }

  private static long[] arguments(OperationKind kind, long input, long output, long weights) {
    return switch (kind) {
      case FORWARD -> new long[] {input, weights, output};
      case BACKWARD_DATA -> new long[] {output, weights, input};
      default -> new long[] {input, output, weights};
    };
  }

  /** Returns the seconds for the whole batch with the fastest chunk size. */
  private double best(ConvolutionShape shape, OperationKind kind) {
    double best = Double.POSITIVE_INFINITY;
    for (int size : CHUNKS) {
      if (size <= Math.max(CHUNKS[0], images / team.size())) {
        best = Math.min(best, seconds(shape, kind, new Chunks(images, size, team.size())));
      }
    }
    return best;
  }

  private double seconds(ConvolutionShape shape, OperationKind kind, Chunks chunks) {
    double[] rounds = new double[ROUNDS];
    try (Arena arena = new Arena(1 << 20)) {
      FeatureMap[] maps = new FeatureMap[2];
      team.run(
          worker -> {
            if (worker.index() == 0) {
              maps[0] = filled(shape.input(images, type), chunks, arena);
              maps[1] = filled(FeatureMaps.output(shape, images, type), chunks, arena);
            }
            for (int round = 0; round < ROUNDS; round++) {
              worker.meet();
              long start = System.nanoTime();
              for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
                Weighted operation = primitive(kind, worker.primitives(), shape, chunks.size(c));
                Object key = List.of(kind, shape, chunks.size(c)); // each has its own layout
                long weights = worker.zeros(key, operation::weights).handle();
                operation.call().run(arguments(kind, maps[0].chunk(c), maps[1].chunk(c), weights));
              }
              worker.meet();
              if (worker.index() == 0) {
                rounds[round] = (System.nanoTime() - start) / 1e9;
              }
            }
          });
    }
    Arrays.sort(rounds);
    return rounds[ROUNDS / 2];
  }

  private static FeatureMap filled(FeatureMaps maps, Chunks chunks, Arena arena) {
    FeatureMap map = new FeatureMap(arena, maps, chunks);
    map.fill(FILLING);
    return map;
  }
}
