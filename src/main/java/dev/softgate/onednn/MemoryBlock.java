package dev.softgate.onednn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A piece of native memory with a shape, type and layout, as primitives take it. It does not own
 * the memory.
 */
final class MemoryBlock {

  private final memory described; // keeps the handle alive
  private final long handle;
  private final Pointer address;
  private final long size; // in bytes
  private @Nullable ByteBuffer bytes;

  MemoryBlock(memory.desc description, Pointer address) {
    this.described = new memory(description, Native.ENGINE, address);
    dnnl_memory raw = described.get();
    this.handle = raw.address();
    this.address = address;
    this.size = description.get_size();
  }

  /** Returns oneDNN's handle of this memory. */
  long handle() {
    return handle;
  }

  /** Returns all bytes as a Java buffer, created once. It is valid as long as the memory. */
  ByteBuffer bytes() {
    if (bytes == null) {
      bytes = new BytePointer(address).capacity(size).asByteBuffer().order(ByteOrder.nativeOrder());
    }
    return bytes;
  }

  /** Returns the block that begins {@code offset} bytes further. */
  MemoryBlock from(long offset, memory.desc description) {
    return new MemoryBlock(description, Arena.at(new BytePointer(address), offset));
  }

  void clear() {
    Pointer.memset(address, 0, size);
  }

  /** Returns the shape, type and layout, valid as long as this block. */
  memory.desc description() {
    return described.get_desc();
  }
}
