package dev.softgate.onednn;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many images lie side by side, a column of zeros behind each, where the gradient of a 3×3
 * convolution's weights is computed. Beyond an image's border its neighbour's zeros stand where
 * padding would, so the sums have the same terms, in another order; a primitive that takes a row of
 * pixels at a time finds longer rows.
 *
 * @param imagesByWidth maps that are as wide as a key, in pixels, or less, but wider than the key
 *     before it, lie that many side by side; wider ones by themselves
 */
public record Canvas(NavigableMap<Integer, Integer> imagesByWidth) {

  /** Every image by itself. */
  public static final Canvas NONE = new Canvas(new TreeMap<>());

  /** Of the text of {@link #NONE}. */
  private static final String NONE_TEXT = "none";

  private static final int MOST_IMAGES = 64;

  /** Copies {@code imagesByWidth}. */
  public Canvas {
    imagesByWidth = new TreeMap<>(imagesByWidth);
  }

  /**
   * The canvas that {@link #text} wrote: {@code none}, or widths and numbers such as {@code
   * 8:8,16:4}.
   *
   * @throws IllegalArgumentException if the text is no such list, or a number out of range
   */
  public static Canvas parse(String text) {
    NavigableMap<Integer, Integer> images = new TreeMap<>();
    if (!text.equals(NONE_TEXT)) {
      for (String entry : text.split(",", -1)) {
        if (!entry.matches("[1-9]\\d{0,3}:[1-9]\\d?")) {
          throw new IllegalArgumentException("not WIDTH:IMAGES: " + entry);
        }
        int colon = entry.indexOf(':');
        int width = Integer.parseInt(entry.substring(0, colon));
        int count = Integer.parseInt(entry.substring(colon + 1));
        if (count > MOST_IMAGES || images.put(width, count) != null) {
          throw new IllegalArgumentException("out of range, or twice: " + entry);
        }
      }
    }
    return new Canvas(images);
  }

  /** What {@link #parse} reads. */
  public String text() {
    return imagesByWidth.isEmpty()
        ? NONE_TEXT
        : imagesByWidth.entrySet().stream()
            .map(entry -> entry.getKey() + ":" + entry.getValue())
            .collect(Collectors.joining(","));
  }

  /**
   * How many of {@code images} lie side by side, in rows that are as full as each other but for the
   * last: 1 where each is by itself.
   */
  int sideBySide(ConvolutionShape shape, int images) {
    Map.Entry<Integer, Integer> fitting = imagesByWidth.ceilingEntry(shape.width());
    if (fitting == null || shape.kernel() != 3 || shape.stride() != 1) {
      return 1;
    }
    int rows = (images + fitting.getValue() - 1) / fitting.getValue();
    return (images + rows - 1) / rows;
  }
}
