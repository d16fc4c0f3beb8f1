package dev.softgate.onednn;

import dev.softgate.model.Backbone;
import dev.softgate.model.ConvNorm;
import dev.softgate.model.ResidualUnit;
import dev.softgate.model.Unit;
import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.onednn.Primitives.Weighted;
import dev.softgate.torch.DType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.bytedeco.dnnl.memory;

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
    ConvNorm first = Objects.requireNonNull(EnginePlans.stem(backbone.legs().get(0)));
    ConvolutionShape stem = ConvolutionShape.of(first.conv(), height, width);
    shapes.put(stem, 1);
    ConvolutionShape last = stem;
    for (Unit each : backbone.units().toList()) {
      ResidualUnit unit = (ResidualUnit) each;
      ConvNorm projection = unit.projection();
      if (projection != null) {
        shapes.merge(behind(projection, last), 1, Integer::sum);
      }
      for (ConvNorm layer : unit.branch()) {
        last = behind(layer, last);
        shapes.merge(last, 1, Integer::sum);
      }
    }
    try (Team team = new Team(threads)) {
      ConvolutionCeiling ceiling = new ConvolutionCeiling(team, type, images);
      double sum = 0;
      for (Map.Entry<ConvolutionShape, Integer> entry : shapes.entrySet()) {
        ConvolutionShape shape = entry.getKey();
        double once = ceiling.forward(shape);
        if (training) {
          once += ceiling.backwardWeights(shape);
          once += shape.equals(stem) ? 0 : ceiling.backwardData(shape);
        }
        sum += entry.getValue() * once;
      }
      return sum;
    }
  }

  private double forward(ConvolutionShape shape) {
    return best(shape, (p, n) -> p.convolution(shape, n, type, Epilogue.NONE), Order.FORWARD);
  }

  private double backwardData(ConvolutionShape shape) {
    return best(
        shape, (p, n) -> p.backwardData(shape, n, type, Epilogue.NONE), Order.BACKWARD_DATA);
  }

  private double backwardWeights(ConvolutionShape shape) {
    return best(shape, (p, n) -> p.backwardWeights(shape, n, type), Order.BACKWARD_WEIGHTS);
  }

  private static ConvolutionShape behind(ConvNorm layer, ConvolutionShape before) {
    return ConvolutionShape.of(layer.conv(), before.outHeight(), before.outWidth());
  }

  /** The order in which a primitive takes input maps, output maps and weights. */
  private enum Order {
    FORWARD,
    BACKWARD_DATA,
    BACKWARD_WEIGHTS;

    long[] arguments(long input, long output, long weights) {
      return switch (this) {
        case FORWARD -> new long[] {input, weights, output};
        case BACKWARD_DATA -> new long[] {output, weights, input};
        case BACKWARD_WEIGHTS -> new long[] {input, output, weights};
      };
    }
  }

  /** Returns the seconds for the whole batch with the fastest chunk size. */
  private double best(
      ConvolutionShape shape, BiFunction<Primitives, Integer, Weighted> primitive, Order order) {
    double best = Double.POSITIVE_INFINITY;
    for (int size : CHUNKS) {
      if (size <= Math.max(CHUNKS[0], images / team.size())) {
        best =
            Math.min(best, seconds(shape, primitive, order, new Chunks(images, size, team.size())));
      }
    }
    return best;
  }

  private double seconds(
      ConvolutionShape shape,
      BiFunction<Primitives, Integer, Weighted> primitive,
      Order order,
      Chunks chunks) {
    double[] rounds = new double[ROUNDS];
    try (Arena arena = new Arena(1 << 20)) {
      FeatureMap[] maps = new FeatureMap[2];
      team.run(
          worker -> {
            if (worker.index() == 0) {
              maps[0] = filled(shape.input(images, type), chunks, arena);
              maps[1] = filled(FeatureMaps.output(shape, images, type), chunks, arena);
            }
            Map<Integer, MemoryBlock> weights = new HashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
              worker.meet();
              long start = System.nanoTime();
              for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
                Weighted operation = primitive.apply(worker.primitives(), chunks.size(c));
                MemoryBlock ofSize =
                    weights.computeIfAbsent(
                        chunks.size(c), size -> cleared(operation.weights(), arena));
                operation
                    .call()
                    .run(order.arguments(maps[0].chunk(c), maps[1].chunk(c), ofSize.handle()));
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

  /**
   * Returns zero weights in the layout for one number of images; another number may need another
   * layout.
   */
  private static MemoryBlock cleared(memory.desc layout, Arena arena) {
    synchronized (arena) {
      MemoryBlock block = arena.take(layout);
      block.clear();
      return block;
    }
  }

  private static FeatureMap filled(FeatureMaps maps, Chunks chunks, Arena arena) {
    FeatureMap map = new FeatureMap(arena, maps, chunks);
    map.fill(FILLING);
    return map;
  }
}
