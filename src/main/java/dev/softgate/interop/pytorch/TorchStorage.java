package dev.softgate.interop.pytorch;

import dev.softgate.interop.ElementType;

/**
 * A sequence of elements in the file that tensors are views of.
 *
 * @param key its name in the file
 * @param type the element type
 * @param total the number of elements in the file under that name
 * @param begin the first element of this storage. It is 0 except in files of the first PyTorch
 *     versions, where a storage could be part of another.
 * @param length the number of elements of this storage
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
