package dev.softgate.data.check;

import dev.softgate.BadInputException;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.check.CheckedSet.Content;
import dev.softgate.data.decoding.ImageDecoder.Size;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The pass over a set: each image is decoded once, measured and forgotten. */
public final class SetCheck {

  private SetCheck() {}

  /**
   * What the pass keeps of an image.
   *
   * @param format the file's format
   * @param file fingerprint of the file's bytes; null where it has no file
   * @param pixels fingerprint of the size and the pixels
   */
  record Inspected(
      String format, @Nullable Fingerprint file, Fingerprint pixels, ImageMeasures measures) {}

  /** An image that was inspected, or the reason why it could not be read. */
  record Outcome(@Nullable Inspected inspected, @Nullable String reason) {}

  /**
   * Checks a set, with as many threads as there are processors.
   *
   * @param neighbors what a network finds similar; null without a network
   * @param listener is told how many images are done, by one thread at a time
   */
  public static SetReport run(
      CheckedSet set, @Nullable FeatureNeighbors neighbors, DownloadListener listener) {
    Outcome[] outcomes = new Outcome[set.count()];
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, outcomes.length)
        .parallel()
        .forEach(
            id -> {
              outcomes[id] = inspect(set, id);
              synchronized (done) {
                listener.progressed("checking", done.incrementAndGet(), outcomes.length);
              }
            });
    return new Findings(set, outcomes, neighbors).report();
  }

  private static Outcome inspect(CheckedSet set, int id) {
    try {
      Content content = set.read(id);
      Size size = content.size();
      byte[] header =
          ByteBuffer.allocate(2 * Integer.BYTES).putInt(size.height()).putInt(size.width()).array();
      return new Outcome(
          new Inspected(
              content.format(),
              content.file(),
              Fingerprint.of(header, content.planes()),
              ImageMeasures.of(size, content.planes())),
          null);
    } catch (BadInputException e) {
      return new Outcome(null, e.getMessage());
    }
  }
}
