package dev.softgate.onednn;

import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/**
 * A piece of native memory with a shape, type and layout, as primitives take it. It does not own
 * the memory.
 */
final class Block {

  private final memory described; // keeps the handle alive
  private final long handle;
  private final Pointer address;

  /** Describes the memory that begins at {@code address}. */
  Block(memory.desc description, Pointer address) {
    this.described = new memory(description, Native.ENGINE, address);
    dnnl_memory raw = described.get();
    this.handle = raw.address();
    this.address = address;
  }

  /** oneDNN's handle of this memory. */
  long handle() {
    return handle;
  }

  /** Makes every byte zero. */
  void clear() {
    Pointer.memset(address, 0, described.get_desc().get_size());
  }

  /** The shape, type and layout; valid as long as this block. */
  memory.desc description() {
    return described.get_desc();
  }
}
