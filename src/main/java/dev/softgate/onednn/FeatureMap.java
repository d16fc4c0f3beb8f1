package dev.softgate.onednn;

import dev.softgate.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A batch's feature maps in one piece of memory, with a block for each chunk and each thread's
 * share.
 */
final class FeatureMap {

  private final FeatureMaps maps;
  private final BytePointer memory;
  private final MemoryBlock[] chunks;
  private final MemoryBlock[] shares;
  private final Map<Range, MemoryBlock> ranges = new ConcurrentHashMap<>();

  private record Range(int first, int images) {}

  /** Allocates the maps of the whole batch, divided as in {@code chunks}. */
  FeatureMap(Arena arena, FeatureMaps maps, Chunks chunks) {
    this.maps = maps;
    this.memory = arena.take(maps.bytes());
    this.chunks = new MemoryBlock[chunks.count()];
    Arrays.setAll(this.chunks, i -> block(chunks.first(i), chunks.size(i)));
    this.shares = new MemoryBlock[chunks.threads()];
    Arrays.setAll(shares, i -> block(chunks.firstImage(i), Math.max(1, chunks.shareSize(i))));
  }

  private MemoryBlock block(int firstImage, int images) {
    long offset = maps.of(1).bytes() * Math.min(firstImage, maps.images() - 1);
    return new MemoryBlock(maps.of(images).description(), Arena.at(memory, offset));
  }

  /** Returns the shape of the whole batch. */
  FeatureMaps maps() {
    return maps;
  }

  void fill(int value) {
    Pointer.memset(memory, value, maps.bytes());
  }

  long chunk(int index) {
    return chunks[index].handle();
  }

  MemoryBlock block(int chunk) {
    return chunks[chunk];
  }

  /** Returns some of the batch's images; the block is created at the first call. */
  MemoryBlock images(int first, int images) {
    return ranges.computeIfAbsent(new Range(first, images), key -> block(first, images));
  }

  /** Returns the handle of a thread's images. */
  long share(int thread) {
    return shares[thread].handle();
  }

  /**
   * Returns all elements. The buffer is valid as long as the arena.
   *
   * @throws BadInputException if the maps exceed 2 GB, the largest buffer in Java
   */
  ByteBuffer bytes() {
    if (maps.bytes() > Integer.MAX_VALUE) {
      throw new BadInputException(
          "a batch of %d images of %d×%d needs more than 2 GB for one layer; reduce {batch-size} or {batch-sizes}"
              .formatted(maps.images(), maps.height(), maps.width()));
    }
    return memory.capacity(maps.bytes()).asByteBuffer().order(ByteOrder.nativeOrder());
  }
}
