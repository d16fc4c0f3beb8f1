package dev.softgate.training;

/** Counts the images and seconds of one session's steps, and how fast the recent ones were. */
final class Speedometer {

  /** How much the newest step counts in the recent speed. */
  private static final double NEWEST = 0.1;

  private final long start = System.nanoTime();
  private long last = start;
  private long images;
  private int steps;
  private double secondsPerImage;

  /** Notes a step over {@code size} images; returns the recent speed in images per second. */
  double stepDone(int size) {
    long now = System.nanoTime();
    double newest = (now - last) / 1e9 / size;
    // The first step also prepares what all others use, so the mean begins with the second.
    secondsPerImage = steps < 2 ? newest : NEWEST * newest + (1 - NEWEST) * secondsPerImage;
    steps++;
    last = now;
    images += size;
    return 1 / secondsPerImage;
  }

  long images() {
    return images;
  }

  double seconds() {
    return (last - start) / 1e9;
  }
}
