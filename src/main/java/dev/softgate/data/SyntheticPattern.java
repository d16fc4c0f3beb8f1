package dev.softgate.data;

import java.util.List;
import java.util.Locale;

/**
 * The classes of the synthetic set: five shapes in the middle of the image and five textures that
 * fill it. A pattern is a mask from 0 (background) to 1 (foreground) whose edges are one pixel
 * wide. Coordinates are in pixels, after the image's own shift and rotation.
 */
enum SyntheticPattern {
  DISC,
  RING,
  SQUARE,
  TRIANGLE,
  CROSS,
  HORIZONTAL_STRIPES,
  VERTICAL_STRIPES,
  DIAGONAL_STRIPES,
  CHECKERBOARD,
  DOTS;

  private static final double HALF_SQRT_2 = 0.7071067811865476;
  private static final double HALF_SQRT_3 = 0.8660254037844386;

  private static final List<SyntheticPattern> BY_CLASS = List.of(values());

  static SyntheticPattern of(int label) {
    return BY_CLASS.get(label);
  }

  static List<String> classNames() {
    return BY_CLASS.stream()
        .map(pattern -> pattern.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }

  /**
   * The mask at (u, v), pixels to the right of the center and below it. The size is the radius of a
   * shape; a texture repeats after two thirds of it.
   */
  double mask(double u, double v, double size) {
    double period = size * 2 / 3;
    return switch (this) {
      case DISC -> soft(Math.sqrt(u * u + v * v) - 0.9 * size);
      case RING -> soft(Math.abs(Math.sqrt(u * u + v * v) - 0.8 * size) - 0.2 * size);
      case SQUARE -> soft(Math.max(Math.abs(u), Math.abs(v)) - 0.8 * size);
      case TRIANGLE -> soft(Math.max(v, HALF_SQRT_3 * Math.abs(u) - 0.5 * v) - 0.5 * size);
      case CROSS ->
          soft(
              Math.min(
                  Math.max(Math.abs(u) - size, Math.abs(v) - 0.3 * size),
                  Math.max(Math.abs(v) - size, Math.abs(u) - 0.3 * size)));
      case HORIZONTAL_STRIPES -> stripes(v, period);
      case VERTICAL_STRIPES -> stripes(u, period);
      case DIAGONAL_STRIPES -> stripes(HALF_SQRT_2 * (u + v), period);
      case CHECKERBOARD -> {
        double across = stripes(u, 1.3 * period);
        double down = stripes(v, 1.3 * period);
        yield across + down - 2 * across * down;
      }
      case DOTS -> {
        double du = fromCenter(u, period);
        double dv = fromCenter(v, period);
        yield soft(Math.sqrt(du * du + dv * dv) - 0.32 * period);
      }
    };
  }

  /** From 1 inside to 0 outside over one pixel. */
  private static double soft(double distance) {
    return Math.min(1, Math.max(0, 0.5 - distance));
  }

  private static double stripes(double along, double period) {
    return soft(Math.abs(fromCenter(along, period)) - period / 4);
  }

  /** The distance of a point to the middle of its period, in [−period/2, period/2]. */
  private static double fromCenter(double along, double period) {
    return along - period * Math.rint(along / period);
  }
}
