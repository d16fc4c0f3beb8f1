package dev.softgate.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes a SHA-256. Integers are hashed as little-endian int32. */
public final class Sha256 {

  private final MessageDigest digest = newDigest();

  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The hash of a whole file, in lower-case hexadecimal; UncheckedIOException if unreadable. */
  public static String of(Path file) {
    try {
      return of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The hash of these bytes, in lower-case hexadecimal. */
  public static String of(byte[] bytes) {
    return new Sha256().add(bytes).hex();
  }

  public Sha256 add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  public Sha256 add(byte[] bytes, int from, int count) {
    digest.update(bytes, from, count);
    return this;
  }

  public Sha256 add(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    digest.update(bytes);
    return this;
  }

  /** Finishes the hash and returns it in lower-case hexadecimal. */
  public String hex() {
    return hex(digest);
  }

  /** Finishes {@code digest} and returns 64 lower-case digits. */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
