package dev.softgate.interop.pytorch;

import dev.softgate.BadInputException;
import dev.softgate.interop.FileKind;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Quoted;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tensors of PyTorch checkpoints ({@code .pth}, {@code .pt}, {@code .th}): files of
 * {@code torch.save} in today's format ({@link TorchZip}) or the one before 1.6 ({@link
 * TorchStream}), with a state dict or a training checkpoint that contains one.
 *
 * <p>Reading executes nothing: the pickle, a program, can only make numbers, strings, containers
 * and tensors here. Other values beside a state dict are skipped and named. No size in a file is
 * trusted before the bytes for it are there.
 *
 * <p>Differs from {@code torch.load}: tensors from a graphics card are loaded like all others. Two
 * tensors that share a storage get their own copies or read-only views. Whole modules ({@code
 * torch.save(model)}), TorchScript, and sparse, quantized and complex tensors are refused.
 */
public final class TorchFile {

  private TorchFile() {}

  /**
   * The contents of a checkpoint.
   *
   * @param tensors the state dict by name, in its order, at least one, under the file's names.
   *     Elements are F32 (also for 64-bit or 16-bit floats in the file), BF16, I64, I32, I16, I8,
   *     U8 or BOOL.
   * @param numbers numbers and one-element tensors beside the state dict, such as {@code epoch} and
   *     {@code acc}: a {@link Long} or a {@link Double}, by key, in the file's order
   * @param passedOver other values beside the state dict, which were not read: a description by key
   * @param prefix the beginning of the requested names; empty for all
   */
  public record Contents(
      Map<String, HostTensor> tensors,
      Map<String, Number> numbers,
      Map<String, String> passedOver,
      String prefix) {
    public Contents {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
      passedOver = Collections.unmodifiableMap(new LinkedHashMap<>(passedOver));
    }

    /** The tensor of that name; BadInputException, naming the tensor and not the file, if none. */
    public HostTensor tensor(String name) {
      HostTensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new BadInputException(
            "there is no tensor %s among the file's %d tensors; check that it is the right kind of file"
                .formatted(Quoted.quoted(name), tensors.size()));
      }
      return tensor;
    }
  }

  /** Reads a file and searches the state dict, like {@link #read(Path, String)} without key. */
  public static Contents read(Path file) {
    return read(file, null);
  }

  /**
   * Reads a file.
   *
   * @param key the path of the state dict, such as {@code state.model}; null to search
   * @throws BadInputException if the file does not exist, is not a checkpoint, is damaged or too
   *     large, or has no state dict there, or several
   */
  public static Contents read(Path file, @Nullable String key) {
    try (TorchSource source = TorchSource.open(file)) {
      TorchBudget budget = TorchBudget.of(source);
      TorchFormat format = format(source, budget);
      TorchCheckpoint checkpoint = TorchCheckpoint.of(format.root(), key, source.refusal());
      TorchTensors tensors = new TorchTensors(format, budget, source.refusal());
      Map<String, Number> numbers = numbers(checkpoint.beside(), tensors);
      Map<String, String> passedOver = new LinkedHashMap<>();
      checkpoint
          .beside()
          .forEach(
              (name, value) -> {
                if (!numbers.containsKey(name)) {
                  passedOver.put(name, PickleValues.describe(value));
                }
              });
      return new Contents(
          tensors.read(checkpoint.tensors()), numbers, passedOver, checkpoint.rest());
    }
  }

  private static TorchFormat format(TorchSource source, TorchBudget budget) {
    if (TorchZip.begins(source)) {
      return TorchZip.open(source, budget);
    }
    if (TorchStream.begins(source)) {
      return TorchStream.open(source, budget);
    }
    byte[] head = source.read(0, Math.min(source.size(), FileKind.BYTES), "its beginning").array();
    FileKind kind = FileKind.of(head);
    if (kind != null) {
      throw kind.refusal(Path.of(String.valueOf(source.refusal().file())));
    }
    throw source
        .refusal()
        .damaged(
            "it begins neither like a zip file nor like a pickle, as files of torch.save do, nor"
                + " like safetensors");
  }

  private static Map<String, Number> numbers(Map<String, Object> beside, TorchTensors tensors) {
    Map<String, TorchView> views = new LinkedHashMap<>();
    beside.forEach(
        (key, value) -> {
          if (value instanceof TorchView view && view.elements() == 1) {
            views.put(key, view);
          }
        });
    Map<String, HostTensor> read = tensors.read(views);
    Map<String, Number> numbers = new LinkedHashMap<>();
    beside.forEach(
        (key, value) -> {
          HostTensor tensor = read.get(key);
          if (tensor != null) {
            numbers.put(key, only(tensor));
          } else if (value instanceof Long || value instanceof Double) {
            numbers.put(key, (Number) value);
          }
        });
    return numbers;
  }

  public static Number only(HostTensor tensor) {
    return switch (tensor.type()) {
      case F32, BF16, F16, F64 -> (double) tensor.toFloats()[0];
      default -> tensor.toLongs()[0];
    };
  }
}
