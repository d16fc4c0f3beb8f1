package dev.softgate.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Everything that a gated network can predict for some images: one pass for each path through the
 * gates. Any thresholds can then be evaluated without the network.
 *
 * <p>A path is a number. Its bit i tells whether the layers behind gate i run. The g of gate i
 * depends on the path through the previous gates.
 */
public final class SkipPaths {

  private final int[] labels;
  private final List<Path> paths;
  private final int gates;

  /**
   * One path through the gates, taken by all images.
   *
   * @param predicted class ids, N
   * @param g the value of each gate on this path, gates×N
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  public record Path(int[] predicted, List<float[]> g) {}

  /**
   * Combines the passes.
   *
   * @param labels class ids, N, at least one
   * @param paths all 2^gates paths, in the order of their numbers
   * @throws IllegalArgumentException if the paths differ in images or gates
   */
  public SkipPaths(int[] labels, List<Path> paths) {
    this.labels = labels;
    this.paths = List.copyOf(paths);
    this.gates = Integer.numberOfTrailingZeros(paths.size());
    if (labels.length == 0 || paths.size() != 1 << gates) {
      throw new IllegalArgumentException(
          "%d images and %d paths".formatted(labels.length, paths.size()));
    }
    for (Path path : paths) {
      if (path.predicted().length != labels.length
          || path.g().size() != gates
          || path.g().stream().anyMatch(g -> g.length != labels.length)) {
        throw new IllegalArgumentException("the paths differ in images or gates");
      }
    }
  }

  /** The number of gates. */
  public int gates() {
    return gates;
  }

  /** Returns the outcome of skipping with these thresholds, one per gate. */
  public SkipOutcome at(double... thresholds) {
    int correct = 0;
    int[] skipped = new int[gates];
    for (int image = 0; image < labels.length; image++) {
      int way = 0;
      for (int gate = 0; gate < gates; gate++) {
        if (paths.get(way).g().get(gate)[image] < thresholds[gate]) {
          skipped[gate]++;
        } else {
          way |= 1 << gate;
        }
      }
      correct += paths.get(way).predicted()[image] == labels[image] ? 1 : 0;
    }
    return new SkipOutcome(
        DoubleStream.of(thresholds).boxed().toList(),
        (double) correct / labels.length,
        Arrays.stream(skipped).mapToObj(count -> (double) count / labels.length).toList());
  }

  /**
   * Finds thresholds at which given shares of the images skip, as closely as the values of g allow.
   * The threshold of a later gate applies to images that passed the earlier gates with their
   * thresholds.
   *
   * @param shares in [0, 1], one per gate
   */
  double[] thresholdsAt(double... shares) {
    double[] thresholds = new double[gates];
    int[] ways = new int[labels.length];
    for (int gate = 0; gate < gates; gate++) {
      float[] g = new float[labels.length];
      for (int image = 0; image < g.length; image++) {
        g[image] = paths.get(ways[image]).g().get(gate)[image];
      }
      thresholds[gate] = thresholdAt(shares[gate], g);
      for (int image = 0; image < g.length; image++) {
        ways[image] |= g[image] < thresholds[gate] ? 0 : 1 << gate;
      }
    }
    return thresholds;
  }

  /**
   * Returns a threshold that a share of the values is below. Equal values all stay at or above it.
   *
   * @param share in [0, 1]
   * @param g at least one value, none negative
   */
  public static double thresholdAt(double share, float[] g) {
    float[] sorted = g.clone();
    Arrays.sort(sorted);
    int below = (int) Math.round(share * sorted.length);
    if (below == 0) {
      return 0;
    }
    float last = sorted[below - 1];
    return below == sorted.length ? Math.nextUp(last) : (last + (double) sorted[below]) / 2;
  }

  /**
   * Returns thresholds that divide a gate's images into pieces of about equal size: 0, which skips
   * none; values halfway between two neighboring g, so that rounding moves no image across; and one
   * above all g if it is in range.
   *
   * @param pieces at least 1
   * @param greatest the highest valid threshold
   */
  double[] cuts(int gate, int pieces, double greatest) {
    float[] all = new float[labels.length << gate];
    for (int way = 0; way < 1 << gate; way++) {
      System.arraycopy(paths.get(way).g().get(gate), 0, all, way * labels.length, labels.length);
    }
    Arrays.sort(all);
    List<Double> cuts = new ArrayList<>(List.of(0.0));
    for (int piece = 1; piece < pieces; piece++) {
      int at = (int) ((long) all.length * piece / pieces);
      if (at > 0 && all[at] > all[at - 1]) {
        cuts.add((all[at - 1] + (double) all[at]) / 2);
      }
    }
    double above = Math.min(greatest, all[all.length - 1] + 1e-3);
    if (above > all[all.length - 1]) {
      cuts.add(above);
    }
    return cuts.stream()
        .mapToDouble(Double::doubleValue)
        .filter(cut -> cut <= greatest)
        .distinct()
        .toArray();
  }
}
