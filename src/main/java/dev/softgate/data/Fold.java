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
 * One of several parts of equal size, to within one, of the images to train on. A network that has
 * trained without it predicts of these images what it has not learned by heart. Stratified parts
 * have as many images of each class, to within one, so that no network lacks a class that has at
 * least two images.
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

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there is no such part
   */
  public Fold {
    if (part < 1 || parts < 2 || part > parts) {
      throw new IllegalArgumentException("no part %d of %d".formatted(part, parts));
    }
  }

  /**
   * Reads {@code 2/5}, the second of five.
   *
   * @throws IllegalArgumentException if it is no such text
   */
  public static Fold parse(String text) {
    Matcher numbers = TEXT.matcher(text);
    if (!numbers.matches()) {
      throw new IllegalArgumentException("no part: " + text);
    }
    return new Fold(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return part + "/" + parts;
  }

  /**
   * The images of this part, in the order given. Each image is in one part, which depends on {@code
   * seed} and on which images there are, not on their order.
   *
   * @param ids of all images to train on
   * @param strata the label of every image of the set, looked up by id, where parts are stratified;
   *     null where they are not
   * @throws BadInputException if they are fewer than parts
   */
  public int[] heldOut(int[] ids, int @Nullable [] strata, long seed) {
    return select(ids, strata, seed, true);
  }

  /**
   * All images but those of this part, in the order given.
   *
   * @param ids of all images to train on
   * @param strata as in {@link #heldOut}
   * @throws BadInputException if they are fewer than parts
   */
  public int[] trained(int[] ids, int @Nullable [] strata, long seed) {
    return select(ids, strata, seed, false);
  }

  private int[] select(int[] ids, int @Nullable [] strata, long seed, boolean own) {
    if (ids.length < parts) {
      throw new BadInputException(
          "%d parts of %d training images: take fewer parts".formatted(parts, ids.length));
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
