package dev.softgate.onednn;

import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;

/**
 * The engine's operations as oneDNN primitives. Each is created at its first use for a shape and
 * kept. All belong to the thread that uses them and run on that thread only. Comments list the
 * arguments in the order in which {@link PreparedPrimitive#run} takes them.
 *
 * <p>Feature maps are N×H×W×C in the compute type; statistics and vectors are float32.
 */
final class Primitives implements AutoCloseable {

  private static final float EPSILON = (float) BatchNorm2d.EPSILON;
  private static final int GIVEN_STATISTICS =
      normalization_flags.use_global_stats.value
          | normalization_flags.use_scale.value
          | normalization_flags.use_shift.value;
  private static final int WITH_RELU = GIVEN_STATISTICS | normalization_flags.fuse_norm_relu.value;

  private static final long[] NO_PIXEL = {0, 0};

  private final stream queue;
  private final Map<Object, PreparedPrimitive> calls = new HashMap<>();
  private final Map<Object, Weighted> weighted = new HashMap<>();

  Primitives(stream queue) {
    this.queue = queue;
  }

  /**
   * A primitive and the layout in which it takes or returns weights.
   *
   * @param call the primitive; the method that creates it documents the arguments
   * @param weights the layout of the weights
   */
  record Weighted(PreparedPrimitive call, memory.desc weights) {}

  /** What happens to a convolution's output before it is stored. */
  enum Epilogue {
    /** Nothing. */
    NONE,
    /** Add the output memory's contents. */
    ADD,
    /** Add a bias, then apply ReLU. */
    BIAS_RELU,
    /** Add a bias. */
    BIAS,
    /** Add a bias and the output memory's contents, then apply ReLU. */
    BIAS_ADD_RELU;

    boolean hasBias() {
      return this == BIAS_RELU || this == BIAS || this == BIAS_ADD_RELU;
    }

    primitive_attr attributes(DType type) {
      post_ops ops = new post_ops();
      if (this == ADD || this == BIAS_ADD_RELU) {
        ops.append_sum(1f, 0, Native.type(type));
      }
      if (this == BIAS_RELU || this == BIAS_ADD_RELU) {
        ops.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
      }
      primitive_attr attributes = new primitive_attr();
      attributes.set_post_ops(ops);
      return attributes;
    }
  }

  private record ConvolutionKey(
      String operation, ConvolutionShape shape, int images, DType type, Epilogue epilogue) {}

  /**
   * (source, weights, destination), or (source, weights, bias, destination) if the epilogue has a
   * bias.
   */
  Weighted convolution(ConvolutionShape s, int images, DType type, Epilogue epilogue) {
    return weighted.computeIfAbsent(
        new ConvolutionKey("forward", s, images, type, epilogue),
        key -> {
          convolution_forward.primitive_desc description =
              Convolutions.forward(s, images, type, epilogue, epilogue.attributes(type));
          int[] arguments =
              epilogue.hasBias()
                  ? new int[] {
                    dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_BIAS, dnnl.DNNL_ARG_DST
                  }
                  : new int[] {dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_DST};
          return new Weighted(
              prepared(OperationKind.FORWARD, new convolution_forward(description), arguments),
              description.weights_desc());
        });
  }

  /**
   * (output gradient, weights in×out×k×k, input gradient). The epilogue replaces the input gradient
   * or adds to it. The operation is the transposed convolution, run as a deconvolution because that
   * supports post-ops.
   */
  Weighted backwardData(ConvolutionShape s, int images, DType type, Epilogue epilogue) {
    return weighted.computeIfAbsent(
        new ConvolutionKey("backward data", s, images, type, epilogue),
        key -> {
          deconvolution_forward.primitive_desc description =
              Convolutions.backwardData(s, images, type, epilogue.attributes(type));
          return new Weighted(
              prepared(
                  OperationKind.BACKWARD_DATA,
                  new deconvolution_forward(description),
                  dnnl.DNNL_ARG_SRC,
                  dnnl.DNNL_ARG_WEIGHTS,
                  dnnl.DNNL_ARG_DST),
              description.weights_desc());
        });
  }

  /** (source, output gradient, float32 weight gradient). */
  Weighted backwardWeights(ConvolutionShape s, int images, DType type) {
    return weighted.computeIfAbsent(
        new ConvolutionKey("backward weights", s, images, type, Epilogue.NONE),
        key -> {
          convolution_backward_weights.primitive_desc description =
              Convolutions.backwardWeights(s, images, type, Native.PLAIN);
          return new Weighted(
              prepared(
                  OperationKind.BACKWARD_WEIGHTS,
                  new convolution_backward_weights(description),
                  dnnl.DNNL_ARG_SRC,
                  dnnl.DNNL_ARG_DIFF_DST,
                  dnnl.DNNL_ARG_DIFF_WEIGHTS),
              description.diff_weights_desc());
        });
  }

