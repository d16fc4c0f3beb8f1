package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An open safetensors file. It is opened once, so that its seal and its contents belong to the same
 * file even if another process replaces it.
 */
final class SafetensorsSource implements AutoCloseable {

  private static final int LENGTH_BYTES = 8;
  private static final int PIECE_BYTES = 1 << 20;

  private final Path file;
  private final RandomAccessFile access;
  private final long fileBytes;
  private final byte[] prefix;

  /** {@code prefix} holds all bytes before the first tensor. */
  private SafetensorsSource(Path file, RandomAccessFile access, long fileBytes, byte[] prefix) {
    this.file = file;
    this.access = access;
    this.fileBytes = fileBytes;
    this.prefix = prefix;
  }

  static SafetensorsSource open(Path file) {
    try {
      RandomAccessFile access = InputFiles.open(file, "a .safetensors file");
      try {
        long fileBytes = access.length();
        return new SafetensorsSource(file, access, fileBytes, prefix(file, access, fileBytes));
      } catch (IOException | RuntimeException e) {
        access.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  static boolean begins(Path file) {
    try (RandomAccessFile access = InputFiles.open(file, "a .safetensors or .pth file")) {
      byte[] start = new byte[LENGTH_BYTES + 1];
      if (access.length() < start.length) {
        return false;
      }
      access.readFully(start);
      long header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
      return header >= 0 && header < 1L << Integer.SIZE && start[LENGTH_BYTES] == '{';
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static byte[] prefix(Path file, RandomAccessFile access, long fileBytes)
      throws IOException {
    if (fileBytes < LENGTH_BYTES) {
      throw malformed(file, "it has %d bytes, too few for a header".formatted(fileBytes));
    }
    byte[] length = new byte[LENGTH_BYTES];
    access.readFully(length);
    long headerBytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerBytes < 0 || headerBytes > SafetensorsHeader.MAX_BYTES) {
      throw malformed(
          file,
          "its header claims %s bytes, more than the maximum of %d"
              .formatted(Long.toUnsignedString(headerBytes), SafetensorsHeader.MAX_BYTES));
    }
    if (headerBytes > fileBytes - LENGTH_BYTES) {
      throw malformed(
          file,
          "its header claims %d bytes, but the file has only %d".formatted(headerBytes, fileBytes));
    }
    byte[] prefix = new byte[LENGTH_BYTES + (int) headerBytes];
    System.arraycopy(length, 0, prefix, 0, LENGTH_BYTES);
    access.readFully(prefix, LENGTH_BYTES, (int) headerBytes);
    return prefix;
  }

  /** The header, parsed and checked against the file's size. */
  SafetensorsHeader header() {
    ByteBuffer json = ByteBuffer.wrap(prefix, LENGTH_BYTES, prefix.length - LENGTH_BYTES);
    return SafetensorsHeader.parse(file, json, fileBytes - prefix.length);
  }

  /** The position of the first tensor's first byte. */
  long dataStart() {
    return prefix.length;
  }

  Safetensors.Contents contents() {
    SafetensorsHeader header = header();
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    header.entries().forEach((name, entry) -> tensors.put(name, entry.over(bytes(name, entry))));
    return new Safetensors.Contents(tensors, header.metadata());
  }

  HostTensor tensor(String name) {
    Map<String, SafetensorsHeader.Entry> entries = header().entries();
    SafetensorsHeader.Entry entry = entries.get(name);
    if (entry == null) {
      throw Safetensors.noTensor(name, entries.size());
    }
    return entry.over(bytes(name, entry));
  }

  /** Throws BadInputException if the file has no checksum or another content. */
  void verifySeal() {
    int position = Seal.position(prefix);
    if (position < 0) {
      throw new BadInputException(
          file
              + " has no valid checksum of its own;"
              + " only sealed files, such as a run's checkpoints, can be used here");
    }
    MessageDigest digest = Sha256.newDigest();
    digest.update(Seal.withoutDigits(prefix, position));
    try {
      access.seek(prefix.length);
      byte[] piece = new byte[PIECE_BYTES];
      for (int length = access.read(piece); length > 0; length = access.read(piece)) {
        digest.update(piece, 0, length);
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
    if (!Sha256.hex(digest).equals(Seal.digits(prefix, position))) {
      throw new BadInputException(
          file
              + " does not match its own checksum: it was damaged or changed after it was written;"
              + " use another copy or an earlier checkpoint");
    }
  }

  private ByteBuffer bytes(String name, SafetensorsHeader.Entry entry) {
    long length = entry.end() - entry.begin();
    if (length > Integer.MAX_VALUE - 8) {
      throw malformed(
          file,
          "tensor %s has %d bytes, more than the 2^31-1 of a Java buffer; split the tensor"
              .formatted(Quoted.quoted(name), length));
    }
    byte[] bytes = new byte[(int) length];
    try {
      InputFiles.read(access, prefix.length + entry.begin(), bytes);
    } catch (IOException e) {
      throw failed(file, e);
    }
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public void close() {
    try {
      access.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }

  static BadInputException malformed(Path file, String reason) {
    return new BadInputException(
        file + " is not a usable safetensors file: " + reason + "; fetch or write the file again");
  }

  private static RuntimeException failed(Path file, IOException e) {
    return e instanceof EOFException
        ? malformed(file, "it became shorter while it was read")
        : new UncheckedIOException("cannot read " + file, e);
  }
}
