package dev.softgate.battery;

import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** A sealed file with changed contents and a new seal: only its meaning can reveal the change. */
final class Resealed {

  private final Map<String, HostTensor> tensors;
  private final Map<String, String> metadata;

  private Resealed(Safetensors.Contents contents) {
    this.tensors = new LinkedHashMap<>(contents.tensors());
    this.metadata = new LinkedHashMap<>(contents.metadata());
  }

  static Resealed of(Path file) {
    return new Resealed(Safetensors.readSealed(file));
  }

  void write(Path file) {
    Safetensors.writeSealed(file, tensors, metadata);
  }

  /** Changes a value somewhere in the metadata. */
  Resealed editMetadata(Random random) {
    List<String> keys = new ArrayList<>(metadata.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    metadata.put(key, Edits.text(Objects.requireNonNull(metadata.get(key)), random));
    return this;
  }

  /** Changes a tensor's values, type or shape, drops it, or renames it. */
  Resealed editTensor(Random random) {
    List<String> names = new ArrayList<>(tensors.keySet());
    String name = names.get(random.nextInt(names.size()));
    HostTensor tensor = Objects.requireNonNull(tensors.get(name));
    switch (random.nextInt(8)) {
      case 0 -> tensors.remove(name);
      case 1 -> tensors.put(name + "x", Objects.requireNonNull(tensors.remove(name)));
      case 2 -> tensors.put(name, zeros(types(random), tensor.shape()));
      case 3 -> tensors.put(name, zeros(tensor.type(), reshaped(tensor.shape(), random)));
      case 4 -> tensors.put(name, zeros(tensor.type()));
      case 5 -> tensors.put(name, filled(tensor, random));
      case 6 -> tensors.put(name, swapped(tensors, names, random));
      default ->
          tensors.put(
              name,
              HostTensor.of(tensor.type(), ByteBuffer.wrap(noise(tensor, random)), tensor.shape()));
    }
    return this;
  }

  Resealed tensor(String name, HostTensor tensor) {
    tensors.put(name, tensor);
    return this;
  }

  HostTensor tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  /** Replaces the first match in the text under a key; there must be one. */
  Resealed replace(String key, String pattern, String replacement) {
    String text = Objects.requireNonNull(metadata.get(key), key);
    String changed = text.replaceFirst(pattern, replacement);
    if (changed.equals(text)) {
      throw new IllegalArgumentException("no " + pattern + " in " + text);
    }
    metadata.put(key, changed);
    return this;
  }

  static HostTensor zeros(ElementType type, long... shape) {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    return HostTensor.of(
        type, ByteBuffer.allocate(Math.toIntExact(elements) * type.bytes()), shape);
  }

  /** A tensor of the same shape with all elements equal to a value. */
  static HostTensor filled(HostTensor like, float value) {
    float[] values = new float[Math.toIntExact(like.elements())];
    Arrays.fill(values, value);
    return HostTensor.ofFloats(values, like.shape());
  }

  private static HostTensor filled(HostTensor like, Random random) {
    if (like.type() != ElementType.F32) {
      return zeros(like.type(), like.shape());
    }
    float[] hostile = {Float.NaN, Float.POSITIVE_INFINITY, -1, 1e30f, 1e-40f, -0.0f};
    HostTensor changed = filled(like, hostile[random.nextInt(hostile.length)]);
    if (random.nextBoolean() || like.elements() == 0) {
      return changed;
    }
    float[] values = like.toFloats(); // only one element
    values[random.nextInt(values.length)] = hostile[random.nextInt(hostile.length)];
    return HostTensor.ofFloats(values, like.shape());
  }

  private static HostTensor swapped(
      Map<String, HostTensor> tensors, List<String> names, Random random) {
    return Objects.requireNonNull(tensors.get(names.get(random.nextInt(names.size()))));
  }

  private static byte[] noise(HostTensor tensor, Random random) {
    byte[] bytes = new byte[tensor.data().remaining()];
    tensor.data().order(ByteOrder.nativeOrder()).get(bytes);
    for (int i = 0; i < bytes.length && i < 50; i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static ElementType types(Random random) {
    List<ElementType> types = List.of(ElementType.values());
    return types.get(random.nextInt(types.size()));
  }

  private static long[] reshaped(long[] shape, Random random) {
    if (shape.length == 0) {
      return new long[] {random.nextInt(3)};
    }
    long[] changed = shape.clone();
    int at = random.nextInt(changed.length);
    changed[at] = new long[] {0, 1, changed[at] + 1, changed[at] * 2}[random.nextInt(4)];
    return changed;
  }
}
