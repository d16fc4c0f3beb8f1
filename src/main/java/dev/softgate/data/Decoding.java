package dev.softgate.data;

import dev.softgate.data.decoding.ImageDecoder.Size;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the files of a set become images of one size.
 *
 * @param imageSize {@value #AUTO}, {@value #OWN}, N for N×N pixels, or W×H as {@code 48x32}
 * @param skipBad whether files that cannot be read are left out; otherwise they are an error
 * @param cacheDir the folder of the {@link PixelCache}, {@value #AUTO} for the user's, or {@value
 *     #NONE}
 * @param threads how many images are decoded at once, from 1
 */
public record Decoding(
    String imageSize, Resize resize, boolean skipBad, String cacheDir, int threads) {

  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4})(?:x([1-9]\\d{0,4}))?");

  /**
   * The images' own size if they have one size of at most 64 pixels a side; else 32 or 64, by the
   * median of their shorter sides.
   */
  public static final String AUTO = "auto";

  /** The images' own size, which must be one. */
  public static final String OWN = "own";

  /** No cache. */
  public static final String NONE = "none";

  /** Without a configuration: the defaults of the settings, and no cache. */
  public static final Decoding DEFAULT = new Decoding(AUTO, Resize.CROP, false, NONE, 2);

  private static final int MAX_SIDE = 1024;

  /** Throws IllegalArgumentException unless the size is one and there is a thread. */
  public Decoding {
    boolean known = isImageSize(imageSize) || SIZE.matcher(imageSize).matches();
    if (!known || threads < 1) {
      throw new IllegalArgumentException(imageSize + " pixels, " + threads + " threads");
    }
  }

  /** Whether {@link #imageSize} may be this text; networks of larger images have more. */
  public static boolean isImageSize(String text) {
    Matcher size = SIZE.matcher(text);
    return text.equals(AUTO)
        || text.equals(OWN)
        || (size.matches()
            && Integer.parseInt(size.group(1)) <= MAX_SIDE
            && (size.group(2) == null || Integer.parseInt(size.group(2)) <= MAX_SIDE));
  }

  /** The required size; null if the images decide. */
  @Nullable Size size() {
    return size(imageSize);
  }

  /** The size that {@link #imageSize} spells; null if the images decide. */
  public static @Nullable Size size(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      return null;
    }
    int width = Integer.parseInt(size.group(1));
    return new Size(size.group(2) == null ? width : Integer.parseInt(size.group(2)), width);
  }

  Decoding withThreads(int count) {
    return new Decoding(imageSize, resize, skipBad, cacheDir, count);
  }

  /** The same for a network of H×W pixels. */
  public Decoding sized(int height, int width, Resize how) {
    return new Decoding(imageSize(height, width), how, skipBad, cacheDir, threads);
  }

  /**
   * The same for a network whose images have a size, each with all views that the resizing makes.
   *
   * @param size as {@link #imageSize(int, int)} spells it; IllegalArgumentException otherwise
   */
  public Decoding sized(String size, Resize how) {
    Size pixels = size(size);
    if (pixels == null) {
      throw new IllegalArgumentException(size);
    }
    return sized(Math.multiplyExact(how.views(), pixels.height()), pixels.width(), how);
  }

  /**
   * A size as {@link #imageSize} spells it: {@code 32} or, where the sides differ, {@code 48x32}.
   */
  public static String imageSize(int height, int width) {
    return height == width ? Integer.toString(width) : width + "x" + height;
  }
}
