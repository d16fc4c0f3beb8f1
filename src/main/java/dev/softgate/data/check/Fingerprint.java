package dev.softgate.data.check;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The first 128 bits of a SHA-256: equal for equal bytes, and for no others by chance. */
record Fingerprint(long first, long second) {

  /** The fingerprint of arrays, one after the other. */
  static Fingerprint of(byte[]... parts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha256.update(part);
      }
      ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
      return new Fingerprint(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
