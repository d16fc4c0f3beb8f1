package dev.softgate.interop.pytorch;

import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Quoted;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads tensors: each storage once. Contiguous tensors share its bytes; others are copied. */
final class TorchTensors {

  private final TorchFormat format;
  private final TorchBudget budget;
  private final TorchRefusal refusal;

  TorchTensors(TorchFormat format, TorchBudget budget, TorchRefusal refusal) {
    this.format = format;
    this.budget = budget;
    this.refusal = refusal;
  }

  /** Reads tensors, in order. Floats of 64 and 16 bits become F32; other types are unchanged. */
  Map<String, HostTensor> read(Map<String, TorchView> views) {
    Map<TorchStorage, List<String>> namesByStorage = new LinkedHashMap<>();
    views.forEach(
        (name, view) ->
            namesByStorage
                .computeIfAbsent(view.storage().root(), storage -> new ArrayList<>())
                .add(name));
    Map<String, HostTensor> unordered = new HashMap<>();
    namesByStorage.forEach(
        (storage, names) -> {
          ByteBuffer elements = format.bytes(storage);
          for (String name : names) {
            TorchView view = Objects.requireNonNull(views.get(name));
            unordered.put(name, tensor(elements, view, "tensor " + Quoted.quoted(name)));
          }
        });
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    views.keySet().forEach(name -> tensors.put(name, Objects.requireNonNull(unordered.get(name))));
    return tensors;
  }

  private HostTensor tensor(ByteBuffer storage, TorchView view, String what) {
    ElementType type = view.storage().type();
    ByteBuffer elements =
        view.isContiguous() ? slice(storage, view, type) : gathered(storage, view, type, what);
    HostTensor tensor = HostTensor.of(type, elements, view.sizes());
    return switch (type) {
      case F64, F16 -> {
        // once as an array, once as the tensor's bytes
        budget.take(2 * Float.BYTES * view.elements(), what);
        yield HostTensor.ofFloats(tensor.toFloats(), view.sizes());
      }
      default -> tensor;
    };
  }

  private static ByteBuffer slice(ByteBuffer storage, TorchView view, ElementType type) {
    // no overflow: the view lies inside the storage, which is an array
    int begin = (int) (view.begin() * type.bytes());
    return storage.slice(begin, (int) (view.elements() * type.bytes()));
  }

  private ByteBuffer gathered(ByteBuffer storage, TorchView view, ElementType type, String what) {
    // A stride of 0 repeats elements: the tensor may be far larger than its storage.
    if (view.elements() > TorchSource.MAX_ARRAY_BYTES / type.bytes()) {
      throw refusal.tooLarge(
          "%s has %d elements of %s, more than the %d bytes of a Java array"
              .formatted(what, view.elements(), type, TorchSource.MAX_ARRAY_BYTES));
    }
    budget.take(view.elements() * type.bytes(), what);
    ByteBuffer gathered =
        ByteBuffer.allocate((int) view.elements() * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    long[] sizes = view.sizes();
    long[] strides = view.strides();
    long[] index = new long[sizes.length];
    long at = view.begin();
    while (gathered.hasRemaining()) {
      int from = (int) (at * type.bytes());
      gathered.put(gathered.position(), storage, from, type.bytes());
      gathered.position(gathered.position() + type.bytes());
      // Advance to the next element, innermost axis first, like an odometer.
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < sizes[axis]) {
          break;
        }
        at -= strides[axis] * sizes[axis];
        index[axis] = 0;
      }
    }
    return gathered.flip();
  }
}
