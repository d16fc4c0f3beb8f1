package dev.softgate.onednn;

import dev.softgate.torch.DType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;

/**
 * The operations of the engine as primitives of oneDNN, each made at its first use for a shape and
 * kept. They belong to the thread that uses them, and use that thread only.
 *
 * <p>Feature maps are N×H×W×C in the compute type, statistics and vectors float32.
 */
final class Primitives {

  private static final long[] ONE_BY_ONE = {1, 1}; // a stride
  private static final long[] UNPADDED = {0, 0};

  private final stream queue;
  private final Map<Object, Call> calls = new HashMap<>();
  private final Map<Object, Weighted> weighted = new HashMap<>();
  private final List<Call> loose = new ArrayList<>();
  private final Map<DType, Block> zeros = new EnumMap<>(DType.class);

  Primitives(stream queue) {
    this.queue = queue;
  }

  /**
   * A convolution primitive and the layout in which it wants, or gives, weights.
   *
   * @param call of (input, weights, output), see the method that made it
   * @param weights the layout
   */
  record Weighted(Call call, memory.desc weights) {}

  /** What is done to a convolution's output before it is written. */
  enum Epilogue {
    /** Nothing. */
    NONE,
    /** Added to what the output memory holds. */
    ADD,
    /** A bias is added, then ReLU. */
    BIAS_RELU,
    /** A bias is added. */
    BIAS,
    /** A bias is added, and what the output memory holds; then ReLU. */
    BIAS_ADD_RELU;

    boolean hasBias() {
      return this == BIAS_RELU || this == BIAS || this == BIAS_ADD_RELU;
    }

    private primitive_attr attributes(DType type) {
      post_ops ops = new post_ops();
      if (this == ADD || this == BIAS_ADD_RELU) {
        ops.append_sum(1f, 0, Native.type(type));
      }
      if (this == BIAS_RELU || this == BIAS_ADD_RELU) {
        ops.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
      }
      return with(ops);
    }
  }

  private record ConvolutionKey(
      String operation, ConvolutionShape shape, int images, DType type, Epilogue epilogue) {}

  /**
   * (source, weights, destination), with an epilogue's bias (source, weights, bias, destination).
   */
  Weighted convolution(ConvolutionShape s, int images, DType type, Epilogue epilogue) {
    return weighted(
        new ConvolutionKey("forward", s, images, type, epilogue),
        () -> {
          convolution_forward.primitive_desc description =
              forwardDescription(s, images, type, epilogue);
          int[] arguments =
              epilogue.hasBias()
                  ? new int[] {
                    dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_BIAS, dnnl.DNNL_ARG_DST
                  }
                  : new int[] {dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_DST};
          return new Weighted(
              new Call(Part.FORWARD, new convolution_forward(description), queue, arguments),
              description.weights_desc());
        });
  }

  private static convolution_forward.primitive_desc forwardDescription(
      ConvolutionShape s, int images, DType type, Epilogue epilogue) {
    memory.desc source = Native.maps(type, images, s.in(), s.height(), s.width());
    memory.desc weights = Native.anyWeights(type, s.out(), s.in(), s.kernel());
    memory.desc destination = Native.maps(type, images, s.out(), s.outHeight(), s.outWidth());
    long[] strides = {s.stride(), s.stride()};
    long[] before = {s.padding(), s.padding()};
    long[] after = {s.paddingBelow(), s.paddingRight()};
    primitive_attr attributes = epilogue.attributes(type);
    return epilogue.hasBias()
        ? new convolution_forward.primitive_desc(
            Native.ENGINE,
            prop_kind.forward_inference,
            algorithm.convolution_direct,
            source,
            weights,
            Native.vector(s.out()),
            destination,
            strides,
            before,
            after,
            attributes,
            false)
        : new convolution_forward.primitive_desc(
            Native.ENGINE,
            prop_kind.forward_training,
            algorithm.convolution_direct,
            source,
            weights,
            destination,
            strides,
            before,
            after,
            attributes,
            false);
  }

