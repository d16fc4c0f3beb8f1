package dev.softgate.experiment;

import dev.softgate.interop.AtomicFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the network made of each image of a set: {@code gates-test.csv}, with the columns {@value
 * #HEADER}; {@code correct} is 1 or 0. Numbers are written so that reading gives back the same
 * bits; without a gate the last two columns are empty.
 */
public final class GatesTable {

  static final String HEADER = "id,label,predicted,correct,entropy,g";

  private GatesTable() {}

  /**
   * Writes the table in the place of {@code file}, whole or not at all. The arrays have one element
   * an image, all in the same order.
   *
   * @param ids of the images in their set
   * @param labels class ids
   * @param predicted the most probable class ids
   * @param entropy of the gate classifier's softmax, in nats; null without a gate
   * @param g in (0, 1); null without a gate
   * @throws IllegalArgumentException if the arrays differ in length
   * @throws java.io.UncheckedIOException if writing fails
   */
  public static void write(
      Path file,
      int[] ids,
      int[] labels,
      int[] predicted,
      float @Nullable [] entropy,
      float @Nullable [] g) {
    int images = ids.length;
    if (labels.length != images
        || predicted.length != images
        || (entropy != null && entropy.length != images)
        || (g != null && g.length != images)) {
      throw new IllegalArgumentException("the columns of " + file + " differ in length");
    }
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (int i = 0; i < images; i++) {
      text.append(ids[i]).append(',').append(labels[i]).append(',').append(predicted[i]);
      text.append(',').append(labels[i] == predicted[i] ? 1 : 0);
      text.append(',').append(entropy == null ? "" : Float.toString(entropy[i]));
      text.append(',').append(g == null ? "" : Float.toString(g[i])).append('\n');
    }
    AtomicFiles.writeString(file, text.toString());
  }
}
