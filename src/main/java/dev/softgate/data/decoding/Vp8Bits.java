package dev.softgate.data.decoding;

/** The boolean entropy decoder of VP8 (RFC 6386, section 7). Beyond the end it reads zeros. */
final class Vp8Bits {

  private final byte[] data;
  private final int end;
  private int at;
  private int value;
  private int range = 255;
  private int shifted;

  Vp8Bits(byte[] data, int from, int end) {
    this.data = data;
    this.end = Math.min(end, data.length);
    at = from;
    value = next() << 8 | next();
  }

  private int next() {
    int position = at++;
    return position < end ? data[position] & 0xFF : 0;
  }

  /** Whether far more bytes were read than there are. */
  boolean ranOut() {
    return at > end + 4;
  }

  /** A bit that is 0 with probability {@code probability}/256. */
  int bit(int probability) {
    int split = 1 + (((range - 1) * probability) >> 8);
    int bit = 0;
    if (value >= split << 8) {
      bit = 1;
      range -= split;
      value -= split << 8;
    } else {
      range = split;
    }
    while (range < 128) {
      value <<= 1;
      range <<= 1;
      if (++shifted == 8) {
        shifted = 0;
        value |= next();
      }
    }
    return bit;
  }

  boolean flag() {
    return bit(128) == 1;
  }

  int literal(int bits) {
    int value = 0;
    for (int i = 0; i < bits; i++) {
      value = value << 1 | bit(128);
    }
    return value;
  }

  int signed(int bits) {
    int magnitude = literal(bits);
    return flag() ? -magnitude : magnitude;
  }

  /** A flag, and a signed number if the flag is set; else 0. */
  int optional(int bits) {
    return flag() ? signed(bits) : 0;
  }

  /** A leaf of a tree: a positive entry is the index of another pair, any other a negated leaf. */
  int tree(int[] tree, int[] probabilities) {
    int node = 0;
    do {
      node = tree[node + bit(probabilities[node >> 1])];
    } while (node > 0);
    return -node;
  }
}
