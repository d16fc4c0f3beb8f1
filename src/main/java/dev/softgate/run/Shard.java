package dev.softgate.run;

import dev.softgate.BadInputException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A share of work: the items that one of {@code count} processes does without speaking to the
 * others.
 *
 * <p>Which items these are depends on nothing but the two numbers. Items, or blocks of them, are
 * dealt out in turn, so that shards take about equally long where the cost changes along the list.
 *
 * @param index this process, from 0
 * @param count all processes, at least 1
 */
public record Shard(int index, int count) {

  /** The only shard: all items. */
  public static final Shard WHOLE = new Shard(0, 1);

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})/(\\d{1,9})");
  private static final String SLURM_ID = "SLURM_ARRAY_TASK_ID";
  private static final String SLURM_MIN = "SLURM_ARRAY_TASK_MIN";
  private static final String SLURM_MAX = "SLURM_ARRAY_TASK_MAX";
  private static final String SLURM_STEP = "SLURM_ARRAY_TASK_STEP";
  private static final String SLURM_COUNT = "SLURM_ARRAY_TASK_COUNT";
  private static final String KUBERNETES_INDEX = "JOB_COMPLETION_INDEX";

  /** Throws IllegalArgumentException unless 0 ≤ index &lt; count. */
  public Shard {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException("no shard %d of %d".formatted(index, count));
    }
  }

  /**
   * Reads a shard's usual form.
   *
   * @param text {@code i/n}, with i from 0 to n − 1
   * @throws BadInputException on anything else
   */
  public static Shard parse(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      int index = Integer.parseInt(form.group(1));
      int count = Integer.parseInt(form.group(2));
      if (index < count) {
        return new Shard(index, count);
      }
    }
    throw new BadInputException(
        "{shard}: must be i/n with i from 0 to n - 1, such as 0/4 for the first of 4, found '%s'",
        text);
  }

  /**
   * The shard that the options and the environment ask for, the first complete set of: {@code
   * shard}; a Slurm array's {@code SLURM_ARRAY_TASK_ID}, {@code _MIN} and {@code _COUNT}, with
   * {@code _STEP} and {@code _MAX} where set; {@code JOB_COMPLETION_INDEX} of a Kubernetes job with
   * {@code shards}.
   *
   * @param shard {@code i/n}; null if not given
   * @param shards n, where the environment has i; null if not given
   * @param environment the environment variables
   * @return null if nothing asks for a shard
   * @throws BadInputException if a set is incomplete, or its numbers do not fit together
   */
  public static @Nullable Shard of(
      @Nullable String shard, @Nullable Integer shards, Map<String, String> environment) {
    if (shards != null && shards < 1) {
      throw new BadInputException("{shards}: must be at least 1, found %d", shards);
    }
    if (shard != null) {
      if (shards != null) {
        throw new BadInputException(
            "{shards}: --shard %s has the number of shards; give only one of the two", shard);
      }
      return parse(shard);
    }
    Shard slurm = ofSlurm(environment);
    if (slurm != null) {
      if (shards != null && slurm.count != shards) {
        throw new BadInputException(
            "{shards} %d: the Slurm array has %d tasks; omit the option, or submit an array of %d",
            shards, slurm.count, shards);
      }
      return slurm;
    }
    String index = environment.get(KUBERNETES_INDEX);
    if (index == null && shards == null) {
      return null;
    }
    if (index == null) {
      throw new BadInputException(
          "{shards} %d: neither %s nor a Slurm array says which shard this is; specify --shard"
              + " i/%d",
          shards, KUBERNETES_INDEX, shards);
    }
    if (shards == null) {
      throw new BadInputException(
          "%s is set, but not the number of shards; specify --shards with the job's completions, or"
              + " --shard 0/1 for everything",
          KUBERNETES_INDEX);
    }
    int completion = number(KUBERNETES_INDEX, index);
    if (completion >= shards) {
      throw new BadInputException(
          "%s: must be below --shards %d, found %d", KUBERNETES_INDEX, shards, completion);
    }
    return new Shard(completion, shards);
  }

  private static @Nullable Shard ofSlurm(Map<String, String> environment) {
    if (!environment.containsKey(SLURM_ID)
        && !environment.containsKey(SLURM_MIN)
        && !environment.containsKey(SLURM_COUNT)) {
      return null;
    }
    int id = slurm(environment, SLURM_ID);
    int least = slurm(environment, SLURM_MIN);
    int count = slurm(environment, SLURM_COUNT);
    int step = environment.containsKey(SLURM_STEP) ? slurm(environment, SLURM_STEP) : 1;
    int most = environment.containsKey(SLURM_MAX) ? slurm(environment, SLURM_MAX) : id;
    boolean whole =
        !environment.containsKey(SLURM_MAX) || most == least + (count - 1L) * Math.max(1, step);
    if (count < 1
        || step < 1
        || id < least
        || (id - least) % step != 0
        || (id - least) / step >= count
        || !whole) {
      throw new BadInputException(
          "the Slurm array of task %d is not a range of %d tasks from %d in steps of %d; submit"
              + " one, such as --array=0-%d, or specify --shard",
          id, count, least, step, Math.max(0, count - 1));
    }
    return new Shard((id - least) / step, count);
  }

  private static int slurm(Map<String, String> environment, String variable) {
    String text = environment.get(variable);
    if (text == null) {
      throw new BadInputException(
          "%s is not set, but other variables of a Slurm array are; set %s, %s and %s, or specify"
              + " --shard",
          variable, SLURM_ID, SLURM_MIN, SLURM_COUNT);
    }
    return number(variable, text);
  }

  private static int number(String variable, String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new BadInputException("%s: must be a whole number, found '%s'", variable, text);
    }
    return Integer.parseInt(text);
  }

  /** Whether an item belongs to this shard: items 0, 1, 2 … are dealt out in turn. */
  public boolean owns(long item) {
    return item % count == index;
  }

  /** How many of a number of items belong to this shard. */
  public int count(int items) {
    return (int) (Math.max(0L, (long) items - index + count - 1) / count);
  }

  /**
   * This shard's items where whole blocks are dealt out in turn, in ascending order.
   *
   * @param items how many items there are in all shards
   * @param block how many consecutive items stay together; the last block may be shorter
   */
  public int[] items(int items, int block) {
    return IntStream.range(0, items).filter(item -> owns(item / block)).toArray();
  }

  /** The usual form, {@code i/n}. */
  @Override
  public String toString() {
    return index + "/" + count;
  }
}
