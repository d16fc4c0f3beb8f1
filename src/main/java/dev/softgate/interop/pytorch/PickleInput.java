package dev.softgate.interop.pytorch;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A pickle's bytes. Lengths are checked before memory is allocated for them. */
final class PickleInput {

  /** The maximum number of bytes at a file's beginning that contain its pickles. */
  static final long MAX_BYTES = 64L << 20;

  private static final int MAX_NAME_BYTES = 1000;
  private static final int MAX_INT_BYTES = 24;

  private final ByteBuffer in;
  private final TorchRefusal refusal;

  PickleInput(ByteBuffer in, TorchRefusal refusal) {
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    this.refusal = refusal;
  }

  int readByte() {
    require(1);
    return in.get() & 0xff;
  }

  int readInt() {
    require(Integer.BYTES);
    return in.getInt();
  }

  long readUnsignedInt() {
    return Integer.toUnsignedLong(readInt());
  }

  long readLong() {
    require(Long.BYTES);
    return in.getLong();
  }

  double readDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(readLong()));
  }

  byte[] readBytes(long length) {
    require(length);
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  String readText(long length, Charset charset) {
    return new String(readBytes(length), charset);
  }

  /** Reads an integer in two's complement, little-endian; no bytes mean zero. */
  Object readInteger(long length) {
    byte[] bytes = readBytes(length);
    if (bytes.length == 0) {
      return 0L;
    }
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte swapped = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swapped;
    }
    BigInteger value = new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /** Reads Python 2's format for numbers of more than 32 bits; 00 and 01 are False and True. */
  Object readDecimal() {
    String text = readLine(MAX_INT_BYTES);
    if (text.equals("00") || text.equals("01")) {
      return text.equals("01");
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw refusal.damaged("its pickle has a malformed number");
    }
  }

  String readLine() {
    return readLine(MAX_NAME_BYTES);
  }

  private String readLine(int most) {
    int begin = in.position();
    while (in.position() - begin < most) {
      if (readByte() == '\n') {
        return StandardCharsets.UTF_8.decode(in.slice(begin, in.position() - 1 - begin)).toString();
      }
    }
    throw refusal.damaged("its pickle has a name or number of more than %d bytes".formatted(most));
  }

  private void require(long bytes) {
    if (bytes < 0 || bytes > in.remaining()) {
      throw refusal.damaged(
          "its pickle is cut short, or longer than %d bytes".formatted(MAX_BYTES));
    }
  }
}
