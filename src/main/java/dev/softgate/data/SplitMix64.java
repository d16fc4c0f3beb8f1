package dev.softgate.data;

/**
 * Pseudo-random numbers that are a pure function of the words that name them: a purpose and three
 * words, such as a seed, an epoch and an image id. A draw for an image therefore depends on no
 * other image, no thread and no earlier draw.
 *
 * <p>Source: Steele, Lea and Flood, <i>Fast splittable pseudorandom number generators</i>, OOPSLA
 * 2014, with the mixing constants of its published code (David Stafford's variant 13).
 */
public final class SplitMix64 {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /** The use of a stream of numbers; streams of equal words but another purpose differ. */
  public enum Purpose {
    EPOCH_ORDER(1),
    AUGMENTATION(2),
    VALIDATION_SPLIT(3),
    SUBSET(4),
    SYNTHETIC_LAYOUT(5),
    SYNTHETIC_IMAGE(6),
    SKIP_SHARE(7),
    LABEL_NOISE(8),
    OWNED_CHANNELS(9),
    FOLD(10),
    RESIZED_CROP(11),
    MIXUP(13),
    COLOR_JITTER(14),
    FIRST_FLIP(15),
    CUT_OUT(16),
    ENSEMBLE_SUBSET(20),
    ENSEMBLE_SEED(21);

    /** Enters the hash: changing it changes what every seed gives. */
    private final long word;

    Purpose(long word) {
      this.word = word;
    }
  }

  private long state;

  public SplitMix64(Purpose purpose, long first, long second, long third) {
    state = hash(purpose, first, second, third);
  }

  /** 64 random bits, a function of the arguments alone. */
  static long hash(Purpose purpose, long first, long second, long third) {
    long hash = mix(purpose.word + GOLDEN_GAMMA);
    hash = mix((hash ^ first) + GOLDEN_GAMMA);
    hash = mix((hash ^ second) + GOLDEN_GAMMA);
    return mix((hash ^ third) + GOLDEN_GAMMA);
  }

  /** SplitMix64's output function, a bijection of 64-bit words. */
  static long mix(long word) {
    long mixed = (word ^ (word >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** The next integer in [0, bound); its bias is below bound / 2^32. */
  int below(int bound) {
    return scale(next() >>> 32, bound);
  }

  /** The next number in [0, 1), a multiple of 2^-53. */
  public double unit() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  /** Scales 32 random bits, a number in [0, 2^32), to [0, bound). */
  static int scale(long bits32, int bound) {
    return (int) ((bits32 * bound) >>> 32);
  }

  /** Shuffles the values in place (Fisher and Yates, from the last down). */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
