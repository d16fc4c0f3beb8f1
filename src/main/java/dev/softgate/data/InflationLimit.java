package dev.softgate.data;

import dev.softgate.BadInputException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Inflated bytes of which only so many may be read as were allowed, so that a small archive cannot
 * fill memory or keep the program busy for ever.
 */
final class InflationLimit extends FilterInputStream {

  private final String shownAs;
  private long left;
  private long budget;

  /**
   * Limits a stream; nothing may be read before {@link #allow}.
   *
   * @param shownAs how messages name the archive
   * @param maxBytes that may be read in all
   */
  InflationLimit(InputStream in, String shownAs, long maxBytes) {
    super(in);
    this.shownAs = shownAs;
    left = maxBytes;
  }

  /** Allows that many bytes from here on, within the limit for all. */
  void allow(long bytes) {
    budget = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /** Reads; what goes beyond the allowance is a {@link BadInputException}. */
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

  /** Skips by reading, so that what is skipped counts. */
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
