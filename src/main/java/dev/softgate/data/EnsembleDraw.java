package dev.softgate.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Random subsets of images, one for each network of an ensemble. After any number of networks, no
 * image was drawn more than once more often than another one.
 *
 * <p>A network draws the images that were drawn least often before, and fills its subset at random.
 * Its subset depends on the seed, the images and the networks before it alone, so an ensemble can
 * grow without changing what it has.
 */
public final class EnsembleDraw {

  private EnsembleDraw() {}

  /**
   * Draws the subsets of the first networks.
   *
   * @param images the number P of images to draw from, at least 2
   * @param fraction the share of them in a subset, in (0, 1)
   * @param networks the number of subsets
   * @return for each network its places in [0, P): round(fraction · P) of them, but at least one
   *     and at most P − 1
   */
  public static List<BitSet> subsets(int images, double fraction, int networks, long seed) {
    int size = Math.max(1, Math.min(images - 1, (int) Math.round(fraction * images)));
    int[] drawn = new int[images];
    List<BitSet> subsets = new ArrayList<>();
    for (int network = 0; network < networks; network++) {
      BitSet subset = subset(drawn, size, network, seed);
      subset.stream().forEach(place -> drawn[place]++);
      subsets.add(subset);
    }
    return subsets;
  }

  /** The seed of a network's training, in [0, 2^31). */
  public static long seed(long seed, int network) {
    return SplitMix64.hash(SplitMix64.Purpose.ENSEMBLE_SEED, seed, network, 0) >>> 33;
  }

  private static BitSet subset(int[] drawn, int size, int network, long seed) {
    int[] places = new int[drawn.length];
    Arrays.setAll(places, place -> place);
    new SplitMix64(SplitMix64.Purpose.ENSEMBLE_SUBSET, seed, network, drawn.length).shuffle(places);
    int least = Arrays.stream(drawn).min().orElseThrow();
    BitSet subset = new BitSet(drawn.length);
    int missing = size;
    for (int count = least; missing > 0; count++) {
      for (int place : places) {
        if (missing > 0 && drawn[place] == count) {
          subset.set(place);
          missing--;
        }
      }
    }
    return subset;
  }
}
