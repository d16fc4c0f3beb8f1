package dev.softgate.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Everything that a network with gates can do with some images: one pass for each way through the
 * gates, after which any thresholds can be judged without the network.
 *
 * <p>A way is a number, of which bit i says whether the layers behind gate i are used. What gate i
 * says of an image depends on the ways through the gates before it.
 */
public final class SkipPaths {

  private final int[] labels;
  private final List<Path> paths;
  private final int gates;

  /**
   * One way through the gates, taken by all images.
   *
   * @param predicted class ids, N
   * @param g what each gate says on this way, gates×N
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  public record Path(int[] predicted, List<float[]> g) {}

  /**
   * Puts the passes together.
   *
   * @param labels class ids, N, at least one
   * @param paths in the order of their numbers; 2^gates
   * @throws IllegalArgumentException if they are not of the same images and gates
   */
  public SkipPaths(int[] labels, List<Path> paths) {
    this.labels = labels;
    this.paths = List.copyOf(paths);
    this.gates = Integer.numberOfTrailingZeros(paths.size());
    if (labels.length == 0 || paths.size() != 1 << gates) {
      throw new IllegalArgumentException(labels.length + " images, " + paths.size() + " paths");
    }
    for (Path path : paths) {
      if (path.predicted().length != labels.length
          || path.g().size() != gates
          || path.g().stream().anyMatch(g -> g.length != labels.length)) {
        throw new IllegalArgumentException("paths of different images or gates");
      }
    }
  }

  /** How many gates. */
  public int gates() {
    return gates;
  }

  /** What skipping at these thresholds, one a gate, comes to. */
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
   * Thresholds at which shares of the images skip, as near as their g allow: those of a later gate
   * are for what images say that went through the earlier ones so.
   *
   * @param shares in [0, 1], one a gate
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
   * A number that a share of the values, rounded, is below; equal values stay together above.
   *
   * @param share in [0, 1]
   * @param g at least 0, at least one
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
   * Thresholds that cut a gate's images into pieces of about equal size: 0, which skips none, then
   * values halfway between two neighboring g, so that rounding moves no image across, and one above
   * all g where that is still in range.
   *
   * @param pieces at least 1
   * @param greatest the highest threshold there may be
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
