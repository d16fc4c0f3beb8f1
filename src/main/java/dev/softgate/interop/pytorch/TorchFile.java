package dev.softgate.interop.pytorch;

import dev.softgate.BadInputException;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Quoted;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tensors of PyTorch checkpoints, {@code .pth}, {@code .pt} or {@code .th}: files that
 * {@code torch.save} wrote, in the zip format of today ({@link TorchZip}) or the stream format from
 * before PyTorch 1.6 ({@link TorchStream}), of a state dict or of a training checkpoint that has
 * one ({@link TorchCheckpoint}).
 *
 * <p>Reading executes nothing. A checkpoint is a pickle, a program for a machine that in Python can
 * call anything; the machine here ({@link TorchPickle}) can make numbers, strings, containers and
 * tensors. Whatever else stands beside a state dict is passed over and named, damage is noticed
 * before it is used, and no size that a file states is believed before the bytes for it are there.
 *
 * <p>Differs from {@code torch.load}: tensors that were on a graphics card come to Java's memory
 * like the others; of two tensors that share a storage, each has its own copy or a view that nobody
 * can write to; whole modules ({@code torch.save(model)}), TorchScript, and sparse, quantized and
 * complex tensors are refused.
 */
public final class TorchFile {

  private TorchFile() {}

  /**
   * What a checkpoint holds.
   *
   * @param tensors the state dict by name, in its order, at least one, under the file's own names.
   *     Elements are F32 (also where the file has 64-bit or 16-bit floats), BF16, I64, I32, I16,
   *     I8, U8 or BOOL.
   * @param numbers what stands beside them and is a number or a tensor of one element, as in {@code
   *     epoch} and {@code acc}: a {@link Long} or a {@link Double}, by key, in the file's order
   * @param passedOver what else stands there and is not read, by key: what it is, in words
   * @param prefix with which those names begin that were asked for; empty for all
   */
  public record Contents(
      Map<String, HostTensor> tensors,
      Map<String, Number> numbers,
      Map<String, String> passedOver,
      String prefix) {
    /** Copies the maps, keeping their order. */
    public Contents {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
      passedOver = Collections.unmodifiableMap(new LinkedHashMap<>(passedOver));
    }

    /**
     * The tensor of that name.
     *
     * @throws BadInputException if there is none; it names the tensor, not the file
     */
    public HostTensor tensor(String name) {
      HostTensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new BadInputException(
            "there is no tensor %s among the %d of the file; check that it is of the right kind"
                .formatted(Quoted.quoted(name), tensors.size()));
      }
      return tensor;
    }
  }

  /**
   * Reads a file.
   *
   * @throws BadInputException if there is no such file, or it is no checkpoint, is damaged, holds
   *     no state dict or several, or is too large
   */
  public static Contents read(Path file) {
    return read(file, null);
  }

  /**
   * Reads a file.
   *
   * @param key where the state dict is, as in {@code state.model}; null to look for it
   * @throws BadInputException as the other, or if nothing is there
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
    throw source
        .refusal()
        .damaged("it begins neither as a zip file nor as a pickle, as files of torch.save do");
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

  /** The one element of a tensor. */
  public static Number only(HostTensor tensor) {
    return switch (tensor.type()) {
      case F32, BF16, F16, F64 -> (double) tensor.toFloats()[0];
      default -> tensor.toLongs()[0];
    };
  }
}
