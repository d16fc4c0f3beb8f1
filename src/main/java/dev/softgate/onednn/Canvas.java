package dev.softgate.onednn;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How many images lie side by side, with a column of zeros after each, when the engine computes the
 * weight gradient of a stage's 3×3 convolutions with stride 1. The neighboring zeros replace the
 * padding at an image's border, so the sums have the same terms in another order. A primitive that
 * processes one row of pixels at a time gets longer rows.
 *
 * @param imagesByWidth the number of images side by side, by the largest map width (in pixels) that
 *     it applies to. A map uses the smallest key that is at least its width; wider maps are
 *     processed one image at a time.
 */
public record Canvas(NavigableMap<Integer, Integer> imagesByWidth) {

  /** Each image is processed separately. */
  public static final Canvas NONE = new Canvas(new TreeMap<>());

  private static final String NONE_TEXT = "none";

  private static final Pattern ENTRY = Pattern.compile(" *([1-9]\\d{0,3})=([1-9]\\d?) *");
  private static final int MOST_IMAGES = 64;

  public Canvas {
    imagesByWidth = Collections.unmodifiableNavigableMap(new TreeMap<>(imagesByWidth));
  }

  /**
   * Parses the text that {@link #text} writes: {@code none}, or pairs of width and count such as
   * {@code 8=8,16=4}.
   *
   * @throws IllegalArgumentException if the text is malformed or a number is out of range
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

  /** Returns the text form that {@link #parse} reads. */
  public String text() {
    return imagesByWidth.isEmpty()
        ? NONE_TEXT
        : imagesByWidth.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(","));
  }

  /**
   * Returns how many of {@code images} images lie side by side: 1 if each is processed separately.
   * The configured count is the maximum. The images fill as few rows as possible, and all rows but
   * the last are equally full.
   */
  int sideBySide(ConvolutionShape shape, int images) {
    Map.Entry<Integer, Integer> fitting = imagesByWidth.ceilingEntry(shape.width());
    if (fitting == null
        || shape.kernel() != 3
        || shape.stride() != 1
        || shape.in() != shape.out()) { // the stem has never been timed
      return 1;
    }
    int rows = (images + fitting.getValue() - 1) / fitting.getValue();
    return (images + rows - 1) / rows;
  }
}
