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
 * Native memory for the feature maps of one pass, handed out piece by piece and taken back all at
 * once: plans for different batch sizes lay themselves out in the same memory, and only one is used
 * at a time. Not thread-safe.
 */
final class Arena implements AutoCloseable {

  private static final long ALIGNMENT = 64;

  private final long slabBytes;
  private final long most;
  private final List<BytePointer> slabs = new ArrayList<>();
  private int current;
  private long used;

  /** An empty arena that grows by pieces of at least {@code slabBytes}. */
  Arena(long slabBytes) {
    this(slabBytes, TorchRuntime.availableBytes());
  }

  /**
   * An empty arena that grows by pieces of at least {@code slabBytes}.
   *
   * @param most bytes in all: the system grants more than it has, and kills the process later
   */
  Arena(long slabBytes, long most) {
    this.slabBytes = slabBytes;
    this.most = most;
  }

  /**
   * So many bytes at an address that is a multiple of a cache line.
   *
   * @throws BadInputException if that is more than there is
   * @throws IllegalArgumentException if that is none
   */
  BytePointer take(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a piece of " + bytes + " bytes");
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
            "a batch of so many images needs more than the %,d MB of memory that are free; give a smaller --batch-size, or --batch-sizes"
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

  /** Memory for elements laid out so, of no particular value. */
  MemoryBlock take(memory.desc layout) {
    return new MemoryBlock(layout, take(layout.get_size()));
  }

  /** So many float32 numbers, of no particular value. */
  Floats takeFloats(long length) {
    return new Floats(take(length * Float.BYTES), Math.toIntExact(length));
  }

  /** Takes everything back. */
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

  /** The address {@code offset} bytes into {@code base}. */
  static BytePointer at(BytePointer base, long offset) {
    return new BytePointer(base.getPointer(offset));
  }

  /** An aligned window that keeps, and gives back, the allocation around it. */
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

  /** Float32 numbers seen from Java and from oneDNN. */
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

    MemoryBlock block() {
      return block;
    }

    long handle() {
      return block.handle();
    }
  }
}
