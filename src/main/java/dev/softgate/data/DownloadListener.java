package dev.softgate.data;

import java.net.URI;

/** Follows a download, as a progress bar does. The loading thread calls it, in this order. */
public interface DownloadListener {

  DownloadListener NONE = new DownloadListener() {};

  /** A download begins; its size is −1 if unknown. */
  default void started(URI source, long totalBytes) {}

  /** More bytes have arrived since the last call. */
  default void advanced(long bytes) {}

  /** The download has ended, successfully or not. Called once for each start. */
  default void finished() {}
}
