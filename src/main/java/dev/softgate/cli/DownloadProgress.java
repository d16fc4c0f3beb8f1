package dev.softgate.cli;

import dev.softgate.data.DownloadListener;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a download and other long work: as a live bar on a terminal, which leaves nothing behind,
 * otherwise as a line in the log for each tenth. A source of unknown size counts as if it had the
 * size of the CIFAR archives.
 */
final class DownloadProgress implements DownloadListener {

  private static final Logger LOG = LoggerFactory.getLogger(DownloadProgress.class);
  private static final double BYTES_PER_MEGABYTE = 1e6;
  private static final long CIFAR_ARCHIVE_BYTES = 170_000_000;
  private static final int LINES = 10;

  /** Between two lines about work, without a terminal. */
  private static final long TELL_NANOS = 10_000_000_000L;

  private final @Nullable LiveLine line;
  private boolean downloaded;
  private long totalBytes;
  private long receivedBytes;
  private long linesWritten;
  private long toldNanos = System.nanoTime();

  /**
   * Shows downloads, one after the other.
   *
   * @param line the live line; null for none
   */
  DownloadProgress(@Nullable LiveLine line) {
    this.line = line;
  }

  /** With a bar if standard error is a terminal. */
  static DownloadProgress forStandardError() {
    return new DownloadProgress(LiveLine.onStandardError());
  }

  /** Whether anything was downloaded. */
  boolean downloaded() {
    return downloaded;
  }

  @Override
  public void started(URI source, long totalBytes) {
    this.downloaded = true;
    this.totalBytes = totalBytes;
    this.receivedBytes = 0;
    this.linesWritten = 0;
    LOG.info("downloading {}{}", source, totalBytes < 0 ? "" : " (" + megabytes(totalBytes) + ")");
  }

  @Override
  public void advanced(long bytes) {
    receivedBytes += bytes;
    if (line != null) {
      line.show("download", (double) receivedBytes, (double) totalBytes, received());
      return;
    }
    long expected = totalBytes > 0 ? totalBytes : CIFAR_ARCHIVE_BYTES;
    long due = receivedBytes * LINES / expected;
    if (due > linesWritten) {
      linesWritten = due;
      LOG.info(received());
    }
  }

  @Override
  public void finished() {
    if (line != null) {
      line.clear();
    }
  }

  @Override
  public void progressed(String activity, int done, int total) {
    if (line != null && done < total) {
      line.show(activity, done, total, String.format(Locale.ROOT, "%,d of %,d", done, total));
    } else if (line != null) {
      line.clear();
    } else if (System.nanoTime() - toldNanos > TELL_NANOS) {
      LOG.info(String.format(Locale.ROOT, "%s: %,d of %,d", activity, done, total));
      toldNanos = System.nanoTime();
    }
  }

  private String received() {
    return megabytes(receivedBytes) + (totalBytes > 0 ? " of " + megabytes(totalBytes) : " so far");
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / BYTES_PER_MEGABYTE);
  }
}
