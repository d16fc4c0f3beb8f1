package dev.softgate.interop.pytorch;

import dev.softgate.interop.InputFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Random access to a checkpoint; no memory is allocated for bytes that the file does not have. */
final class TorchSource implements AutoCloseable {

  /** Larger files are refused: their tensors would not fit in Softgate's heap. */
  static final long MAX_FILE_BYTES = 1L << 31;

  /** The limit of a Java array on all virtual machines. */
  static final long MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  private final TorchRefusal refusal;
  private final RandomAccessFile access;
  private final long size;

  private TorchSource(TorchRefusal refusal, RandomAccessFile access, long size) {
    this.refusal = refusal;
    this.access = access;
    this.size = size;
  }

  static TorchSource open(Path file) {
    TorchRefusal refusal = new TorchRefusal(file);
    try {
      RandomAccessFile access = InputFiles.open(file, "a PyTorch checkpoint (.pth, .pt, .th)");
      try {
        long size = access.length();
        if (size > MAX_FILE_BYTES) {
          throw refusal.tooLarge(
              "it has %d bytes, more than the maximum of %d".formatted(size, MAX_FILE_BYTES));
        }
        return new TorchSource(refusal, access, size);
      } catch (IOException | RuntimeException e) {
        access.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  TorchRefusal refusal() {
    return refusal;
  }

  long size() {
    return size;
  }

  /** Reads bytes, little-endian; messages call them {@code what}, such as "its directory". */
  ByteBuffer read(long position, long length, String what) {
    if (position < 0 || length < 0 || length > size - position) {
      throw refusal.damaged(
          "%s claims %s bytes from byte %s on, but the file has only %d"
              .formatted(
                  what, Long.toUnsignedString(length), Long.toUnsignedString(position), size));
    }
    if (length > MAX_ARRAY_BYTES) {
      throw refusal.tooLarge(
          "%s has %d bytes, more than the %d of a Java array"
              .formatted(what, length, MAX_ARRAY_BYTES));
    }
    byte[] bytes = new byte[(int) length];
    try {
      InputFiles.read(access, position, bytes);
    } catch (EOFException e) {
      throw refusal.damaged("it became shorter while it was read");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + refusal.file(), e);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    try {
      access.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + refusal.file(), e);
    }
  }
}
