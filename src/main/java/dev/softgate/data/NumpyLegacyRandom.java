package dev.softgate.data;

/**
 * NumPy's legacy generator, {@code numpy.random.seed(seed)}: the 32-bit Mersenne Twister with
 * NumPy's seeding and bounded integers. It shuffled the published validation split, and {@link
 * Split#reference} repeats that.
 *
 * <p>Source: Matsumoto and Nishimura, <i>Mersenne Twister</i>, ACM TOMACS 8(1), 1998 (MT19937,
 * {@code init_genrand}); NumPy's documented {@code RandomState} stream, which is frozen.
 */
final class NumpyLegacyRandom {

  private static final int LENGTH = 624;
  private static final int MIDDLE = 397;
  private static final int TWIST = 0x9908B0DF;
  private static final int UPPER_BIT = 0x80000000;
  private static final int LOWER_BITS = 0x7FFFFFFF;

  private final int[] state = new int[LENGTH];
  private int position = LENGTH;

  /** Seeds as {@code numpy.random.seed} does with an unsigned 32-bit integer. */
  NumpyLegacyRandom(int seed) {
    state[0] = seed;
    for (int i = 1; i < LENGTH; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  int next32() {
    if (position == LENGTH) {
      refill();
    }
    int bits = state[position++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9D2C5680;
    bits ^= (bits << 15) & 0xEFC60000;
    return bits ^ (bits >>> 18);
  }

  /**
   * The next integer in [0, max], both included: bits are masked to the length of max and drawn
   * again while they exceed it. Draws nothing if max is 0.
   */
  int interval(int max) {
    if (max == 0) {
      return 0;
    }
    int mask = -1 >>> Integer.numberOfLeadingZeros(max);
    int value;
    do {
      value = next32() & mask;
    } while (value > max);
    return value;
  }

  /** Shuffles the values in place, as {@code numpy.random.shuffle} does. */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = interval(i);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  private void refill() {
    for (int i = 0; i < LENGTH; i++) {
      int joined = (state[i] & UPPER_BIT) | (state[(i + 1) % LENGTH] & LOWER_BITS);
      int twisted = (joined >>> 1) ^ ((joined & 1) == 0 ? 0 : TWIST);
      state[i] = state[(i + MIDDLE) % LENGTH] ^ twisted;
    }
    position = 0;
  }
}
