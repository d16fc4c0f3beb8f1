package dev.softgate.interop.pytorch;

import dev.softgate.BadInputException;
import dev.softgate.interop.pytorch.PickleValues.Dictionary;
import dev.softgate.interop.pytorch.PickleValues.Sequence;
import dev.softgate.interop.pytorch.PickleValues.Tuple;
import java.util.List;

/** The arguments of a function, or the parts of a storage's id, with checked types. */
record TorchArguments(String owner, List<Object> items, TorchRefusal refusal) {

  int count() {
    return items.size();
  }

  Object value(int index) {
    return items.get(index);
  }

  String text(int index) {
    if (items.get(index) instanceof String text) {
      return text;
    }
    throw wrong(index, "a string");
  }

  /** An integer from 0 to 2^63-1. */
  long size(int index) {
    return nonNegative(index, items.get(index));
  }

  /** A tuple or list of at most 64 integers from 0 to 2^63-1: no tensor has more axes. */
  long[] sizes(int index) {
    List<Object> from = sequence(index);
    if (from.size() > TorchView.MAX_RANK) {
      throw wrong(index, "of at most %d numbers".formatted(TorchView.MAX_RANK));
    }
    long[] sizes = new long[from.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = nonNegative(index, from.get(i));
    }
    return sizes;
  }

  private long nonNegative(int index, Object value) {
    if (value instanceof Long number && number >= 0) {
      return number;
    }
    throw wrong(index, "made of whole numbers from 0 to 2^63-1");
  }

  /** The items of a tuple or list. */
  List<Object> sequence(int index) {
    Object value = items.get(index);
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    if (value instanceof Sequence sequence) {
      return sequence.items();
    }
    throw wrong(index, "a tuple");
  }

  Dictionary dictionary(int index) {
    if (items.get(index) instanceof Dictionary dictionary) {
      return dictionary;
    }
    throw wrong(index, "a dict");
  }

  TorchStorage storage(int index) {
    if (items.get(index) instanceof TorchStorage storage) {
      return storage;
    }
    throw wrong(index, "a storage");
  }

  TorchView view(int index) {
    if (items.get(index) instanceof TorchView view) {
      return view;
    }
    throw wrong(index, "a tensor");
  }

  BadInputException wrong(int index, String needed) {
    return refusal.damaged(
        "argument %d of %s is %s, not %s"
            .formatted(index + 1, owner, PickleValues.describe(items.get(index)), needed));
  }
}
