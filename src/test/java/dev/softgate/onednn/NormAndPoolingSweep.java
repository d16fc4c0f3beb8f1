package dev.softgate.onednn;

import static java.util.Objects.requireNonNull;

import dev.softgate.onednn.Primitives.Pooling;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.DType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.memory;

/**
 * Compares oneDNN's batch norms and poolings of many shapes, forward and backward, with plain loops
 * in double precision, in guarded memory. {@link ConvolutionSweep} runs it.
 */
final class NormAndPoolingSweep {

  private static final int[] CHANNELS = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64};
  private static final int[] FEW = {1, 7, 16, 17};
  private static final int[][] SIZES = {
    {1, 1}, {1, 2}, {2, 1}, {3, 5}, {4, 4}, {7, 8}, {8, 9}, {17, 16}, {32, 32}
  };
  private static final int[][] FEW_SIZES = {{1, 1}, {2, 1}, {3, 5}, {8, 8}};

  /** Max pooling sees each side from 1 to 40, and the maps of an image of 224×224. */
  private static final int[][] POOLED_SIZES =
      IntStream.rangeClosed(1, 41)
          .mapToObj(side -> side > 40 ? new int[] {112, 112} : new int[] {side, 41 - side})
          .toArray(int[][]::new);

  private final DType type;
  private final Primitives primitives;
  private final Random random = new Random(6);
  private int count;

  NormAndPoolingSweep(DType type, Primitives primitives) {
    this.type = type;
    this.primitives = primitives;
  }

  /** Prints a line for each fault and returns the number of cases. */
  int run(boolean all) {
    for (int channels : all ? CHANNELS : FEW) {
      for (int[] size : all ? SIZES : FEW_SIZES) {
        for (int images : all ? new int[] {1, 2, 8, 16} : new int[] {2}) {
          FeatureMaps maps = new FeatureMaps(type, images, channels, size[0], size[1]);
          norms(maps, false);
          norms(maps, true);
          for (int stride = 1; stride <= 2; stride++) {
            pooling(maps, stride, false);
            pooling(maps, stride, true);
          }
        }
      }
      for (int[] size : all ? POOLED_SIZES : FEW_SIZES) {
        maxPooling(new FeatureMaps(type, 1, channels, size[0], size[1]));
        maxPooling(new FeatureMaps(type, 3, channels, size[0], size[1]));
      }
      primitives.close();
    }
    return count;
  }

  /** Integers from −2 to 2. */
  private float[] values(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextInt(5) - 2f;
    }
    return values;
  }

  /** The memory of a primitive's arguments, by name, in the order in which it takes them. */
  private final class Arguments {
    private final FeatureMaps maps;
    private final Map<String, GuardedMemory> pieces = new LinkedHashMap<>();

    Arguments(FeatureMaps maps) {
      this.maps = maps;
    }

    Arguments empty(String name, memory.desc layout) {
      pieces.put(name, new GuardedMemory(name, layout));
      return this;
    }

    Arguments maps(String name, FeatureMaps shape, float[] values) {
      empty(name, shape.description());
      piece(name).fill(primitives, rows(shape), values);
      return this;
    }

    Arguments vector(String name, float[] values) {
      empty(name, Native.vector(values.length));
      piece(name).fill(primitives, Native.vector(values.length), values);
      return this;
    }

    Arguments add(GuardedMemory piece) {
      pieces.put(piece.name, piece);
      return this;
    }

    GuardedMemory piece(String name) {
      return requireNonNull(pieces.get(name));
    }

    void run(String what, PreparedPrimitive primitive) {
      primitive.run(pieces.values().stream().mapToLong(piece -> piece.block.handle()).toArray());
      pieces.values().stream()
          .filter(GuardedMemory::isOverrun)
          .forEach(piece -> System.out.printf("%s writes beyond %s: %s%n", what, piece.name, maps));
    }

    void compareMaps(String what, String name, FeatureMaps shape, double[] wanted) {
      ConvolutionSweep.compare(
          type, maps, what, piece(name).read(primitives, rows(shape), wanted.length), wanted);
    }

    void compareVector(String what, String name, double[] wanted) {
      memory.desc layout = Native.vector(wanted.length);
      ConvolutionSweep.compare(
          type, maps, what, piece(name).read(primitives, layout, wanted.length), wanted);
    }
  }

  /** Float32, N×C×H×W row by row. */
  private static memory.desc rows(FeatureMaps m) {
    long[] shape = {m.images(), m.channels(), m.height(), m.width()};
    return new memory.desc(shape, memory.data_type.f32, memory.format_tag.nchw, false);
  }

  // ---- batch norm

  private void norms(FeatureMaps m, boolean relu) {
    count++;
    int pixels = m.height() * m.width();
    float[] x = values(m.images() * m.channels() * pixels);
    float[] dy = values(x.length);
    float[] scale = values(m.channels());
    float[] shift = values(m.channels());
    double[] mean = new double[m.channels()];
    double[] variance = new double[m.channels()];
    int each = m.images() * pixels;
    for (int i = 0; i < x.length; i++) {
      mean[channel(m, i)] += (double) x[i] / each;
    }
    for (int i = 0; i < x.length; i++) {
      variance[channel(m, i)] += Math.pow(x[i] - mean[channel(m, i)], 2) / each;
    }
    Arguments statistics =
        new Arguments(m)
            .maps("x", m, x)
            .empty("scratch", m.description())
            .empty("mean", Native.vector(m.channels()))
            .empty("variance", Native.vector(m.channels()));
    statistics.run("statistics", primitives.statistics(m));
    statistics.compareVector("mean", "mean", mean);
    statistics.compareVector("variance", "variance", variance);

    double[] y = new double[x.length];
    double[] dx = new double[x.length];
    double[] ofScale = new double[m.channels()];
    double[] ofShift = new double[m.channels()];
    boolean isUnclear = false;
    for (int i = 0; i < x.length; i++) {
      int c = channel(m, i);
      double root = Math.sqrt(variance[c] + (float) BatchNorm2d.EPSILON);
      double normal = (x[i] - mean[c]) / root;
      y[i] = scale[c] * normal + shift[c];
      isUnclear |= relu && y[i] != 0 && Math.abs(y[i]) < 1e-4;
      double gradient = relu && y[i] <= 0 ? 0 : dy[i];
      y[i] = relu ? Math.max(0, y[i]) : y[i];
      dx[i] = scale[c] / root * gradient;
      ofScale[c] += gradient * normal;
      ofShift[c] += gradient;
    }
    String kind = relu ? ", relu" : "";
    Arguments forward =
        new Arguments(m)
            .maps("x", m, x)
            .empty("y", m.description())
            .vector("mean", floats(mean))
            .vector("variance", floats(variance))
            .vector("scale", scale)
            .vector("shift", shift);
    if (relu) {
      forward.empty("mask", Primitives.mask(m));
    }
    forward.run("normalize" + kind, primitives.normalize(m, relu));
    forward.compareMaps("y" + kind, "y", m, y);
    if (isUnclear) {
      return; // rounding decides where the gradient passes
    }
    Arguments backward =
        new Arguments(m)
            .maps("x", m, x)
            .vector("mean", floats(mean))
            .vector("variance", floats(variance))
            .maps("dy", m, dy)
            .vector("scale", scale)
            .empty("dx", m.description())
            .empty("dscale", Native.vector(m.channels()))
            .empty("dshift", Native.vector(m.channels()));
    if (relu) {
      backward.add(forward.piece("mask"));
    }
    backward.run("normalize backward" + kind, primitives.normalizeBackward(m, relu));
    backward.compareMaps("dx" + kind, "dx", m, dx);
    backward.compareVector("dscale" + kind, "dscale", ofScale);
    backward.compareVector("dshift" + kind, "dshift", ofShift);
  }

  private static int channel(FeatureMaps m, int i) {
    return i / (m.height() * m.width()) % m.channels();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  // ---- pooling

  private void pooling(FeatureMaps in, int stride, boolean averages) {
    count++;
    FeatureMaps out =
        new FeatureMaps(
            type,
            in.images(),
            in.channels(),
            (in.height() + stride - 1) / stride,
            (in.width() + stride - 1) / stride);
    Pooling pooling = new Pooling(in, out, stride, averages);
    float[] x = values(in.images() * in.channels() * in.height() * in.width());
    float[] dy = values(out.images() * out.channels() * out.height() * out.width());
    double[] y = new double[dy.length];
    double[] dx = new double[x.length];
    int window = averages ? stride : 1;
    for (int at = 0; at < y.length; at++) {
      int column = at % out.width() * stride;
      int row = at / out.width() % out.height() * stride;
      int plane = at / (out.width() * out.height());
      int bottom = Math.min(row + window, in.height());
      int right = Math.min(column + window, in.width());
      int pixels = (bottom - row) * (right - column);
      for (int h = row; h < bottom; h++) {
        for (int w = column; w < right; w++) {
          int pixel = (plane * in.height() + h) * in.width() + w;
          y[at] += (double) x[pixel] / pixels;
          dx[pixel] += (double) dy[at] / pixels;
        }
      }
    }
    String kind = (averages ? "average" : "pixel") + " of " + stride;
    Arguments forward = new Arguments(in).maps("x", in, x).empty("y", out.description());
    forward.run("pool " + kind, primitives.pool(pooling));
    forward.compareMaps("y, " + kind, "y", out, y);
    Arguments backward = new Arguments(in).maps("dy", out, dy).empty("dx", in.description());
    backward.run("pool backward " + kind, primitives.poolBackward(pooling));
    backward.compareMaps("dx, " + kind, "dx", in, dx);
  }

  /** Equal values are frequent here; the first of a window receives the gradient. */
  private void maxPooling(FeatureMaps in) {
    count++;
    MaxPooling pooling = new MaxPooling(in);
    FeatureMaps out = pooling.output();
    float[] x = values(in.images() * in.channels() * in.height() * in.width());
    float[] dy = values(out.images() * out.channels() * out.height() * out.width());
    double[] y = new double[dy.length];
    double[] dx = new double[x.length];
    for (int at = 0; at < y.length; at++) {
      int column = at % out.width() * 2 - 1;
      int row = at / out.width() % out.height() * 2 - 1;
      int plane = at / (out.width() * out.height());
      int greatest = -1;
      for (int h = Math.max(0, row); h < Math.min(row + 3, in.height()); h++) {
        for (int w = Math.max(0, column); w < Math.min(column + 3, in.width()); w++) {
          int pixel = (plane * in.height() + h) * in.width() + w;
          greatest = greatest < 0 || x[pixel] > x[greatest] ? pixel : greatest;
        }
      }
      y[at] = x[greatest];
      dx[greatest] += dy[at];
    }
    Arguments evaluation = new Arguments(in).maps("x", in, x).empty("y", out.description());
    evaluation.run("max pool", primitives.maxPool(pooling, false));
    evaluation.compareMaps("y, max", "y", out, y);
    Arguments forward =
        new Arguments(in)
            .maps("x", in, x)
            .empty("y", out.description())
            .empty("workspace", pooling.workspace());
    forward.run("max pool in training", primitives.maxPool(pooling, true));
    forward.compareMaps("y, max in training", "y", out, y);
    Arguments backward =
        new Arguments(in)
            .maps("dy", out, dy)
            .empty("dx", in.description())
            .add(forward.piece("workspace"));
    backward.run("max pool backward", primitives.maxPoolBackward(pooling));
    backward.compareMaps("dx, max", "dx", in, dx);
  }
}