  /** (maps, scratch of the same shape, mean, variance): the statistics of these images alone. */
  PreparedPrimitive statistics(FeatureMaps m) {
    return calls.computeIfAbsent(
        m.key("statistics"),
        key ->
            prepared(
                OperationKind.NORM,
                new batch_normalization_forward(normDescription(m, prop_kind.forward_training, 0)),
                dnnl.DNNL_ARG_SRC,
                dnnl.DNNL_ARG_DST,
                dnnl.DNNL_ARG_MEAN,
                dnnl.DNNL_ARG_VARIANCE));
  }

  /**
   * (maps, result, mean, variance, scale, shift). With ReLU the last argument is a mask, which
   * records where the result is positive.
   */
  PreparedPrimitive normalize(FeatureMaps m, boolean relu) {
    return calls.computeIfAbsent(
        m.key(relu ? "normalize, relu" : "normalize"),
        key ->
            prepared(
                OperationKind.NORM,
                new batch_normalization_forward(
                    relu
                        ? normDescription(m, prop_kind.forward_training, WITH_RELU)
                        : normDescription(m, prop_kind.forward_inference, GIVEN_STATISTICS)),
                withMask(
                    relu,
                    dnnl.DNNL_ARG_SRC,
                    dnnl.DNNL_ARG_DST,
                    dnnl.DNNL_ARG_MEAN,
                    dnnl.DNNL_ARG_VARIANCE,
                    dnnl.DNNL_ARG_SCALE,
                    dnnl.DNNL_ARG_SHIFT)));
  }

  private static int[] withMask(boolean masked, int... arguments) {
    int[] all = Arrays.copyOf(arguments, arguments.length + (masked ? 1 : 0));
    if (masked) {
      all[arguments.length] = dnnl.DNNL_ARG_WORKSPACE;
    }
    return all;
  }

  /** Returns the layout of {@link #normalize}'s mask. */
  static memory.desc mask(FeatureMaps m) {
    return normDescription(m, prop_kind.forward_training, WITH_RELU).workspace_desc();
  }

  /**
   * (maps, mean, variance, result gradient, scale, maps gradient, scale gradient, shift gradient),
   * and with ReLU the mask. The statistics count as constants: the gradients of scale and shift are
   * sums over these images, and the maps gradient lacks the part that flows through the statistics.
   */
  PreparedPrimitive normalizeBackward(FeatureMaps m, boolean relu) {
    return calls.computeIfAbsent(
        m.key(relu ? "normalize, relu backward" : "normalize backward"),
        key ->
            prepared(
                OperationKind.NORM,
                normBackward(m, relu ? WITH_RELU : GIVEN_STATISTICS),
                withMask(
                    relu,
                    dnnl.DNNL_ARG_SRC,
                    dnnl.DNNL_ARG_MEAN,
                    dnnl.DNNL_ARG_VARIANCE,
                    dnnl.DNNL_ARG_DIFF_DST,
                    dnnl.DNNL_ARG_SCALE,
                    dnnl.DNNL_ARG_DIFF_SRC,
                    dnnl.DNNL_ARG_DIFF_SCALE,
                    dnnl.DNNL_ARG_DIFF_SHIFT)));
  }

  private static batch_normalization_forward.primitive_desc normDescription(
      FeatureMaps m, prop_kind kind, int flags) {
    return new batch_normalization_forward.primitive_desc(
        Native.ENGINE,
        kind.value,
        m.description(),
        m.description(),
        EPSILON,
        flags,
        Native.PLAIN,
        false);
  }

  private static batch_normalization_backward normBackward(FeatureMaps m, int flags) {
    return new batch_normalization_backward(
        new batch_normalization_backward.primitive_desc(
            Native.ENGINE,
            prop_kind.backward.value,
            m.description(),
            m.description(),
            m.description(),
            EPSILON,
            flags,
            normDescription(m, prop_kind.forward_training, flags),
            Native.PLAIN,
            false));
  }

  /** (a, b, result): a + b. The result may be stored in a. */
  PreparedPrimitive add(FeatureMaps m) {
    return binary(m.key("add"), algorithm.binary_add, m::description, m::description, false);
  }

  /** (a, b, result): relu(a + b). */
  PreparedPrimitive addRelu(FeatureMaps m) {
    return binary(m.key("add, relu"), algorithm.binary_add, m::description, m::description, true);
  }

