package dev.softgate.interop;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;

/**
 * The checksum that a sealed file stores of itself: the text {@code "sha256":"…"} in the raw
 * header. As quotes inside JSON strings are escaped, this text can only be a key and its value.
 */
final class Seal {

  /** Stands for the digest while it is computed. */
  static final String PLACEHOLDER = "0".repeat(64);

  private static final byte[] MARKER =
      ("\"" + Safetensors.SEAL_KEY + "\":\"").getBytes(StandardCharsets.UTF_8);

  private Seal() {}

  /** The position of the 64 digits in {@code header}, or -1 if it has no seal. */
  static int position(byte[] header) {
    for (int i = 0; i + MARKER.length + PLACEHOLDER.length() <= header.length; i++) {
      if (Arrays.equals(header, i, i + MARKER.length, MARKER, 0, MARKER.length)) {
        return i + MARKER.length;
      }
    }
    return -1;
  }

  /** The digits in {@code header} at {@code position}, which may be any bytes. */
  static String digits(byte[] header, int position) {
    return new String(header, position, PLACEHOLDER.length(), StandardCharsets.ISO_8859_1);
  }

  /** A copy of {@code header} with the placeholder in place of the digits. */
  static byte[] withoutDigits(byte[] header, int position) {
    byte[] copy = header.clone();
    Arrays.fill(copy, position, position + PLACEHOLDER.length(), (byte) '0');
    return copy;
  }

  /** Replaces the placeholder in all bytes before the first tensor with the digest. */
  static void fillIn(byte[] header, Collection<HostTensor> tensors) {
    MessageDigest digest = Sha256.newDigest();
    digest.update(header);
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      for (HostTensor tensor : tensors) {
        tensor.writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the null stream failed", e);
    }
    fillIn(header, digest);
  }

  /** Replaces the placeholder with the digest of all bytes of the file, which this completes. */
  static void fillIn(byte[] header, MessageDigest all) {
    byte[] digits = Sha256.hex(all).getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(digits, 0, header, position(header), digits.length);
  }
}
