package dev.softgate.data.decoding;

import java.util.Arrays;

/** A plane of a VP8 frame; beyond its edges prediction takes 127 above, 129 on the left. */
final class Vp8Plane {

  final byte[] samples;
  final int stride;

  Vp8Plane(int width, int height) {
    stride = width + 1;
    samples = new byte[stride * (height + 1)];
    Arrays.fill(samples, 0, stride, (byte) 127);
    for (int y = 1; y <= height; y++) {
      samples[y * stride] = (byte) 129;
    }
  }

  /** The index of a sample in the array; x and y begin at −1. */
  int index(int x, int y) {
    return (y + 1) * stride + x + 1;
  }

  int get(int index) {
    return samples[index] & 0xFF;
  }

  void set(int index, int value) {
    samples[index] = (byte) Math.max(0, Math.min(255, value));
  }

  /** Adds the inverse transform of 4×4 coefficients (RFC 6386, section 14.3). */
  void addTransform(int index, int[] in, int from) {
    int[] columns = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = in[from + i] + in[from + 8 + i];
      int b = in[from + i] - in[from + 8 + i];
      int c = byRoot(in[from + 4 + i]) - byCosine(in[from + 12 + i]);
      int d = byCosine(in[from + 4 + i]) + byRoot(in[from + 12 + i]);
      columns[4 * i] = a + d;
      columns[4 * i + 1] = b + c;
      columns[4 * i + 2] = b - c;
      columns[4 * i + 3] = a - d;
    }
    for (int y = 0; y < 4; y++) {
      int a = columns[y] + 4 + columns[8 + y];
      int b = columns[y] + 4 - columns[8 + y];
      int c = byRoot(columns[4 + y]) - byCosine(columns[12 + y]);
      int d = byCosine(columns[4 + y]) + byRoot(columns[12 + y]);
      int at = index + y * stride;
      set(at, get(at) + ((a + d) >> 3));
      set(at + 1, get(at + 1) + ((b + c) >> 3));
      set(at + 2, get(at + 2) + ((b - c) >> 3));
      set(at + 3, get(at + 3) + ((a - d) >> 3));
    }
  }

  private static int byCosine(int value) {
    return ((value * 20091) >> 16) + value;
  }

  private static int byRoot(int value) {
    return (value * 35468) >> 16;
  }

  /** Predicts a square of a whole macroblock: 0 DC, 1 vertical, 2 horizontal, 3 TrueMotion. */
  void predict(int mode, int x, int y, int size) {
    int start = index(x, y);
    int corner = get(start - stride - 1);
    int flat = mode == 0 ? mean(start, size, y > 0, x > 0) : 0;
    for (int j = 0; j < size; j++) {
      int at = start + j * stride;
      int left = get(at - 1);
      for (int i = 0; i < size; i++) {
        int above = get(start - stride + i);
        int value =
            switch (mode) {
              case 0 -> flat;
              case 1 -> above;
              case 2 -> left;
              default -> left + above - corner;
            };
        set(at + i, value);
      }
    }
  }

  private int mean(int start, int size, boolean above, boolean left) {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (above ? get(start - stride + i) : 0) + (left ? get(start + i * stride - 1) : 0);
    }
    int count = size * ((above ? 1 : 0) + (left ? 1 : 0));
    return count == 0 ? 128 : (sum + count / 2) / count;
  }

  /** Predicts a square of 4×4 (RFC 6386, section 12.3); {@code right} lies above to the right. */
  void predictSmall(int mode, int index, int[] right) {
    int[] e = new int[13]; // left column upward, corner, row above, above right
    for (int i = 0; i < 4; i++) {
      e[3 - i] = get(index + i * stride - 1);
      e[5 + i] = get(index - stride + i);
      e[9 + i] = right[i];
    }
    e[4] = get(index - stride - 1);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        set(index + y * stride + x, small(mode, x, y, e));
      }
    }
  }

  private static int small(int mode, int x, int y, int[] e) {
    return switch (mode) {
      case 0 -> (e[0] + e[1] + e[2] + e[3] + e[5] + e[6] + e[7] + e[8] + 4) >> 3; // DC
      case 1 -> e[3 - y] + e[5 + x] - e[4]; // TrueMotion
      case 2 -> three(e, 5 + x); // vertical
      case 3 -> y == 3 ? threeAtEnd(e[1], e[0]) : three(e, 3 - y); // horizontal
      case 4 -> x + y == 6 ? threeAtEnd(e[11], e[12]) : three(e, 6 + x + y); // down left
      case 5 -> three(e, 4 + x - y); // down right
      case 6 -> verticalRight(2 * x - y, e);
      case 7 -> verticalLeft(x, y, e);
      case 8 -> horizontalDown(2 * y - x, e);
      default -> horizontalUp(x + 2 * y, e);
    };
  }

  private static int verticalRight(int steps, int[] e) {
    if (steps < -1) {
      return three(e, 5 + steps);
    }
    return steps % 2 == 0 ? two(e, 4 + steps / 2) : three(e, 4 + (steps + 1) / 2);
  }

  private static int verticalLeft(int x, int y, int[] e) {
    if (y == 3) {
      return three(e, x == 3 ? 11 : 7 + x);
    }
    if (x == 3 && y == 2) {
      return three(e, 10);
    }
    return y == 1 ? three(e, 6 + x) : two(e, 5 + x + y / 2);
  }

  private static int horizontalDown(int steps, int[] e) {
    if (steps < -1) {
      return three(e, 3 - steps);
    }
    return steps % 2 == 0 ? two(e, 3 - steps / 2) : three(e, 4 - (steps + 1) / 2);
  }

  private static int horizontalUp(int steps, int[] e) {
    if (steps >= 5) {
      return steps == 5 ? threeAtEnd(e[1], e[0]) : e[0];
    }
    return steps % 2 == 0 ? two(e, 2 - steps / 2) : three(e, 2 - steps / 2);
  }

  private static int threeAtEnd(int beside, int last) {
    return (beside + 3 * last + 2) >> 2;
  }

  private static int two(int[] e, int i) {
    return (e[i] + e[i + 1] + 1) >> 1;
  }

  private static int three(int[] e, int i) {
    return (e[i - 1] + 2 * e[i] + e[i + 1] + 2) >> 2;
  }
}
