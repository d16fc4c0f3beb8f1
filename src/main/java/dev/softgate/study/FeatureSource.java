package dev.softgate.study;

import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Resize;
import dev.softgate.run.FeatureNetwork;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --features} names: a network that computes features, or a file that has them.
 *
 * @param network null for a file
 * @param stored null for a network
 */
record FeatureSource(@Nullable FeatureNetwork network, @Nullable StoredFeatures stored)
    implements AutoCloseable {

  /**
   * Opens a source.
   *
   * @param named a file, a run, a checkpoint or {@code built-in}; null for that too
   * @throws dev.softgate.BadInputException if there is no such thing, or it is damaged
   */
  static FeatureSource open(@Nullable Path named) {
    return named != null && StoredFeatures.isStored(named)
        ? new FeatureSource(null, StoredFeatures.open(named))
        : new FeatureSource(FeatureNetwork.open(named), null);
  }

  /** The network; IllegalStateException of a file. */
  FeatureNetwork requireNetwork() {
    if (network == null) {
      throw new IllegalStateException(name() + " is no network");
    }
    return network;
  }

  private StoredFeatures file() {
    return Objects.requireNonNull(stored);
  }

  /** The path of the network or of the file; {@code built-in} for the built-in network. */
  String name() {
    return network == null ? file().name() : network.name();
  }

  /** The hash of that file. */
  String sha256() {
    return network == null ? file().sha256() : network.sha256();
  }

  /** The number of views of an image, where a network is asked for images resized in this way. */
  int views(Resize asked) {
    return network == null ? file().views() : asked.views();
  }

  /** The number C of features of a view. */
  int dimensions() {
    return network == null
        ? file().dimensions() / file().views()
        : network.checkpoint().spec().features();
  }

  /** How the network's training images were resized; of no meaning for a file. */
  Resize ownResize() {
    return network == null ? Resize.CROP : network.checkpoint().config().data().resize();
  }

  /** The request for images as the network takes them. */
  DatasetRequest images(DatasetRequest asked, Resize resize) {
    if (network == null) {
      return asked.decoded(file().decoding(asked.decoding()));
    }
    Checkpoint.DataFacts data = network.checkpoint().data();
    return asked.decoded(
        asked.decoding().sized(resize.views() * data.height(), data.width(), resize));
  }

  /** Whether the network was trained on this set; null if it cannot be known. */
  @Nullable Boolean saw(Dataset dataset) {
    String name =
        network == null ? file().trainedOn() : network.checkpoint().config().data().dataset();
    String sha256 =
        network == null ? file().trainedOnSha256() : network.checkpoint().data().dataSha256();
    if (sha256 != null) {
      return sha256.equals(dataset.sha256());
    }
    boolean unknown = name == null || name.equals(dataset.name());
    return unknown ? null : Boolean.FALSE;
  }

  @Override
  public void close() {
    if (stored != null) {
      stored.close();
    }
  }
}
