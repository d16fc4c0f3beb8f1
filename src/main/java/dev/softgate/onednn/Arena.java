package dev.softgate.onednn;

import dev.softgate.BadInputException;
import dev.softgate.torch.TorchRuntime;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;

/**
 * Native memory for the feature maps of one pass. It is handed out piece by piece and reclaimed all
 * at once, so plans for different batch sizes reuse the same memory; only one plan is active at a
 * time. Not thread-safe.
 */
final class Arena implements AutoCloseable {

  private static final long ALIGNMENT = 64;

  private final long slabBytes;
  private final long most;
  private final List<BytePointer> slabs = new ArrayList<>();
  private int current;
  private long used;

  /** Creates an empty arena that grows in slabs of at least {@code slabBytes}. */
  Arena(long slabBytes) {
    this(slabBytes, TorchRuntime.availableBytes());
  }

  /**
   * Creates an empty arena that grows in slabs of at least {@code slabBytes}.
   *
   * @param most the limit in bytes. The system grants more memory than it has and kills the process
   *     later, so the arena checks first.
   */
  Arena(long slabBytes, long most) {
    this.slabBytes = slabBytes;
    this.most = most;
  }

  /**
   * Returns {@code bytes} bytes of memory, aligned to a cache line.
   *
   * @throws BadInputException if that much memory is not available
   * @throws IllegalArgumentException if {@code bytes} is not positive
   */
  BytePointer take(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("cannot allocate " + bytes + " bytes");
    }
    while (current < slabs.size() && bytes > slabs.get(current).capacity() - used) {
      current++;
      used = 0;
    }
    if (current == slabs.size()) {
      long slab = Math.max(slabBytes, bytes);
      long taken = slabs.stream().mapToLong(BytePointer::capacity).sum();
      if (slab > most - taken) {
        throw new BadInputException(
            "this batch needs more than the %,d MB of free memory; reduce {batch-size} or {batch-sizes}"
                .formatted(most >> 20));
      }
      slabs.add(allocate(slab));
      used = 0;
    }
    BytePointer slab = slabs.get(current);
    BytePointer piece = at(slab, used).capacity(bytes);
    used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return piece;
  }

  /** Returns uninitialized memory for elements in {@code layout}. */
  MemoryBlock take(memory.desc layout) {
    return new MemoryBlock(layout, take(layout.get_size()));
  }

  /** Returns memory for elements in {@code layout}, every byte zero. */
  MemoryBlock zeros(memory.desc layout) {
    MemoryBlock block = take(layout);
    block.clear();
    return block;
  }

  /** Returns an uninitialized float32 vector. */
  Floats takeFloats(long length) {
    return new Floats(take(length * Float.BYTES), Math.toIntExact(length));
  }

  /** Reclaims all memory that was handed out. */
  void rewind() {
    current = 0;
    used = 0;
  }

  @Override
  public void close() {
    slabs.forEach(BytePointer::deallocate);
    slabs.clear();
    rewind();
  }

  private static BytePointer allocate(long bytes) {
    BytePointer raw = new BytePointer(bytes + ALIGNMENT);
    long misaligned = raw.address() % ALIGNMENT;
    long skip = misaligned == 0 ? 0 : ALIGNMENT - misaligned;
    return new Slab(raw, skip, bytes);
  }

  /** Returns the address {@code offset} bytes into {@code base}. */
  static BytePointer at(BytePointer base, long offset) {
    return new BytePointer(base.getPointer(offset));
  }

  /** An aligned window into an allocation. Deallocating the window frees the allocation. */
  private static final class Slab extends BytePointer {
    private final BytePointer allocation;

    Slab(BytePointer allocation, long skip, long bytes) {
      super(allocation.getPointer(skip));
      this.allocation = allocation;
      capacity(bytes);
    }

    @Override
    public void deallocate() {
      allocation.deallocate();
    }
  }

  /** A float32 vector that Java and oneDNN share. */
  static final class Floats {
    private final FloatBuffer values;
    private final MemoryBlock block;

    Floats(BytePointer memory, int length) {
      memory.capacity((long) length * Float.BYTES);
      this.values = memory.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
      this.block = new MemoryBlock(Native.vector(length), memory);
    }

    float get(int i) {
      return values.get(i);
    }

    void set(int i, double value) {
      values.put(i, (float) value);
    }

    int length() {
      return values.capacity();
    }

    long handle() {
      return block.handle();
    }
  }
}
