package dev.softgate.data;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which data set is wanted, and where it may come from.
 *
 * @param dataset {@code cifar10}, {@code cifar100}, {@code synthetic} or {@code folder:DIR}
 * @param dataDir for CIFAR: the unpacked folder, its parent, a {@code .tar.gz}, or the folder that
 *     holds one or is to receive the download; not looked at for the others
 * @param dataUrl an archive to download in place of the official one when {@code dataDir} has none:
 *     {@code http}, {@code https} or {@code file}; a fragment {@code #sha256=HEX} is checked
 * @param seed of the {@code synthetic} set; not looked at for the others
 * @param limits a run's; only the images of {@code folder:DIR} that it looks at are decoded; null
 *     for all
 */
public record DatasetRequest(
    String dataset, Path dataDir, @Nullable URI dataUrl, long seed, @Nullable Limits limits) {

  /** A request for all images. */
  public DatasetRequest(String dataset, Path dataDir, @Nullable URI dataUrl, long seed) {
    this(dataset, dataDir, dataUrl, seed, null);
  }
}
