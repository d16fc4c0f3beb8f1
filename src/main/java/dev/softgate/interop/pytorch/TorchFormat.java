package dev.softgate.interop.pytorch;

import java.nio.ByteBuffer;

/** One of PyTorch's two file formats for checkpoints. */
interface TorchFormat {

  /** The saved object, with its tensors as {@link TorchView}s of unread storages. */
  Object root();

  /** The elements of a whole storage, little-endian; their number has been checked. */
  ByteBuffer bytes(TorchStorage storage);
}