  /**
   * (gradient of the output, weights in×out×k×k, gradient of the input), the last replaced or added
   * to: the convolution's transpose, run as a deconvolution because that takes post-ops.
   */
  Weighted backwardData(ConvolutionShape s, int images, DType type, Epilogue epilogue) {
    return weighted(
        new ConvolutionKey("backward data", s, images, type, epilogue),
        () -> {
          deconvolution_forward.primitive_desc description =
              new deconvolution_forward.primitive_desc(
                  Native.ENGINE,
                  prop_kind.forward_inference,
                  algorithm.deconvolution_direct,
                  Native.maps(type, images, s.out(), s.outHeight(), s.outWidth()),
                  Native.anyWeights(type, s.in(), s.out(), s.kernel()),
                  Native.maps(type, images, s.in(), s.height(), s.width()),
                  new long[] {s.stride(), s.stride()},
                  new long[] {s.padding(), s.padding()},
                  new long[] {s.paddingBelow(), s.paddingRight()},
                  epilogue.attributes(type),
                  false);
          return new Weighted(
              new Call(
                  Part.BACKWARD_DATA,
                  new deconvolution_forward(description),
                  queue,
                  dnnl.DNNL_ARG_SRC,
                  dnnl.DNNL_ARG_WEIGHTS,
                  dnnl.DNNL_ARG_DST),
              description.weights_desc());
        });
  }

  /** (source, gradient of the output, gradient of the weights in float32). */
  Weighted backwardWeights(ConvolutionShape s, int images, DType type) {
    return weighted(
        new ConvolutionKey("backward weights", s, images, type, Epilogue.NONE),
        () -> {
          convolution_forward.primitive_desc hint =
              forwardDescription(s, images, type, Epilogue.NONE);
          convolution_backward_weights.primitive_desc description =
              new convolution_backward_weights.primitive_desc(
                  Native.ENGINE,
                  algorithm.convolution_direct,
                  Native.maps(type, images, s.in(), s.height(), s.width()),
                  Native.anyWeights(DType.FLOAT32, s.out(), s.in(), s.kernel()),
                  Native.maps(type, images, s.out(), s.outHeight(), s.outWidth()),
                  new long[] {s.stride(), s.stride()},
                  new long[] {s.padding(), s.padding()},
                  new long[] {s.paddingBelow(), s.paddingRight()},
                  hint,
                  Native.PLAIN,
                  false);
          return new Weighted(
              new Call(
                  Part.BACKWARD_WEIGHTS,
                  new convolution_backward_weights(description),
                  queue,
                  dnnl.DNNL_ARG_SRC,
                  dnnl.DNNL_ARG_DIFF_DST,
                  dnnl.DNNL_ARG_DIFF_WEIGHTS),
              description.diff_weights_desc());
        });
  }

  /** What is done to scaled and shifted maps before they are written. */
  enum Blend {
    /** Nothing. */
    NONE,
    /** ReLU. */
    RELU,
    /** Other maps are added, then ReLU. */
    ADD_RELU,
    /** Other maps are added. */
    ADD,
    /** Added to what the output memory holds. */
    ACCUMULATE;

    boolean addsOtherMaps() {
      return this == ADD_RELU || this == ADD;
    }

    private primitive_attr attributes(DType type, memory.desc maps) {
      post_ops ops = new post_ops();
      if (addsOtherMaps()) {
        ops.append_binary(algorithm.binary_add, maps);
      }
      if (this == ACCUMULATE) {
        ops.append_sum(1f, 0, Native.type(type));
      }
      if (this == RELU || this == ADD_RELU) {
        ops.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
      }
      return with(ops);
    }
  }

