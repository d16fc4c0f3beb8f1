package dev.softgate.data;

import dev.softgate.BadInputException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A limit on the bytes that an archive inflates to, so that a small one cannot fill the memory. */
final class InflationLimit extends FilterInputStream {

  private final String shownAs;
  private long left;
  private long budget;

  /** Limits a stream; nothing may be read before {@link #allow}. */
  InflationLimit(InputStream in, String shownAs, long maxBytes) {
    super(in);
    this.shownAs = shownAs;
    left = maxBytes;
  }

  /** Allows this many bytes from here on, within the limit for the whole stream. */
  void allow(long bytes) {
    budget = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /** Reads bytes; throws BadInputException if they exceed the allowance. */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    if (read > 0) {
      left -= read;
      budget -= read;
      if (left < 0 || budget < 0) {
        throw new BadInputException(
            "%s inflates to more than a CIFAR archive holds: supply the original one"
                .formatted(shownAs));
      }
    }
    return read;
  }

  /** Skips by reading, so that skipped bytes count towards the limit. */
  @Override
  public long skip(long count) throws IOException {
    byte[] dropped = new byte[(int) Math.min(Math.max(count, 0), 1 << 13)];
    return dropped.length == 0 ? 0 : Math.max(0, read(dropped, 0, dropped.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
