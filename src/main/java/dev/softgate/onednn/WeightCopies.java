package dev.softgate.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;

/** Copies of a layer's float32 weights in the layouts and types of the primitives. */
final class WeightCopies {

  private final MemoryBlock source;
  private final Arena arena;
  private final List<MemoryBlock> copies = new ArrayList<>();

  /** Copies {@code source} into memory from {@code arena}. */
  WeightCopies(MemoryBlock source, Arena arena) {
    this.source = source;
    this.arena = arena;
  }

  /** Returns the weights in a layout; they are valid after the next {@link #refresh}. */
  MemoryBlock inLayout(memory.desc layout) {
    for (MemoryBlock copy : copies) {
      if (copy.description().equals(layout)) {
        return copy;
      }
    }
    MemoryBlock made = arena.take(layout);
    copies.add(made);
    return made;
  }

  void refresh(Worker worker) {
    for (MemoryBlock copy : copies) {
      worker
          .primitives()
          .reorder(copy, source::description, copy::description)
          .run(source.handle(), copy.handle());
    }
  }
}
