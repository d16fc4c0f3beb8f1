package dev.softgate.data;

import dev.softgate.Progress;
import java.net.URI;

/**
 * Follows the loading of a set, as a progress bar does: a download, and the decoding of image
 * files. The loading thread calls it, in this order.
 */
public interface DownloadListener extends Progress {

  DownloadListener NONE = new DownloadListener() {};

  /** A download begins; its size is −1 if unknown. */
  default void started(URI source, long totalBytes) {}

  /** More bytes have arrived since the last call. */
  default void advanced(long bytes) {}

  /** The download has ended, successfully or not. Called once for each start. */
  default void finished() {}

  @Override
  default void progressed(String activity, int done, int total) {}
}
