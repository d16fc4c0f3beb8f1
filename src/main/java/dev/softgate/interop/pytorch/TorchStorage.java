package dev.softgate.interop.pytorch;

import dev.softgate.interop.ElementType;

/**
 * A sequence of elements in the file that tensors are views of. In files of the first PyTorch
 * versions it may be a part, from {@code begin}, of the elements under its key.
 */
record TorchStorage(String key, ElementType type, long total, long begin, long length) {

  /** A storage with all elements that the file has under a name. */
  static TorchStorage whole(String key, ElementType type, long total) {
    return new TorchStorage(key, type, total, 0, total);
  }

  /** The whole storage that contains this part, or this storage itself. */
  TorchStorage root() {
    return whole(key, type, total);
  }
}
