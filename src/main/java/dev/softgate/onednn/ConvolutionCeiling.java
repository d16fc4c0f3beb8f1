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
 * How long a backbone's convolutions take when nothing else runs: each shape by itself, over memory
 * of the batch's size, cut up in whichever of some ways is fastest on this machine. What the engine
 * takes beyond that goes to all the rest.
 */
public final class ConvolutionCeiling {

  /** 0.011 in either type: memory as it is may hold numbers that take longer. */
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
   * Measures on {@code threads} threads, for some seconds.
   *
   * @param training whether gradients count too: of the weights, and of the inputs but the images
   * @return what a batch's convolutions take, in seconds
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
    ConvNorm first = Objects.requireNonNull(OneDnnEngine.stem(backbone.legs().get(0)));
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

  /** In which order a primitive takes input maps, output maps and weights. */
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

  /** Seconds for the whole batch in the fastest way. */
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

  /** Weights as the primitive for one number of images wants them; another may want others. */
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
