package dev.softgate.interop.pytorch;

import dev.softgate.interop.Quoted;
import java.util.Arrays;

/**
 * A tensor as a checkpoint describes it: element (i₁, …, iₙ) is the storage's element offset + Σ
 * iₖ·strideₖ. All elements have been checked to lie inside the storage.
 */
final class TorchView {

  /** PyTorch's limit on the number of axes. */
  static final int MAX_RANK = 64;

  private final TorchStorage storage;
  private final long offset;
  private final long[] sizes;
  private final long[] strides;
  private final long elements;

  private TorchView(
      TorchStorage storage, long offset, long[] sizes, long[] strides, long elements) {
    this.storage = storage;
    this.offset = offset;
    this.sizes = sizes;
    this.strides = strides;
    this.elements = elements;
  }

  /** Creates a view, with strides in elements; refuses one that exceeds its storage. */
  static TorchView of(
      TorchStorage storage, long offset, long[] sizes, long[] strides, TorchRefusal refusal) {
    if (strides.length != sizes.length) {
      throw refusal.damaged(
          "a tensor has %d sizes and %d strides".formatted(sizes.length, strides.length));
    }
    boolean empty = Arrays.stream(sizes).anyMatch(size -> size == 0);
    try {
      long elements = empty ? 0 : 1;
      // One past the last element that the view touches.
      long end = empty ? offset : Math.addExact(offset, 1);
      for (int axis = 0; axis < sizes.length && !empty; axis++) {
        elements = Math.multiplyExact(elements, sizes[axis]);
        end = Math.addExact(end, Math.multiplyExact(sizes[axis] - 1, strides[axis]));
      }
      if (end <= storage.length()) {
        return new TorchView(storage, offset, sizes, strides, elements);
      }
    } catch (ArithmeticException e) {
      // an overflow is beyond the storage too
    }
    throw refusal.damaged(
        "a tensor of sizes %s and strides %s from element %d on exceeds its storage %s of %d elements"
            .formatted(
                Quoted.oneLine(Arrays.toString(sizes)),
                Quoted.oneLine(Arrays.toString(strides)),
                offset,
                Quoted.quoted(storage.key()),
                storage.length()));
  }

  TorchStorage storage() {
    return storage;
  }

  /** The index of the first element in the file's elements under the storage's key. */
  long begin() {
    return storage.begin() + offset;
  }

  /** The sizes, outermost first; not a copy. */
  long[] sizes() {
    return sizes;
  }

  /** The strides in elements; not a copy. */
  long[] strides() {
    return strides;
  }

  long elements() {
    return elements;
  }

  /** Whether the elements are in row-major order without gaps. */
  boolean isContiguous() {
    long expected = 1;
    for (int axis = sizes.length - 1; axis >= 0 && elements > 0; axis--) {
      if (sizes[axis] != 1 && strides[axis] != expected) {
        return false;
      }
      expected *= sizes[axis];
    }
    return true;
  }
}
