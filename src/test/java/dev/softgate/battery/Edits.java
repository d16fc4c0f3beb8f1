package dev.softgate.battery;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Seeded changes to a file's bytes, or to the words and numbers in its text. */
public final class Edits {

  private static final int MOST_SPLICED = 200;

  /** Replacement values: limits, other types, values from other formats. */
  static final List<String> HOSTILE =
      List.of(
          "-1",
          "0",
          "1",
          "2147483647",
          "2147483648",
          "-2147483648",
          "9223372036854775807",
          "4611686018427387904",
          "100000000",
          "99999999999999999999999",
          "1e308",
          "1e999",
          "-0.0",
          "1e-320",
          "0.5",
          "NaN",
          "Infinity",
          "-Infinity",
          "null",
          "true",
          "[]",
          "{}",
          "[null]",
          "[1,2,3]",
          "\"\"",
          "\"x\"",
          "none",
          "auto",
          "\u0130",
          "\u0000",
          "../../x",
          "x".repeat(3000),
          "[".repeat(2000));

  private static final Pattern VALUE =
      Pattern.compile("-?\\d[\\d.eE+-]*|\"[^\"]*\"|\\b(?:true|false|null|[A-Za-z][\\w-]*)\\b|\\S+");

  private Edits() {}

  /** Flips bits, and sets, cuts, doubles or moves bytes. */
  public static byte[] bytes(byte[] whole, Random random) {
    byte[] edited = whole.clone();
    if (random.nextInt(5) == 0) {
      edited = Arrays.copyOf(edited, random.nextInt(edited.length + 1));
    } else if (random.nextInt(8) == 0) {
      edited = Arrays.copyOf(edited, edited.length + 1 + random.nextInt(MOST_SPLICED));
    }
    for (int edits = random.nextInt(4); edits >= 0 && edited.length > 0; edits--) {
      // Headers and directories are at the ends, and are short compared with the rest.
      int near = Math.min(edited.length, 1024);
      int at =
          switch (random.nextInt(3)) {
            case 0 -> random.nextInt(near);
            case 1 -> edited.length - 1 - random.nextInt(near);
            default -> random.nextInt(edited.length);
          };
      switch (random.nextInt(4)) {
        case 0 -> edited[at] = (byte) random.nextInt(256);
        case 1 -> edited[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> edited[at] = new byte[] {0, -1, 127, -128, '\n', '"', ','}[random.nextInt(7)];
        default -> {
          int from = random.nextInt(edited.length);
          int length = Math.min(random.nextInt(MOST_SPLICED), edited.length - Math.max(at, from));
          System.arraycopy(edited, from, edited, at, length);
        }
      }
    }
    return edited;
  }

  /** Replaces one or two values by others, or doubles, drops or moves a line. */
  static String text(String whole, Random random) {
    String edited = whole;
    for (int edits = random.nextInt(2); edits >= 0; edits--) {
      edited = random.nextInt(5) == 0 ? lines(edited, random) : value(edited, random);
    }
    return edited;
  }

  /** Applies the same changes to a file's bytes. */
  public static byte[] textBytes(byte[] whole, Random random) {
    return text(new String(whole, StandardCharsets.UTF_8), random).getBytes(StandardCharsets.UTF_8);
  }

  static String hostile(Random random) {
    return HOSTILE.get(random.nextInt(HOSTILE.size()));
  }

  private static String value(String text, Random random) {
    List<MatchResult> values = VALUE.matcher(text).results().toList();
    if (values.isEmpty()) {
      return hostile(random);
    }
    MatchResult at = values.get(random.nextInt(values.size()));
    return text.substring(0, at.start()) + hostile(random) + text.substring(at.end());
  }

  private static String lines(String text, Random random) {
    String[] lines = text.split("(?<=[\n,])", -1);
    int at = random.nextInt(lines.length);
    int other = random.nextInt(lines.length);
    switch (random.nextInt(3)) {
      case 0 -> lines[at] = "";
      case 1 -> lines[at] += lines[other];
      default -> {
        String moved = lines[at];
        lines[at] = lines[other];
        lines[other] = moved;
      }
    }
    return String.join("", lines);
  }
}
