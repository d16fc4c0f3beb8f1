package dev.softgate.onednn;

import dev.softgate.torch.DType;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.Pointer;

/**
 * oneDNN's CPU engine and its words for types and layouts.
 *
 * <p>Every native object of this package is made on a {@link Team}'s threads, where no {@link
 * dev.softgate.torch.Scope} is open that would free it, and lives as long as its Java object.
 */
final class Native {

  /** Loaded with the library, on first use. */
  static final engine ENGINE = kept(new engine(engine.kind.cpu, 0));

  /** No post-ops, default rounding and scratch memory. */
  static final primitive_attr PLAIN = kept(new primitive_attr());

  private Native() {}

  /** Whatever scope the thread has open that first needs it. */
  private static <P extends Pointer> P kept(P made) {
    made.retainReference();
    return made;
  }

  /** Of oneDNN: major, minor and patch. */
  static String version() {
    dnnl_version_t version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  static memory.data_type type(DType type) {
    return switch (type) {
      case FLOAT32 -> memory.data_type.f32;
      case BFLOAT16 -> memory.data_type.bf16;
      case INT64 -> throw new IllegalArgumentException("oneDNN computes no int64");
    };
  }

  /** Feature maps N×C×H×W with channels innermost. */
  static memory.desc maps(DType type, long n, long c, long h, long w) {
    return new memory.desc(new long[] {n, c, h, w}, type(type), memory.format_tag.nhwc, false);
  }

  /** {@link #maps}, named as rows of so many images: rows×images×H×W×C. */
  static memory.desc inRows(FeatureMaps m, int images) {
    long pixel = m.channels();
    long row = pixel * m.width();
    long image = row * m.height();
    return rows(m, images, new long[] {image * images, image, row, pixel, 1});
  }

  /** The same images side by side in each row, a column of pixels behind each. */
  static memory.desc onCanvas(FeatureMaps m, int images) {
    long pixel = m.channels();
    long image = pixel * (m.width() + 1);
    long row = image * images;
    return rows(m, images, new long[] {row * m.height(), image, row, pixel, 1});
  }

  private static memory.desc rows(FeatureMaps m, int images, long[] strides) {
    long rows = ((long) m.images() + images - 1) / images;
    long[] shape = {rows, images, m.height(), m.width(), m.channels()};
    return new memory.desc(shape, type(m.type()), strides, false);
  }

  /** A float32 vector: statistics, scales, shifts. */
  static memory.desc vector(long length) {
    return new memory.desc(new long[] {length}, memory.data_type.f32, memory.format_tag.a, false);
  }

  /** A square matrix, row by row. */
  static memory.desc matrix(DType type, long side) {
    return new memory.desc(new long[] {side, side}, type(type), memory.format_tag.ab, false);
  }

  /** Weights out×in×k×k in whatever layout a primitive likes best. */
  static memory.desc anyWeights(DType type, long out, long in, long kernel) {
    return new memory.desc(
        new long[] {out, in, kernel, kernel}, type(type), memory.format_tag.any, false);
  }

  /** Float32 weights out×in×k×k, row-major, as the network keeps them. */
  static memory.desc plainWeights(long out, long in, long kernel) {
    return new memory.desc(
        new long[] {out, in, kernel, kernel}, memory.data_type.f32, memory.format_tag.oihw, false);
  }

  /** The same elements as {@link #plainWeights}, named in×out×k×k. */
  static memory.desc transposedWeights(long out, long in, long kernel) {
    return new memory.desc(
        new long[] {in, out, kernel, kernel}, memory.data_type.f32, memory.format_tag.iohw, false);
  }

  /**
   * How much memory an argument of a primitive takes.
   *
   * @param argument oneDNN's name of it
   */
  static long argumentBytes(primitive operation, int argument) {
    return dnnl.dnnl_memory_desc_get_size(
        dnnl.dnnl_primitive_desc_query_md(
            operation.get_dnnl_primitive_desc(), dnnl.dnnl_query_exec_arg_md, argument));
  }

  /**
   * Throws where oneDNN reports a failure.
   *
   * @param status what a function of its C interface returned
   */
  static void check(int status, String what) {
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN could not " + what + ": status " + status);
    }
  }
}
