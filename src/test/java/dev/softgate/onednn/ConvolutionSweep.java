package dev.softgate.onednn;

import static java.util.Objects.requireNonNull;

import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.stream;

/**
 * A program that compares convolutions of many shapes, and on oneDNN batch norms and poolings,
 * forward and backward, with plain loops in double precision. Values are small integers, so float32
 * does not round. oneDNN's memory, including scratch memory, is guarded ({@link GuardedMemory}).
 *
 * <p>Prints a line for each fault, and finally the number of cases. Arguments: {@code ENGINE TYPE
 * SET}.
 */
final class ConvolutionSweep {

  private static final int[] CHANNELS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33};
  private static final int[] FEW = {1, 4, 7, 16};

  private final DType type;
  private final Random random = new Random(5);
  private final Primitives primitives = new Primitives(new stream(Native.ENGINE));
  private int count;

  private ConvolutionSweep(DType type) {
    this.type = type;
  }

  public static void main(String[] arguments) {
    DType type = DType.valueOf(arguments[1]);
    boolean all = arguments[2].equals("all");
    TorchRuntime.start(1);
    ConvolutionSweep sweep = new ConvolutionSweep(type);
    for (Case each : cases(all)) {
      if (arguments[0].equals("libtorch")) {
        sweep.libtorch(each, true);
        sweep.libtorch(each, false);
      } else {
        sweep.oneDnn(each);
      }
    }
    if (arguments[0].equals("onednn")) {
      sweep.count += new NormAndPoolingSweep(type, sweep.primitives).run(all);
    }
    System.out.println("cases: " + sweep.count);
  }

  private record Case(ConvolutionShape shape, int images) {}

  private static List<Case> cases(boolean all) {
    List<Case> cases = new ArrayList<>();
    for (int in : all ? CHANNELS : FEW) {
      for (int out : all ? CHANNELS : new int[] {3, 8}) {
        add(cases, in, out, 8, 8, 3);
        add(cases, in, out, 4, 18, 2);
      }
    }
    add(cases, 4, 8, 64, 64, 1); // large enough that sums are split
    stems(cases, all);
    int[][] channels = all ? new int[][] {{4, 16}, {16, 8}, {1, 9}} : new int[][] {{4, 8}};
    int[] sides = all ? new int[] {1, 2, 3, 4, 7, 8, 9, 16, 17, 32, 33} : new int[] {1, 2, 5, 18};
    for (int[] inAndOut : channels) {
      for (int height : sides) {
        for (int width : sides) {
          add(cases, inAndOut[0], inAndOut[1], height, width, 2);
        }
      }
    }
    return cases;
  }

  /** The 7×7 convolution of ImageNet's stem. */
  private static void stems(List<Case> to, boolean all) {
    int[] sides = all ? IntStream.rangeClosed(1, 40).toArray() : new int[] {1, 2, 7, 13, 32, 37};
    for (int side : sides) {
      stem(to, 64, side, side, 1);
      stem(to, 64, side, 41 - side, 2);
      stem(to, 8, 41 - side, side, 2);
    }
    for (int out : all ? CHANNELS : new int[] {1, 17}) {
      stem(to, out, 19, 30, 2);
    }
    if (all) {
      stem(to, 64, 224, 224, 1);
      stem(to, 64, 97, 131, 2);
    }
  }

  private static void stem(List<Case> to, int out, int height, int width, int images) {
    to.add(new Case(new ConvolutionShape(3, out, 7, 2, height, width), images));
  }

  private static void add(List<Case> to, int in, int out, int height, int width, int images) {
    for (int kernel = 1; kernel <= 3; kernel += 2) {
      for (int stride = 1; stride <= 2; stride++) {
        to.add(new Case(new ConvolutionShape(in, out, kernel, stride, height, width), images));
      }
    }
  }

  /** Integers from −2 to 2. */
  private float[] values(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextInt(5) - 2f;
    }
    return values;
  }

  /** N×C×H×W each, weights out×in×k×k. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Operands(float[] x, float[] w, float[] dy) {}

  @SuppressWarnings("ArrayRecordComponent")
  private record Results(double[] y, double[] dx, double[] dw) {}

  private Operands operands(Case c) {
    ConvolutionShape s = c.shape;
    return new Operands(
        values(c.images * s.in() * s.height() * s.width()),
        values(s.weights()),
        values(c.images * s.out() * s.outHeight() * s.outWidth()));
  }

  private static Results naive(Case c, Operands o) {
    ConvolutionShape s = c.shape;
    Results r =
        new Results(new double[o.dy.length], new double[o.x.length], new double[o.w.length]);
    for (int at = 0; at < o.dy.length; at++) {
      int column = at % s.outWidth();
      int row = at / s.outWidth() % s.outHeight();
      int out = at / (s.outWidth() * s.outHeight()) % s.out();
      int image = at / (s.outWidth() * s.outHeight() * s.out());
      for (int k = 0; k < s.in() * s.kernel() * s.kernel(); k++) {
        int y = row * s.stride() + k / s.kernel() % s.kernel() - s.padding();
        int x = column * s.stride() + k % s.kernel() - s.padding();
        if (y >= 0 && y < s.height() && x >= 0 && x < s.width()) {
          int in = k / (s.kernel() * s.kernel());
          int pixel = ((image * s.in() + in) * s.height() + y) * s.width() + x;
          int weight = out * s.in() * s.kernel() * s.kernel() + k;
          r.y[at] += (double) o.x[pixel] * o.w[weight];
          r.dx[pixel] += (double) o.dy[at] * o.w[weight];
          r.dw[weight] += (double) o.dy[at] * o.x[pixel];
        }
      }
    }
    return r;
  }

  private void compare(Case c, String what, float[] given, double[] wanted) {
    compare(type, c, what, given, wanted);
  }

  /** Prints a line unless a result agrees with double precision, to the precision of the type. */
  static void compare(DType type, Object of, String what, float[] given, double[] wanted) {
    double most = 0;
    double size = 1;
    for (int i = 0; i < wanted.length; i++) {
      double off = Math.abs(given[i] - wanted[i]);
      most = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(most, off);
      size = Math.max(size, Math.abs(wanted[i]));
    }
    if (!(most <= size * (type == DType.BFLOAT16 ? 0.01 : 1e-5))) {
      System.out.printf("%s is off by %s: %s%n", what, most, of);
    }
  }

  // ---- libtorch

  private void libtorch(Case c, boolean channelsLast) {
    count++;
    Operands o = operands(c);
    Results wanted = naive(c, o);
    ConvolutionShape s = c.shape;
    try (Scope scope = Scope.open()) {
      Conv2d layer = new Conv2d(s.in(), s.out(), s.kernel(), s.stride());
      Tensor w = Tensor.ofFloats(Device.CPU, o.w, s.out(), s.in(), s.kernel(), s.kernel());
      NoGradient.run(() -> layer.weight().value().copyInPlace(w));
      Tensor images =
          Tensor.ofFloats(Device.CPU, o.x, c.images, s.in(), s.height(), s.width()).to(type);
      Tensor x = (channelsLast ? images.channelsLast() : images).detach().requireGradient();
      Tensor y = layer.forward(x);
      Tensor dy =
          Tensor.ofFloats(Device.CPU, o.dy, c.images, s.out(), s.outHeight(), s.outWidth())
              .to(type);
      y.backward(channelsLast ? dy.channelsLast() : dy);
      String layout = channelsLast ? " channels last" : "";
      compare(c, "y" + layout, y.toFloats(), wanted.y);
      compare(c, "dx" + layout, requireNonNull(x.gradient()).toFloats(), wanted.dx);
      compare(
          c,
          "dW" + layout,
          requireNonNull(layer.weight().value().gradient()).toFloats(),
          wanted.dw);
    }
  }

  // ---- oneDNN

  private void oneDnn(Case c) {
    count++;
    Operands o = operands(c);
    Results wanted = naive(c, o);
    for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.BIAS_ADD_RELU)) {
      convolution_forward.primitive_desc forward =
          Convolutions.forward(c.shape, c.images, type, epilogue, own(epilogue));
      Map<Integer, GuardedMemory> memory = memory(c, forward, forward.weights_desc());
      float[] bias = values(c.shape.out());
      memory.put(dnnl.DNNL_ARG_BIAS, new GuardedMemory("bias", Native.vector(bias.length)));
      fill(memory, dnnl.DNNL_ARG_BIAS, Native.vector(bias.length), bias);
      fill(memory, dnnl.DNNL_ARG_SRC, rows(input(c)), o.x);
      fill(memory, dnnl.DNNL_ARG_DST, rows(output(c)), o.dy);
      fill(memory, dnnl.DNNL_ARG_WEIGHTS, plain(c), o.w);
      run(c, forward, new convolution_forward(forward), memory);
      double[] y = wanted.y.clone();
      int each = c.shape.outHeight() * c.shape.outWidth();
      for (int i = 0; epilogue != Epilogue.NONE && i < y.length; i++) {
        y[i] = Math.max(0, y[i] + bias[i / each % bias.length] + o.dy[i]);
      }
      compare(c, "y", read(memory, dnnl.DNNL_ARG_DST, rows(output(c)), y.length), y);
    }
    backward(c, o, wanted);
    primitives.close();
  }

  private void backward(Case c, Operands o, Results wanted) {
    for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.ADD)) {
      deconvolution_forward.primitive_desc data =
          Convolutions.backwardData(c.shape, c.images, type, own(epilogue));
      Map<Integer, GuardedMemory> memory = new TreeMap<>();
      memory.put(dnnl.DNNL_ARG_SRC, new GuardedMemory("dy", output(c).description()));
      memory.put(dnnl.DNNL_ARG_DST, new GuardedMemory("dx", input(c).description()));
      memory.put(dnnl.DNNL_ARG_WEIGHTS, new GuardedMemory("W", data.weights_desc()));
      memory.put(dnnl.DNNL_ARG_SCRATCHPAD, new GuardedMemory("scratch", data.scratchpad_desc()));
      fill(memory, dnnl.DNNL_ARG_SRC, rows(output(c)), o.dy);
      fill(memory, dnnl.DNNL_ARG_DST, rows(input(c)), o.x);
      ConvolutionShape s = c.shape;
      fill(
          memory,
          dnnl.DNNL_ARG_WEIGHTS,
          Native.transposedWeights(s.out(), s.in(), s.kernel()),
          o.w);
      run(c, data, new deconvolution_forward(data), memory);
      double[] dx = wanted.dx.clone();
      for (int i = 0; epilogue == Epilogue.ADD && i < dx.length; i++) {
        dx[i] += o.x[i];
      }
      compare(c, "dx", read(memory, dnnl.DNNL_ARG_DST, rows(input(c)), dx.length), dx);
    }
    convolution_backward_weights.primitive_desc weights =
        Convolutions.backwardWeights(c.shape, c.images, type, own(Epilogue.NONE));
    Map<Integer, GuardedMemory> memory = new TreeMap<>();
    memory.put(dnnl.DNNL_ARG_SRC, new GuardedMemory("x", input(c).description()));
    memory.put(dnnl.DNNL_ARG_DIFF_DST, new GuardedMemory("dy", output(c).description()));
    memory.put(dnnl.DNNL_ARG_DIFF_WEIGHTS, new GuardedMemory("dW", weights.diff_weights_desc()));
    memory.put(dnnl.DNNL_ARG_SCRATCHPAD, new GuardedMemory("scratch", weights.scratchpad_desc()));
    fill(memory, dnnl.DNNL_ARG_SRC, rows(input(c)), o.x);
    fill(memory, dnnl.DNNL_ARG_DIFF_DST, rows(output(c)), o.dy);
    run(c, weights, new convolution_backward_weights(weights), memory);
    float[] dw = read(memory, dnnl.DNNL_ARG_DIFF_WEIGHTS, plain(c), o.w.length);
    compare(c, "dW", dw, wanted.dw);
  }

  private primitive_attr own(Epilogue epilogue) {
    primitive_attr attributes = epilogue.attributes(type);
    attributes.set_scratchpad_mode(scratchpad_mode.user);
    return attributes;
  }

  private Map<Integer, GuardedMemory> memory(
      Case c, primitive_desc description, memory.desc weights) {
    Map<Integer, GuardedMemory> memory = new TreeMap<>();
    memory.put(dnnl.DNNL_ARG_SRC, new GuardedMemory("x", input(c).description()));
    memory.put(dnnl.DNNL_ARG_DST, new GuardedMemory("y", output(c).description()));
    memory.put(dnnl.DNNL_ARG_WEIGHTS, new GuardedMemory("W", weights));
    memory.put(
        dnnl.DNNL_ARG_SCRATCHPAD, new GuardedMemory("scratch", description.scratchpad_desc()));
    return memory;
  }

  private FeatureMaps input(Case c) {
    return c.shape.input(c.images, type);
  }

  private FeatureMaps output(Case c) {
    return FeatureMaps.output(c.shape, c.images, type);
  }

  /** Float32, N×C×H×W row by row. */
  private static memory.desc rows(FeatureMaps m) {
    long[] shape = {m.images(), m.channels(), m.height(), m.width()};
    return new memory.desc(shape, memory.data_type.f32, memory.format_tag.nchw, false);
  }

  private void fill(
      Map<Integer, GuardedMemory> memory, int id, memory.desc layout, float[] values) {
    requireNonNull(memory.get(id)).fill(primitives, layout, values);
  }

  private float[] read(Map<Integer, GuardedMemory> memory, int id, memory.desc layout, int length) {
    return requireNonNull(memory.get(id)).read(primitives, layout, length);
  }

  private static memory.desc plain(Case c) {
    return Native.plainWeights(c.shape.out(), c.shape.in(), c.shape.kernel());
  }

  private static void run(
      Case c, primitive_desc description, primitive operation, Map<Integer, GuardedMemory> memory) {
    IntMemoryMap arguments = new IntMemoryMap();
    memory.forEach((id, piece) -> arguments.put(id, piece.described));
    stream queue = new stream(Native.ENGINE);
    operation.execute(queue, arguments);
    queue._wait();
    memory.forEach(
        (id, piece) -> {
          if (piece.isOverrun()) {
            System.out.printf(
                "%s writes beyond %s: %s%n",
                Convolutions.implementation(description), piece.name, c);
          }
        });
  }
}
