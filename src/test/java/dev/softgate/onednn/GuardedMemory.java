package dev.softgate.onednn;

import java.nio.ByteBuffer;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Memory of a primitive between borders. All of it is initially NaN in float32 and bfloat16:
 * reading beyond the values gives NaN, and writing there is detected.
 */
final class GuardedMemory {

  private static final int BORDER = 1 << 12;
  private static final int ALIGNMENT = 64;

  final String name;
  final MemoryBlock block;
  final memory described;
  private final BytePointer raw;
  private final long first;
  private final long size;

  GuardedMemory(String name, memory.desc layout) {
    this.name = name;
    this.size = layout.get_size();
    this.raw = new BytePointer(size + 2 * BORDER + ALIGNMENT);
    Pointer.memset(raw, 0xff, raw.capacity());
    long aligned = (raw.address() + BORDER + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    this.first = aligned - raw.address();
    BytePointer start = Arena.at(raw, first);
    this.block = new MemoryBlock(layout, start);
    this.described = new memory(layout, Native.ENGINE, start);
  }

  boolean isOverrun() {
    ByteBuffer bytes = raw.asByteBuffer();
    for (int i = 0; i < BORDER; i++) {
      if (bytes.get((int) first - 1 - i) != -1 || bytes.get((int) (first + size) + i) != -1) {
        return true;
      }
    }
    return false;
  }

  /** Stores float32 values of a layout, converted to this memory's own. */
  void fill(Primitives primitives, memory.desc layout, float[] values) {
    FloatPointer plain = new FloatPointer(values);
    primitives
        .reorder(new Object(), () -> layout, block::description)
        .run(new MemoryBlock(layout, plain).handle(), block.handle());
    plain.close();
  }

  /** The values, as float32 of a layout. */
  float[] read(Primitives primitives, memory.desc layout, int length) {
    FloatPointer plain = new FloatPointer(length);
    primitives
        .reorder(new Object(), block::description, () -> layout)
        .run(block.handle(), new MemoryBlock(layout, plain).handle());
    float[] values = new float[length];
    plain.get(values);
    plain.close();
    return values;
  }
}
