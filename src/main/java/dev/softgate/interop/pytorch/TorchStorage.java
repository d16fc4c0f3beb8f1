package dev.softgate.interop.pytorch;

import dev.softgate.interop.ElementType;

/**
 * A run of elements in the file, of which tensors are views.
 *
 * @param key its name in the file
 * @param type what its elements are
 * @param total how many elements the file has under that name
 * @param begin the first of them that belongs to this storage: not 0 only in files of the first
 *     PyTorch versions, whose storages could be parts of others
 * @param length how many of them do
 */
record TorchStorage(String key, ElementType type, long total, long begin, long length) {

  /** A storage that is all of what the file has under a name. */
  static TorchStorage whole(String key, ElementType type, long total) {
    return new TorchStorage(key, type, total, 0, total);
  }

  /** The whole of which this is a part; itself if it is one. */
  TorchStorage root() {
    return whole(key, type, total);
  }
}
