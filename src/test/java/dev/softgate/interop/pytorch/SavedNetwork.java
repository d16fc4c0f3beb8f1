package dev.softgate.interop.pytorch;

import static dev.softgate.interop.pytorch.PickleBytes.orderedDictionary;
import static dev.softgate.interop.pytorch.PickleBytes.storage;
import static dev.softgate.interop.pytorch.PickleBytes.tensor;

import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A network's state as {@code torch.save} would write it. */
public final class SavedNetwork {

  private SavedNetwork() {}

  /**
   * A file of float32 and int64 tensors.
   *
   * @param zip whether to use the zip format instead of the one before PyTorch 1.6
   * @param pickle changes the pickle's bytes
   */
  public static byte[] of(
      Map<String, HostTensor> state, boolean zip, UnaryOperator<byte[]> pickle) {
    Map<Object, Object> entries = new LinkedHashMap<>();
    Map<String, TorchFileBytes.Storage> storages = new LinkedHashMap<>();
    state.forEach(
        (name, values) -> {
          boolean whole = values.type() == ElementType.I64;
          String key = Integer.toString(storages.size());
          storages.put(
              key,
              whole
                  ? TorchFileBytes.longs(values.toLongs())
                  : TorchFileBytes.floats(values.toFloats()));
          long[] shape = values.shape();
          long[] strides = new long[shape.length];
          long stride = 1;
          for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
          }
          entries.put(
              name,
              tensor(
                  storage(
                      whole ? "LongStorage" : "FloatStorage",
                      key,
                      Math.toIntExact(values.elements())),
                  0,
                  shape,
                  strides));
        });
    TorchFileBytes format = zip ? TorchFileBytes.ZIP : TorchFileBytes.STREAM;
    return format.file(pickle.apply(format.pickle(orderedDictionary(entries))), storages);
  }
}
