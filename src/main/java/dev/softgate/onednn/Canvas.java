package dev.softgate.onednn;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How many images lie side by side, a column of zeros behind each, where the gradient of the
 * weights of a stage's 3×3 convolutions of stride 1 is computed. Beyond an image's border its
 * neighbour's zeros stand where padding would, so the sums have the same terms, in another order; a
 * primitive that takes a row of pixels at a time finds longer rows.
 *
 * @param imagesByWidth maps that are as wide as a key, in pixels, or less, but wider than the key
 *     before it, lie that many side by side; wider ones by themselves
 */
public record Canvas(NavigableMap<Integer, Integer> imagesByWidth) {

  /** Every image by itself. */
  public static final Canvas NONE = new Canvas(new TreeMap<>());

  /** Of the text of {@link #NONE}. */
  private static final String NONE_TEXT = "none";

  private static final Pattern ENTRY = Pattern.compile(" *([1-9]\\d{0,3})=([1-9]\\d?) *");
  private static final int MOST_IMAGES = 64;

  /** Copies {@code imagesByWidth}. */
  public Canvas {
    imagesByWidth = Collections.unmodifiableNavigableMap(new TreeMap<>(imagesByWidth));
  }

  /**
   * The canvas that {@link #text} wrote: {@code none}, or widths and numbers such as {@code
   * 8=8,16=4}.
   *
   * @throws IllegalArgumentException if the text is no such list, or a number out of range
   */
  public static Canvas parse(String text) {
    NavigableMap<Integer, Integer> images = new TreeMap<>();
    if (!text.equals(NONE_TEXT)) {
      for (String entry : text.split(",", -1)) {
        Matcher matcher = ENTRY.matcher(entry);
        if (!matcher.matches()) {
          throw new IllegalArgumentException("not WIDTH=IMAGES: " + entry);
        }
        int count = Integer.parseInt(matcher.group(2));
        if (count > MOST_IMAGES || images.put(Integer.valueOf(matcher.group(1)), count) != null) {
          throw new IllegalArgumentException("too many images, or a width twice: " + entry);
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
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(","));
  }

  /**
   * How many of {@code images} lie side by side, at most as many as this says, in as few rows as
   * that takes, all but the last equally full: 1 where each is by itself.
   */
  int sideBySide(ConvolutionShape shape, int images) {
    Map.Entry<Integer, Integer> fitting = imagesByWidth.ceilingEntry(shape.width());
    if (fitting == null
        || shape.kernel() != 3
        || shape.stride() != 1
        || shape.in() != shape.out()) { // the stem is another matter, which nobody has timed
      return 1;
    }
    int rows = (images + fitting.getValue() - 1) / fitting.getValue();
    return (images + rows - 1) / rows;
  }
}