  /**
   * (maps, float32 masks N×C, result): maps·mask for all pixels. The result may be stored in maps.
   */
  PreparedPrimitive scaleChannels(FeatureMaps m) {
    return binary(
        m.key("scale channels"),
        algorithm.binary_mul,
        m::description,
        () -> m.masks().description(),
        false);
  }

  /** (a, b, result): the sum of two float32 vectors. The result may be stored in a. */
  PreparedPrimitive addVectors(int length) {
    Supplier<memory.desc> vector = () -> Native.vector(length);
    return binary(length, algorithm.binary_add, vector, vector, false);
  }

  private PreparedPrimitive binary(
      Object key, algorithm kind, Supplier<memory.desc> a, Supplier<memory.desc> b, boolean relu) {
    return calls.computeIfAbsent(
        key,
        absent -> {
          memory.desc result = a.get();
          primitive_attr attributes = // ReLU alone: a bias would be an argument
              relu ? Epilogue.BIAS_RELU.attributes(DType.FLOAT32) : Native.PLAIN;
          return prepared(
              OperationKind.ADD,
              new binary(
                  new binary.primitive_desc(
                      Native.ENGINE, kind, result, b.get(), result, attributes, false)),
              dnnl.DNNL_ARG_SRC_0,
              dnnl.DNNL_ARG_SRC_1,
              dnnl.DNNL_ARG_DST);
        });
  }

  /** (relu result, result gradient, argument gradient). The last two may be the same memory. */
  PreparedPrimitive reluBackward(FeatureMaps m) {
    return calls.computeIfAbsent(
        m.key("relu backward"),
        key -> {
          algorithm kind = algorithm.eltwise_relu_use_dst_for_bwd;
          memory.desc d = m.description();
          eltwise_forward.primitive_desc hint =
              new eltwise_forward.primitive_desc(
                  Native.ENGINE,
                  prop_kind.forward_training,
                  kind,
                  d,
                  d,
                  0f,
                  0f,
                  Native.PLAIN,
                  false);
          return prepared(
              OperationKind.ADD,
              new eltwise_backward(
                  new eltwise_backward.primitive_desc(
                      Native.ENGINE, kind, d, d, d, 0f, 0f, hint, Native.PLAIN, false)),
              dnnl.DNNL_ARG_DST,
              dnnl.DNNL_ARG_DIFF_DST,
              dnnl.DNNL_ARG_DIFF_SRC);
        });
  }

  /** (maps, result): a copy. */
  PreparedPrimitive copy(FeatureMaps maps) {
    return reorder(maps.key("copy"), maps::description, maps::description);
  }

  /**
   * (maps, canvas): lays the images side by side with a column between them, in as many rows as
   * needed. One operation fills the full rows, another the last row if it is not full.
   */
  List<PreparedPrimitive> ontoCanvas(FeatureMaps maps, int sideBySide) {
    int full = maps.images() / sideBySide;
    int rest = maps.images() % sideBySide;
    List<PreparedPrimitive> copies = new ArrayList<>();
    if (full > 0) {
      copies.add(ontoCanvas(maps, sideBySide, 0, full, sideBySide));
    }
    if (rest > 0) {
      copies.add(ontoCanvas(maps, sideBySide, full, 1, rest));
    }
    return copies;
  }

  private PreparedPrimitive ontoCanvas(
      FeatureMaps maps, int sideBySide, int firstRow, int rows, int images) {
    long[] first = {firstRow, 0, 0, 0, 0};
    long[] size = {rows, images, maps.height(), maps.width(), maps.channels()};
    return reorder(
        maps.key("canvas of " + sideBySide + " from " + firstRow),
        () -> Native.inRows(maps, sideBySide).submemory_desc(size, first, false),
        () -> Native.onCanvas(maps, sideBySide).submemory_desc(size, first, false));
  }

  /**
   * (block, block): the elements in another layout or type.
   *
   * @param key identifies the pair of layouts, which are requested once
   */
  PreparedPrimitive reorder(Object key, Supplier<memory.desc> from, Supplier<memory.desc> to) {
    return calls.computeIfAbsent(
        key,
        absent ->
            prepared(
                OperationKind.LAYOUT,
                new reorder(
                    new reorder.primitive_desc(
                        Native.ENGINE, from.get(), Native.ENGINE, to.get(), Native.PLAIN, false)),
                dnnl.DNNL_ARG_FROM,
                dnnl.DNNL_ARG_TO));
  }

  /**
   * How a shortcut takes its pixels from its input.
   *
   * @param averages whether an output pixel is the mean of stride×stride pixels instead of the
   *     first one (an average over one)
   */
  record Pooling(FeatureMaps input, FeatureMaps output, int stride, boolean averages) {

