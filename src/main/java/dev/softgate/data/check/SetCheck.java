package dev.softgate.data.check;

import dev.softgate.Progress;
import dev.softgate.data.ParallelWork;
import dev.softgate.data.check.CheckedSet.Content;
import dev.softgate.data.decoding.ImageDecoder.Size;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
      String format, @Nullable Fingerprint file, Fingerprint pixels, ImageMeasures measures) {

    private static Inspected of(Content content) {
      Size size = content.size();
      byte[] header =
          ByteBuffer.allocate(2 * Integer.BYTES).putInt(size.height()).putInt(size.width()).array();
      return new Inspected(
          content.format(),
          content.file(),
          Fingerprint.of(header, content.planes()),
          ImageMeasures.of(size, content.planes()));
    }
  }

  /**
   * Checks a set, with as many threads as there are processors.
   *
   * @param neighbors what a network finds similar; null without a network
   * @param progress is told how many images are done
   */
  public static SetReport run(
      CheckedSet set, @Nullable FeatureNeighbors neighbors, Progress progress) {
    List<ParallelWork.Outcome<Inspected>> outcomes = new ArrayList<>(set.count());
    new ParallelWork(Runtime.getRuntime().availableProcessors(), progress)
        .<Integer, Inspected>forEach(
            "checking",
            IntStream.range(0, set.count()).boxed().toList(),
            id -> set.read(id, Inspected::of),
            (id, outcome) -> outcomes.add(outcome));
    return new Findings(set, outcomes, neighbors).report();
  }
}
