package dev.softgate.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/** Copies of a layer's float32 weights in the layouts and types of the primitives. */
final class WeightCopies {

  private final MemoryBlock source;
  private final Arena arena;
  private final List<Copy> copies = new ArrayList<>();

  /** Copies {@code source} into memory from {@code arena}. */
  WeightCopies(MemoryBlock source, Arena arena) {
    this.source = source;
    this.arena = arena;
  }

  /** Returns the weights in a layout; they are valid after the next {@link #refresh}. */
  MemoryBlock inLayout(memory.desc layout) {
    for (Copy copy : copies) {
      if (copy.block.description().equals(layout)) {
        return copy.block;
      }
    }
    Copy made = new Copy(arena.take(layout));
    copies.add(made);
    return made.block;
  }

  /** Updates all copies. Call it always on the same thread. */
  void refresh(Worker worker) {
    copies.forEach(copy -> copy.refresh(worker.primitives()));
  }

  private final class Copy {
    private final MemoryBlock block;
    private @Nullable PreparedPrimitive fromSource;

    Copy(MemoryBlock block) {
      this.block = block;
    }

    void refresh(Primitives primitives) {
      if (fromSource == null) {
        fromSource = primitives.reorder(source.description(), block.description());
      }
      fromSource.run(source.handle(), block.handle());
    }
  }
}