    private long[] strides() {
      return new long[] {stride, stride};
    }

    private long[] window() {
      return averages ? strides() : new long[] {1, 1};
    }

    /**
     * Returns the rows and columns that the last windows lack; these windows average over fewer
     * pixels.
     */
    private long[] beyond() {
      return averages
          ? new long[] {
            (long) output.height() * stride - input.height(),
            (long) output.width() * stride - input.width()
          }
          : NO_PIXEL;
    }

    private pooling_forward.primitive_desc description(prop_kind kind) {
      return new pooling_forward.primitive_desc(
          Native.ENGINE,
          kind,
          algorithm.pooling_avg_exclude_padding,
          input.description(),
          output.description(),
          strides(),
          window(),
          NO_PIXEL,
          NO_PIXEL,
          beyond(),
          Native.PLAIN,
          false);
    }
  }

  /** (input, output): every stride-th pixel, or means of stride×stride pixels. */
  PreparedPrimitive pool(Pooling p) {
    return calls.computeIfAbsent(
        p,
        key ->
            prepared(
                OperationKind.LAYOUT,
                new pooling_forward(p.description(prop_kind.forward_inference)),
                dnnl.DNNL_ARG_SRC,
                dnnl.DNNL_ARG_DST));
  }

  /** (output gradient, input gradient): the backward pass of {@link #pool}. */
  PreparedPrimitive poolBackward(Pooling p) {
    return calls.computeIfAbsent(
        List.of("backward", p),
        key ->
            prepared(
                OperationKind.LAYOUT,
                new pooling_backward(
                    new pooling_backward.primitive_desc(
                        Native.ENGINE,
                        algorithm.pooling_avg_exclude_padding,
                        p.input.description(),
                        p.output.description(),
                        p.strides(),
                        p.window(),
                        NO_PIXEL,
                        NO_PIXEL,
                        p.beyond(),
                        p.description(prop_kind.forward_training),
                        Native.PLAIN,
                        false)),
                dnnl.DNNL_ARG_DIFF_DST,
                dnnl.DNNL_ARG_DIFF_SRC));
  }

  /** (input, output), and in training the workspace. */
  PreparedPrimitive maxPool(MaxPooling p, boolean training) {
    return calls.computeIfAbsent(
        List.of(training ? "training" : "evaluation", p),
        key ->
            prepared(
                OperationKind.LAYOUT,
                new pooling_forward(p.forward(training)),
                withMask(training, dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_DST)));
  }

  /** (output gradient, input gradient, workspace). */
  PreparedPrimitive maxPoolBackward(MaxPooling p) {
    return calls.computeIfAbsent(
        List.of("backward", p),
        key ->
            prepared(
                OperationKind.LAYOUT,
                new pooling_backward(p.backward()),
                dnnl.DNNL_ARG_DIFF_DST,
                dnnl.DNNL_ARG_DIFF_SRC,
                dnnl.DNNL_ARG_WORKSPACE));
  }

  /** (n×n, n×n in its own layout, n×n): a matrix product. */
  Weighted product(int n, DType type) {
    return weighted.computeIfAbsent(
        List.of("product", n, type),
        key -> {
          memory.desc plain = Native.matrix(type, n);
          matmul.primitive_desc description =
              new matmul.primitive_desc(
                  Native.ENGINE,
                  plain,
                  new memory.desc(
                      new long[] {n, n}, Native.type(type), memory.format_tag.any, false),
                  plain,
                  Native.PLAIN,
                  false);
          return new Weighted(
              prepared(
                  OperationKind.FORWARD,
                  new matmul(description),
                  dnnl.DNNL_ARG_SRC,
                  dnnl.DNNL_ARG_WEIGHTS,
                  dnnl.DNNL_ARG_DST),
              description.weights_desc());
        });
  }

  private PreparedPrimitive prepared(OperationKind part, primitive operation, int... arguments) {
    return new PreparedPrimitive(part, operation, queue, arguments);
  }

  /** Returns the cost of each kind on this thread since the last call. */
  Map<OperationKind, OperationCost> takeWork() {
    Map<OperationKind, OperationCost> taken = new EnumMap<>(OperationKind.class);
    all().forEach(call -> taken.merge(call.part(), call.takeWork(), OperationCost::plus));
    return taken;
  }

  private Stream<PreparedPrimitive> all() {
    return Stream.concat(calls.values().stream(), weighted.values().stream().map(Weighted::call));
  }

  /** Frees all primitives. */
  @Override
  public void close() {
    all().forEach(PreparedPrimitive::close);
    calls.clear();
    weighted.clear();
  }
}
