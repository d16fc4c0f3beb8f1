package dev.softgate.data;

import java.net.URI;

/** Watches a download: a progress bar is one. Calls come from the loading thread, in this order. */
public interface DownloadListener {

  /** Watches nothing. */
  DownloadListener NONE = new DownloadListener() {};

  /**
   * A download begins.
   *
   * @param source where it comes from
   * @param totalBytes its size as the source states it; −1 if it does not
   */
  default void started(URI source, long totalBytes) {}

  /**
   * More of it has arrived.
   *
   * @param bytes since the last call
   */
  default void advanced(long bytes) {}

  /** The download is over, whether it succeeded or not. Called once for each start. */
  default void finished() {}
}
