package dev.softgate.data.decoding;

import java.util.ArrayList;
import java.util.List;

/** VP8's loop filter, applied to a whole predicted frame (RFC 6386, section 15). */
final class Vp8Filter {

  private boolean simple;
  private int level;
  private int sharpness;
  private int delta;
  private int smallDelta;
  private int[] strengths = new int[0];
  private boolean absolute;
  private final List<Strength> macroblocks = new ArrayList<>();

  /** How a macroblock is filtered; {@code inner} includes the edges within it. */
  private record Strength(int limit, int interior, int edge, boolean inner) {}

  void read(Vp8Bits bits, int[] strengths, boolean absolute) {
    this.strengths = strengths;
    this.absolute = absolute;
    simple = bits.flag();
    level = bits.literal(6);
    sharpness = bits.literal(3);
    boolean byMode = bits.flag();
    if (byMode && bits.flag()) {
      for (int i = 0; i < 8; i++) {
        int value = bits.optional(6);
        delta = i == 0 ? value : delta;
        smallDelta = i == 4 ? value : smallDelta;
      }
    }
  }

  void note(int segment, boolean small, boolean coefficients) {
    int own = strengths[segment] + (absolute ? 0 : level) + delta + (small ? smallDelta : 0);
    int strength = Math.max(0, Math.min(63, own));
    int interior = strength;
    if (sharpness > 0) {
      interior = Math.min(9 - sharpness, interior >> (sharpness > 4 ? 2 : 1));
    }
    interior = Math.max(1, interior);
    int limit = strength == 0 ? 0 : 2 * strength + interior;
    int edge = strength >= 40 ? 2 : strength >= 15 ? 1 : 0;
    macroblocks.add(new Strength(limit, interior, edge, small || coefficients));
  }

  void apply(Vp8Plane[] planes, int columns, int rows) {
    for (int i = 0; level > 0 && i < columns * rows; i++) {
      Strength strength = macroblocks.get(i);
      for (int p = 0; strength.limit > 0 && p < (simple ? 1 : 3); p++) {
        int size = p == 0 ? 16 : 8;
        Vp8Plane plane = planes[p];
        int start = plane.index(i % columns * size, i / columns * size);
        filterAcross(plane, start, 1, plane.stride, size, i % columns > 0, strength);
        filterAcross(plane, start, plane.stride, 1, size, i >= columns, strength);
      }
    }
  }

  /** Filters edges; {@code across} is the distance of the samples on either side. */
  private void filterAcross(
      Vp8Plane plane, int start, int across, int along, int size, boolean outer, Strength s) {
    for (int edge = outer ? 0 : 4; edge < (s.inner ? size : 1); edge += 4) {
      int limit = 2 * (edge == 0 ? s.limit + 4 : s.limit) + 1;
      for (int i = 0; i < size; i++) {
        filter(plane, start + edge * across + i * along, across, limit, edge == 0, s);
      }
    }
  }

  private void filter(Vp8Plane plane, int at, int step, int limit, boolean outer, Strength s) {
    int p1 = plane.get(at - 2 * step);
    int p0 = plane.get(at - step);
    int q0 = plane.get(at);
    int q1 = plane.get(at + step);
    if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > limit) {
      return;
    }
    if (simple) {
      narrow(plane, at, step, 3 * (q0 - p0) + signed(p1 - q1));
      return;
    }
    int p2 = plane.get(at - 3 * step);
    int q2 = plane.get(at + 2 * step);
    if (Math.abs(plane.get(at - 4 * step) - p2) > s.interior
        || Math.abs(p2 - p1) > s.interior
        || Math.abs(p1 - p0) > s.interior
        || Math.abs(plane.get(at + 3 * step) - q2) > s.interior
        || Math.abs(q2 - q1) > s.interior
        || Math.abs(q1 - q0) > s.interior) {
      return;
    }
    if (Math.abs(p1 - p0) > s.edge || Math.abs(q1 - q0) > s.edge) {
      narrow(plane, at, step, 3 * (q0 - p0) + signed(p1 - q1));
    } else if (outer) {
      int a = signed(3 * (q0 - p0) + signed(p1 - q1));
      for (int i = 0; i < 3; i++) {
        int change = (9 * (3 - i) * a + 63) >> 7;
        plane.set(at - (i + 1) * step, plane.get(at - (i + 1) * step) + change);
        plane.set(at + i * step, plane.get(at + i * step) - change);
      }
    } else {
      int change = (narrow(plane, at, step, 3 * (q0 - p0)) + 1) >> 1;
      plane.set(at - 2 * step, p1 + change);
      plane.set(at + step, q1 - change);
    }
  }

  /** Changes the two samples at an edge; returns the change of the second. */
  private static int narrow(Vp8Plane plane, int at, int step, int a) {
    int second = Math.max(-16, Math.min(15, (a + 4) >> 3));
    int first = Math.max(-16, Math.min(15, (a + 3) >> 3));
    plane.set(at - step, plane.get(at - step) + first);
    plane.set(at, plane.get(at) - second);
    return second;
  }

  private static int signed(int value) {
    return Math.max(-128, Math.min(127, value));
  }
}
