package dev.softgate.interop.pytorch;

import dev.softgate.BadInputException;
import dev.softgate.interop.pytorch.PickleValues.Dictionary;
import dev.softgate.interop.pytorch.PickleValues.NumpyArray;
import dev.softgate.interop.pytorch.PickleValues.Sequence;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A pickled dict of arrays and lists, as CIFAR's Python version has it. It is read like a
 * checkpoint: nothing in it is run. Keys and texts may be strings of Python 2 or 3, or bytes.
 */
public final class PickledTable {

  private final Map<String, Object> entries;
  private final TorchRefusal refusal;

  private PickledTable(Map<String, Object> entries, TorchRefusal refusal) {
    this.entries = entries;
    this.refusal = refusal;
  }

  /**
   * Reads a pickle.
   *
   * @param where names it in messages
   * @param what what it should be, such as {@code batch of CIFAR}
   * @throws BadInputException if it is damaged, or no dict
   */
  public static PickledTable read(byte[] pickle, String where, String what) {
    TorchRefusal refusal = new TorchRefusal(where, what);
    Object root =
        new TorchPickle(
                ByteBuffer.wrap(pickle),
                TorchGlobals.withArrays(refusal),
                id -> {
                  throw refusal.damaged("its pickle refers to a file outside it");
                },
                refusal)
            .load();
    if (!(root instanceof Dictionary dictionary)) {
      throw refusal.damaged("its pickle holds " + PickleValues.describe(root) + ", not a dict");
    }
    return new PickledTable(
        dictionary.entries().entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> text(entry.getKey()), Map.Entry::getValue, (first, second) -> second)),
        refusal);
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : value instanceof String text
            ? new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
            : PickleValues.describe(value);
  }

  private Object value(String key) {
    Object value = entries.get(key);
    if (value == null) {
      throw refusal.damaged("it has no \"" + key + "\"");
    }
    return value;
  }

  /**
   * An array of uint8 with n bytes in each row, in the order of C.
   *
   * @return all rows, one after the other; not copied
   * @throws BadInputException if there is none of that name and shape
   */
  public byte[] rows(String key, int rowBytes) {
    if (value(key) instanceof NumpyArray array && array.isRows(rowBytes)) {
      return array.bytes();
    }
    throw refusal.damaged(
        "\"%s\" is not a NumPy array of uint8 with %d values a row".formatted(key, rowBytes));
  }

  /** A list of ints; throws BadInputException if there is none of that name. */
  public int[] numbers(String key) {
    List<Object> items = items(key);
    int[] numbers = new int[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(items.get(i) instanceof Long number) || number.intValue() != number) {
        throw refusal.damaged("\"%s\" holds more than ints".formatted(key));
      }
      numbers[i] = number.intValue();
    }
    return numbers;
  }

  /** A list of texts; throws BadInputException if there is none of that name. */
  public List<String> texts(String key) {
    List<Object> items = items(key);
    if (!items.stream().allMatch(item -> item instanceof String || item instanceof byte[])) {
      throw refusal.damaged("\"%s\" holds more than texts".formatted(key));
    }
    return items.stream().map(PickledTable::text).toList();
  }

  private List<Object> items(String key) {
    if (value(key) instanceof Sequence list) {
      return list.items();
    }
    throw refusal.damaged("\"%s\" is not a list".formatted(key));
  }

  /** The error for a table whose parts do not fit one another. */
  public BadInputException damaged(String reason) {
    return refusal.damaged(reason);
  }
}
