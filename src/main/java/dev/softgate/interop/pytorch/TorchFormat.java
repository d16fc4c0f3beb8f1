package dev.softgate.interop.pytorch;

import java.nio.ByteBuffer;

/** One of PyTorch's two file formats for checkpoints. */
interface TorchFormat {

  /**
   * The saved object, with its tensors as {@link TorchView}s of storages that have not been read.
   */
  Object root();

  /**
   * The elements of a whole storage, little-endian; their number has been checked.
   *
   * @throws dev.softgate.BadInputException if the file does not contain them
   */
  ByteBuffer bytes(TorchStorage storage);
}
