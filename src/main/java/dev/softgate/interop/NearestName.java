package dev.softgate.interop;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the known name that a misspelled one probably means. */
public final class NearestName {

  private static final int TYPO_DISTANCE = 3;

  private NearestName() {}

  /**
   * The candidate with the smallest edit distance (Levenshtein, without regard to case), the first
   * of several.
   *
   * @return null if more than three characters, or more than half of the name, would change
   */
  public static @Nullable String of(String name, Iterable<String> candidates) {
    String nearest = null;
    int least = Math.min(TYPO_DISTANCE, Math.max(1, name.length() / 2)) + 1;
    for (String candidate : candidates) {
      int distance =
          editDistance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
