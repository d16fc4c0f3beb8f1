package dev.softgate.data;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A data set to load, and its sources.
 *
 * @param dataset {@code cifar10}, {@code cifar100}, {@code synthetic}, {@code folder:DIR}, {@code
 *     list:FILE.csv} or {@code idx:DIR}
 * @param dataDir for CIFAR: the unpacked folder, its parent, a {@code .tar.gz}, or the folder that
 *     holds one or receives the download; ignored for other sets
 * @param dataUrl an archive to download instead of the official one, if {@code dataDir} has none:
 *     {@code http}, {@code https} or {@code file}; a fragment {@code #sha256=HEX} is checked
 * @param seed the seed of the {@code synthetic} set
 * @param limits the limits of a run: other images of {@code folder:DIR} are not decoded; null for
 *     all images
 * @param decoding how image files become images of one size
 */
public record DatasetRequest(
    String dataset,
    Path dataDir,
    @Nullable URI dataUrl,
    long seed,
    @Nullable Limits limits,
    Decoding decoding) {

  /** The same without limits. */
  public DatasetRequest unlimited() {
    return new DatasetRequest(dataset, dataDir, dataUrl, seed, null, decoding);
  }

  /** The same, with image files decoded in another way. */
  public DatasetRequest decoded(Decoding other) {
    return new DatasetRequest(dataset, dataDir, dataUrl, seed, limits, other);
  }

  public DatasetRequest(
      String dataset, Path dataDir, @Nullable URI dataUrl, long seed, @Nullable Limits limits) {
    this(dataset, dataDir, dataUrl, seed, limits, Decoding.DEFAULT);
  }

  /** The same, decoded by this number of threads; 0 for all cores. */
  public DatasetRequest decodedBy(int threads) {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    return decoded(decoding.withThreads(count));
  }

  public DatasetRequest(String dataset, Path dataDir, @Nullable URI dataUrl, long seed) {
    this(dataset, dataDir, dataUrl, seed, null);
  }
}
