package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of several parts of the images to train on. Parts differ in size by at most one image. A
 * network that trains without a part cannot have memorized its images. Stratified parts also differ
 * by at most one image of each class, so every network sees each class that has two images or more.
 *
 * @param part from 1
 * @param parts at least 2
 */
public record Fold(int part, int parts) {

  /** How the parts are drawn. */
  public enum By implements Choice {
    /** Stratified: each part has as many images of each class, to within one. */
    LABEL,

    /** Whatever the labels. */
    CHANCE
  }

  private static final Pattern TEXT = Pattern.compile("(\\d{1,8})/(\\d{1,8})");

  /** Throws IllegalArgumentException unless 1 ≤ part ≤ parts and parts ≥ 2. */
  public Fold {
    if (part < 1 || parts < 2 || part > parts) {
      throw new IllegalArgumentException("no part %d of %d".formatted(part, parts));
    }
  }

  /**
   * Parses {@code 2/5}, the second of five.
   *
   * @throws IllegalArgumentException if the text is not of that form, or there is no such part
   */
  public static Fold parse(String text) {
    Matcher numbers = TEXT.matcher(text);
    if (!numbers.matches()) {
      throw new IllegalArgumentException("no part: " + text);
    }
    return new Fold(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
  }

  /** The format of {@link #parse}. */
  public String text() {
    return part + "/" + parts;
  }

  /**
   * The images of this part, in the order given. Each image is in one part. The seed and the set of
   * ids decide in which; the order of the ids does not matter.
   *
   * @param ids all images to train on
   * @param strata the label of every image of the set, by id, if parts are stratified; else null
   * @throws BadInputException if there are fewer images than parts
   */
  public int[] heldOut(int[] ids, int @Nullable [] strata, long seed) {
    return select(ids, strata, seed, true);
  }

  /** The images of all other parts, in the order given; the rest as in {@link #heldOut}. */
  public int[] trained(int[] ids, int @Nullable [] strata, long seed) {
    return select(ids, strata, seed, false);
  }

  private int[] select(int[] ids, int @Nullable [] strata, long seed, boolean own) {
    if (ids.length < parts) {
      throw new BadInputException(
          "%d parts of %d training images: use fewer parts".formatted(parts, ids.length));
    }
    int[] shuffled = ids.clone();
    Arrays.sort(shuffled);
    new SplitMix64(SplitMix64.Purpose.FOLD, seed, ids.length, parts).shuffle(shuffled);
    if (strata != null) {
      shuffled =
          Arrays.stream(shuffled)
              .boxed()
              .sorted(Comparator.comparingInt(id -> strata[id])) // stable: shuffled within a class
              .mapToInt(Integer::intValue)
              .toArray();
    }
    BitSet held = new BitSet();
    for (int place = part - 1; place < shuffled.length; place += parts) {
      held.set(shuffled[place]);
    }
    return Arrays.stream(ids).filter(id -> held.get(id) == own).toArray();
  }
}