  /**
   * (maps, scale, shift, result), and where other maps are added (maps, scale, shift, others,
   * result): scale·maps + shift for each channel, in one pass. The scale is in the maps' type, the
   * shift float32; the result may be in the memory of any of the maps.
   *
   * <p>It is run as a depthwise convolution of one pixel on one long row of pixels, which passes
   * over the maps once whatever is done to them; a binary primitive takes half as long again for
   * each operand that has one value a channel.
   */
  Call affine(Maps m, Blend blend) {
    return call(
        m.key(blend),
        () -> {
          memory.desc row = m.row();
          convolution_forward.primitive_desc description =
              new convolution_forward.primitive_desc(
                  Native.ENGINE,
                  prop_kind.forward_inference,
                  algorithm.convolution_direct,
                  row,
                  Native.anyDepthwise(m.type(), m.channels()),
                  Native.vector(m.channels()),
                  row,
                  ONE_BY_ONE,
                  UNPADDED,
                  UNPADDED,
                  blend.attributes(m.type(), row),
                  false);
          int[] arguments =
              blend.addsOtherMaps()
                  ? new int[] {
                    dnnl.DNNL_ARG_SRC,
                    dnnl.DNNL_ARG_WEIGHTS,
                    dnnl.DNNL_ARG_BIAS,
                    postOperand(0),
                    dnnl.DNNL_ARG_DST
                  }
                  : new int[] {
                    dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_BIAS, dnnl.DNNL_ARG_DST
                  };
          return new Call(Part.NORM, new convolution_forward(description), queue, arguments);
        });
  }

  /** The second operand of a binary operation that comes so far behind a primitive's own. */
  private static int postOperand(int place) {
    return dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (place + 1) | dnnl.DNNL_ARG_SRC_1;
  }

  /**
   * (a, b, Σ a·b, Σ b): sums over all pixels for each channel, float32, in one pass: the gradients
   * of a depthwise convolution's weights and bias.
   */
  Call sums(Maps m) {
    return call(
        m.key("sums"),
        () -> {
          memory.desc rows = m.rows();
          memory.desc vector = Native.vector(m.channels());
          convolution_forward.primitive_desc hint =
              new convolution_forward.primitive_desc(
                  Native.ENGINE,
                  prop_kind.forward_training,
                  algorithm.convolution_direct,
                  rows,
                  Native.anyDepthwise(m.type(), m.channels()),
                  vector,
                  rows,
                  ONE_BY_ONE,
                  UNPADDED,
                  UNPADDED,
                  Native.PLAIN,
                  false);
          return new Call(
              Part.NORM,
              new convolution_backward_weights(
                  new convolution_backward_weights.primitive_desc(
                      Native.ENGINE,
                      algorithm.convolution_direct,
                      rows,
                      Native.anyDepthwise(DType.FLOAT32, m.channels()),
                      vector,
                      rows,
                      ONE_BY_ONE,
                      UNPADDED,
                      UNPADDED,
                      hint,
                      Native.PLAIN,
                      false)),
              queue,
              dnnl.DNNL_ARG_SRC,
              dnnl.DNNL_ARG_DIFF_DST,
              dnnl.DNNL_ARG_DIFF_WEIGHTS,
              dnnl.DNNL_ARG_DIFF_BIAS);
        });
  }

  /** (a, b, result): a + b; the result may be in a's memory. */
  Call add(Maps maps) {
    return call(maps.key("add"), () -> add(Part.ADD, maps.description()));
  }

  private Call add(Part part, memory.desc d) {
    return new Call(
        part,
        new binary(
            new binary.primitive_desc(
                Native.ENGINE, algorithm.binary_add, d, d, d, Native.PLAIN, false)),
        queue,
        dnnl.DNNL_ARG_SRC_0,
        dnnl.DNNL_ARG_SRC_1,
        dnnl.DNNL_ARG_DST);
  }

