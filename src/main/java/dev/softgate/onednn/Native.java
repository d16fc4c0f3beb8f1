package dev.softgate.onednn;

import dev.softgate.torch.DType;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.Pointer;

/**
 * oneDNN's CPU engine, types and layouts.
 *
 * <p>All native objects of this package are created on a {@link Team}'s threads, where no {@link
 * dev.softgate.torch.Scope} is open that would free them. They live as long as their Java objects.
 */
final class Native {

  /** Created with the library, at first use. */
  static final engine ENGINE = kept(new engine(engine.kind.cpu, 0));

  /** No post-ops, default rounding and scratch memory. */
  static final primitive_attr PLAIN = kept(new primitive_attr());

  private Native() {}

  /** Keeps the object even if the thread that needs it first has a scope open. */
  private static <P extends Pointer> P kept(P made) {
    made.retainReference();
    return made;
  }

  /** Returns oneDNN's version: major, minor and patch. */
  static String version() {
    dnnl_version_t version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  static memory.data_type type(DType type) {
    return switch (type) {
      case FLOAT32 -> memory.data_type.f32;
      case BFLOAT16 -> memory.data_type.bf16;
      case INT64 -> throw new IllegalArgumentException("oneDNN does not support int64");
    };
  }

  /** Describes feature maps N×C×H×W with channels innermost. */
  static memory.desc maps(DType type, long n, long c, long h, long w) {
    return new memory.desc(new long[] {n, c, h, w}, type(type), memory.format_tag.nhwc, false);
  }

  /** Describes {@link #maps} as rows of {@code images} images: rows×images×H×W×C. */
  static memory.desc inRows(FeatureMaps m, int images) {
    long pixel = m.channels();
    long row = pixel * m.width();
    long image = row * m.height();
    return rows(m, images, new long[] {image * images, image, row, pixel, 1});
  }

  /** Describes the same images side by side in each row, with a column of pixels after each. */
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

  /** Describes a float32 vector, such as statistics, scales or shifts. */
  static memory.desc vector(long length) {
    return new memory.desc(new long[] {length}, memory.data_type.f32, memory.format_tag.a, false);
  }

  /** Describes a square matrix, row by row. */
  static memory.desc matrix(DType type, long side) {
    return new memory.desc(new long[] {side, side}, type(type), memory.format_tag.ab, false);
  }

  /** Describes weights out×in×k×k in any layout that the primitive prefers. */
  static memory.desc anyWeights(DType type, long out, long in, long kernel) {
    return new memory.desc(
        new long[] {out, in, kernel, kernel}, type(type), memory.format_tag.any, false);
  }

  /** Describes float32 weights out×in×k×k, row-major, as the network stores them. */
  static memory.desc plainWeights(long out, long in, long kernel) {
    return new memory.desc(
        new long[] {out, in, kernel, kernel}, memory.data_type.f32, memory.format_tag.oihw, false);
  }

  /** Describes the same elements as {@link #plainWeights} with the order in×out×k×k. */
  static memory.desc transposedWeights(long out, long in, long kernel) {
    return new memory.desc(
        new long[] {in, out, kernel, kernel}, memory.data_type.f32, memory.format_tag.iohw, false);
  }
}
