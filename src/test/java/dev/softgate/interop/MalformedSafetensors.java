package dev.softgate.interop;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Assembles valid and malformed safetensors files, independently of the writer. */
final class MalformedSafetensors {

  private MalformedSafetensors() {}

  /** A file with this header and these bytes of data. */
  static byte[] file(String header, int... data) {
    return file(header.getBytes(StandardCharsets.UTF_8), data);
  }

  static byte[] file(byte[] header, int... data) {
    return withLength(header.length, header, data);
  }

  /** A file with an arbitrary length field. */
  static byte[] withLength(long length, byte[] header, int... data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    bytes.writeBytes(header);
    for (int value : data) {
      bytes.write(value);
    }
    return bytes.toByteArray();
  }

  /** The JSON of one entry. */
  static String entry(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }
}