  /** (result of relu, gradient of it, gradient of its argument); the last two may be the same. */
  Call reluBackward(Maps m) {
    return call(
        m.key("relu backward"),
        () -> {
          memory.desc d = m.description();
          Block zero = zeros.computeIfAbsent(m.type(), Primitives::zero);
          post_ops ops = new post_ops();
          ops.append_binary(algorithm.binary_mul, d);
          return new Call(
              Part.ADD,
              new binary(
                  new binary.primitive_desc(
                      Native.ENGINE,
                      algorithm.binary_gt,
                      d,
                      zero.description(),
                      d,
                      with(ops),
                      false)),
              queue,
              new int[] {dnnl.DNNL_ARG_SRC_0, postOperand(0), dnnl.DNNL_ARG_DST},
              Map.of(dnnl.DNNL_ARG_SRC_1, zero));
        });
  }

  private static Block zero(DType type) {
    return new Block(Native.scalar(type), new BytePointer(new byte[type.bytes()]));
  }

  private static primitive_attr with(post_ops ops) {
    primitive_attr attributes = new primitive_attr();
    attributes.set_post_ops(ops);
    return attributes;
  }

  /** (maps, result): a copy. */
  Call copy(Maps maps) {
    return call(maps.key("copy"), () -> reorder(maps.description(), maps.description()));
  }

  /** (input, output): the pixels of {@code input}'s shape to where a shortcut puts them. */
  Call pad(Padding padding, Maps input) {
    return call(
        input.key("pad " + padding), () -> reorder(padding.pixels(input), padding.channels(input)));
  }

  /** (gradient of the output, gradient of the input): the way back of {@link #pad}. */
  Call padBackward(Padding padding, Maps input) {
    return call(
        input.key("pad backward " + padding),
        () -> reorder(padding.channels(input), padding.pixels(input)));
  }

  /** (block, block): the elements in another layout or type. */
  Call reorder(memory.desc from, memory.desc to) {
    return reorder(from, to, Native.PLAIN, dnnl.DNNL_ARG_FROM, dnnl.DNNL_ARG_TO);
  }

  /**
   * (block, scales, block): the elements in another layout or type, multiplied by a float32 scale
   * for each place along one dimension.
   */
  Call reorderScaled(memory.desc from, memory.desc to, int dimension) {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scales_mask(dnnl.DNNL_ARG_SRC, 1 << dimension);
    return reorder(
        from,
        to,
        attributes,
        dnnl.DNNL_ARG_FROM,
        dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_SRC,
        dnnl.DNNL_ARG_TO);
  }

  private Call reorder(
      memory.desc from, memory.desc to, primitive_attr attributes, int... arguments) {
    Call made =
        new Call(
            Part.LAYOUT,
            new reorder(
                new reorder.primitive_desc(
                    Native.ENGINE, from, Native.ENGINE, to, attributes, false)),
            queue,
            arguments);
    loose.add(made);
    return made;
  }

  /** (a, b, result): float32 vectors added; the result may be in a's memory. */
  Call addVectors(int length) {
    return call(length, () -> add(Part.LAYOUT, Native.vector(length)));
  }

  private Call call(Object key, Supplier<Call> make) {
    Call known = calls.get(key);
    if (known == null) {
      known = make.get();
      calls.put(key, known);
    }
    return known;
  }

  private Weighted weighted(Object key, Supplier<Weighted> make) {
    Weighted known = weighted.get(key);
    if (known == null) {
      known = make.get();
      weighted.put(key, known);
    }
    return known;
  }

  /** How long this thread has run each part since this was last asked, in nanoseconds. */
  Map<Part, Long> takeNanos() {
    Map<Part, Long> taken = new EnumMap<>(Part.class);
    Stream.concat(
            Stream.concat(calls.values().stream(), loose.stream()),
            weighted.values().stream().map(Weighted::call))
        .forEach(call -> taken.merge(call.part(), call.takeNanos(), Long::sum));
    return taken;
  }
}
