package dev.softgate.interop.pytorch;

import java.nio.ByteBuffer;

/** One of the two ways in which PyTorch lays a checkpoint down in a file. */
interface TorchFormat {

  /** The object that was saved, its tensors as {@link TorchView}s of storages not yet read. */
  Object root();

  /**
   * The elements of a whole storage, little-endian, checked to be as many as it says.
   *
   * @throws dev.softgate.BadInputException if the file does not have them
   */
  ByteBuffer bytes(TorchStorage storage);
}
