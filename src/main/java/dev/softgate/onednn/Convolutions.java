package dev.softgate.onednn;

import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.torch.DType;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;

/**
 * Describes convolutions to oneDNN. Each gets the first implementation that oneDNN offers and that
 * is not known to be faulty for its shape: some write beyond their scratch memory, others read
 * uninitialized memory (docs/decisions/0027). {@code ConvolutionSweepTest} searches for more.
 */
final class Convolutions {

  /** The minimum number of channels per pixel for which {@code jit_1x1:avx2} reserves memory. */
  private static final int AVX2_BLOCK = 8;

  /** The same minimum for the AVX-512 implementations. */
  private static final int AVX512_BLOCK = 16;

  /**
   * The maximum number of rows of narrow maps that {@code brg_conv_fwd} with AMX computes correctly
   * at stride 2.
   */
  private static final int AMX_ROWS = 8;

  private Convolutions() {}

  /**
   * Describes the forward pass. Arguments: (input, weights, output), plus a bias if the epilogue
   * has one.
   */
  static convolution_forward.primitive_desc forward(
      ConvolutionShape s, int images, DType type, Epilogue epilogue, primitive_attr attributes) {
    convolution_forward.primitive_desc description =
        new convolution_forward.primitive_desc(
            Native.ENGINE,
            epilogue.hasBias() ? prop_kind.forward_inference : prop_kind.forward_training,
            algorithm.convolution_direct,
            s.input(images, type).description(),
            Native.anyWeights(type, s.out(), s.in(), s.kernel()),
            epilogue.hasBias() ? Native.vector(s.out()) : new memory.desc(), // empty: no bias
            FeatureMaps.output(s, images, type).description(),
            s.strides(),
            s.paddingBefore(),
            s.paddingAfter(),
            attributes,
            false);
    return passFaulty(description, OperationKind.FORWARD, s, type);
  }

  /**
   * Describes the input gradient. Arguments: (output gradient, weights in×out×k×k, input gradient).
   */
  static deconvolution_forward.primitive_desc backwardData(
      ConvolutionShape s, int images, DType type, primitive_attr attributes) {
    deconvolution_forward.primitive_desc description =
        new deconvolution_forward.primitive_desc(
            Native.ENGINE,
            prop_kind.forward_inference,
            algorithm.deconvolution_direct,
            FeatureMaps.output(s, images, type).description(),
            Native.anyWeights(type, s.in(), s.out(), s.kernel()),
            s.input(images, type).description(),
            s.strides(),
            s.paddingBefore(),
            s.paddingAfter(),
            attributes,
            false);
    return passFaulty(description, OperationKind.BACKWARD_DATA, s, type);
  }

  /**
   * Describes the weight gradient. Arguments: (input, output gradient, float32 weight gradient).
   */
  static convolution_backward_weights.primitive_desc backwardWeights(
      ConvolutionShape s, int images, DType type, primitive_attr attributes) {
    convolution_forward.primitive_desc hint =
        forward(s, images, type, Epilogue.NONE, Epilogue.NONE.attributes(type));
    convolution_backward_weights.primitive_desc description =
        new convolution_backward_weights.primitive_desc(
            Native.ENGINE,
            algorithm.convolution_direct,
            s.input(images, type).description(),
            Native.anyWeights(DType.FLOAT32, s.out(), s.in(), s.kernel()),
            FeatureMaps.output(s, images, type).description(),
            s.strides(),
            s.paddingBefore(),
            s.paddingAfter(),
            hint,
            attributes,
            false);
    return passFaulty(description, OperationKind.BACKWARD_WEIGHTS, s, type);
  }

  private static <D extends primitive_desc> D passFaulty(
      D description, OperationKind part, ConvolutionShape shape, DType type) {
    while (isFaulty(implementation(description), part, shape, type)) {
      if (!description.next_impl()) {
        throw new IllegalStateException(
            "every oneDNN implementation of the %s convolution %s is faulty"
                .formatted(type, shape));
      }
    }
    return description;
  }

  /** Returns the name of the implementation, such as {@code jit_1x1:avx2}. */
  static String implementation(primitive_desc description) {
    return description.impl_info_str().getString();
  }

  /**
   * Returns whether an implementation is faulty for a shape.
   *
   * @param implementation the name that {@link #implementation} returns
   */
  static boolean isFaulty(
      String implementation, OperationKind part, ConvolutionShape s, DType type) {
    if (s.stride() == 1) {
      return false;
    }
    if (part == OperationKind.BACKWARD_WEIGHTS && implementation.matches("jit(_bf16)?_1x1:.*")) {
      // Writes beyond its scratch memory; with AVX-512 only if it sums a map in several parts.
      return s.in() < (implementation.endsWith(":avx2") ? AVX2_BLOCK : AVX512_BLOCK);
    }
    if (type != DType.BFLOAT16 || s.outWidth() > 1) {
      return false;
    }
    if (part == OperationKind.FORWARD && implementation.matches("brg_conv_fwd:.*amx")) {
      return s.height() > AMX_ROWS; // reads uninitialized scratch memory
    }
    return part == OperationKind.BACKWARD_WEIGHTS // the same fault
        && s.width() == 1
        && (implementation.startsWith("jit_bf16:")
            || (s.kernel() > 1 && implementation.matches("(brgconv_bwd_w|jit):.*amx")));
  }
}
