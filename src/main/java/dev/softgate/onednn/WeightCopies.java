package dev.softgate.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/** Copies of a layer's float32 weights in the layouts and types that primitives want. */
final class WeightCopies {

  private static final int UNSCALED = -1;

  private final Block source;
  private final Arena arena;
  private final int scaledDimension;
  private final List<Copy> copies = new ArrayList<>();

  /** Copies of {@code source}, made in {@code arena}. */
  WeightCopies(Block source, Arena arena) {
    this(source, arena, UNSCALED);
  }

  /** The same, multiplied by a scale for each place along a dimension. */
  WeightCopies(Block source, Arena arena, int scaledDimension) {
    this.source = source;
    this.arena = arena;
    this.scaledDimension = scaledDimension;
  }

  /** The weights in a layout, from the next refresh on. */
  Block inLayout(memory.desc layout) {
    for (Copy copy : copies) {
      if (copy.block.description().equals(layout)) {
        return copy.block;
      }
    }
    Copy made = new Copy(new Block(layout, arena.take(layout.get_size())));
    copies.add(made);
    return made.block;
  }

  /** Brings all copies, unscaled ones, up to date; always on the same thread. */
  void refresh(Worker worker) {
    copies.forEach(copy -> copy.fromSource(worker).run(source.handle(), copy.block.handle()));
  }

  /** Brings all copies, scaled ones, up to date; always on the same thread. */
  void refresh(Worker worker, Arena.Floats scales) {
    copies.forEach(
        copy -> copy.fromSource(worker).run(source.handle(), scales.handle(), copy.block.handle()));
  }

  private final class Copy {
    private final Block block;
    private @Nullable Call fromSource;

    Copy(Block block) {
      this.block = block;
    }

    Call fromSource(Worker worker) {
      if (fromSource == null) {
        memory.desc from = source.description();
        memory.desc to = block.description();
        fromSource =
            scaledDimension == UNSCALED
                ? worker.primitives().reorder(from, to)
                : worker.primitives().reorderScaled(from, to, scaledDimension);
      }
      return fromSource;
    }
  }
}
