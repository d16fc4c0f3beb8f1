package dev.softgate.onednn;

import dev.softgate.torch.DType;

/**
 * What the residual units add to, behind one of them: in the stream's type, and as the convolutions
 * take it, which is the same memory where the types are the same.
 *
 * @param stream N×H×W×C
 * @param compute the same numbers in the compute type
 * @param chunks of both
 */
record Stream(FeatureMap stream, FeatureMap compute, Chunks chunks) {

  /** Plans the memory. */
  static Stream plan(Arena arena, Maps maps, DType streamType, Chunks chunks) {
    FeatureMap compute = new FeatureMap(arena, maps, chunks);
    return new Stream(
        maps.type() == streamType ? compute : new FeatureMap(arena, maps.as(streamType), chunks),
        compute,
        chunks);
  }

  DType type() {
    return stream.maps().type();
  }

  /** Brings a chunk of {@link #compute} up to date. */
  void toCompute(Worker worker, int chunk) {
    if (stream != compute) {
      worker
          .primitives()
          .convert(stream.maps().of(chunks.size(chunk)), compute.maps().type())
          .run(stream.chunk(chunk), compute.chunk(chunk));
    }
  }
}
