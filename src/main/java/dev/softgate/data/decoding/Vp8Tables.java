package dev.softgate.data.decoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** The constants of VP8 (RFC 6386); the long ones are in {@code vp8.txt}. */
final class Vp8Tables {

  /** First of 11 probabilities: (type · 8 + band) · 3 + context (section 13.5). */
  static final int[] COEFFICIENTS;

  /** The probability that a coefficient's probability is updated (section 13.4). */
  static final int[] UPDATES;

  /** First of 9 probabilities of a small square's mode: above · 10 + left (section 11.5). */
  static final int[] SMALL_MODES;

  /** Steps of quantization (section 14.1). */
  static final int[] DC_STEPS;

  static final int[] AC_STEPS;

  static final int[] MODE_TREE = {-4, 2, 4, 6, 0, -1, -2, -3};
  static final int[] MODE_PROBABILITIES = {145, 156, 163, 128};
  static final int[] CHROMA_TREE = {0, 2, -1, 4, -2, -3};
  static final int[] CHROMA_PROBABILITIES = {142, 114, 183};
  static final int[] SMALL_TREE = {
    0, 2, -1, 4, -2, 6, 8, 12, -3, 10, -5, -6, -4, 14, -7, 16, -8, -9
  };
  static final int[] SEGMENT_TREE = {2, 4, 0, -1, -2, -3};
  static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
  static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  static final int[][] CATEGORIES = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  static {
    int[] all;
    try (InputStream in = Vp8Tables.class.getResourceAsStream("vp8.txt")) {
      String text =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      all = Arrays.stream(text.trim().split("\\s+")).mapToInt(Integer::parseInt).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    COEFFICIENTS = Arrays.copyOfRange(all, 0, 1056);
    UPDATES = Arrays.copyOfRange(all, 1056, 2112);
    SMALL_MODES = Arrays.copyOfRange(all, 2112, 3012);
    DC_STEPS = Arrays.copyOfRange(all, 3012, 3140);
    AC_STEPS = Arrays.copyOfRange(all, 3140, 3268);
  }

  private Vp8Tables() {}
}
