package dev.softgate.data.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups of images that look alike: two images are joined if their hashes differ in at most 8 of 64
 * bits and their thumbnails correlate by .93 or more. The bounds were chosen on CIFAR-10, see
 * docs/decisions/0043.
 *
 * <p>Hashes that differ in at most 8 bits are equal in one of 9 pieces, so only images that share a
 * piece are compared (the pigeonhole principle of multi-index hashing: M. Norouzi et al., Fast
 * Search in Hamming Space with Multi-Index Hashing, 2012).
 */
final class NearDuplicates {

  private static final int MOST_BITS = 8;
  private static final double LEAST_CORRELATION = .93;
  private static final int PIECES = MOST_BITS + 1;
  private static final int PIECE_BITS = 7; // the last piece has the remaining 8

  private final List<ImageMeasures> images;
  private final long[] hashes;
  private final Groups groups;
  private final double[] correlations; // the greatest that joined an image to a group

  private NearDuplicates(List<ImageMeasures> images) {
    this.images = images;
    this.hashes = images.stream().mapToLong(ImageMeasures::hash).toArray();
    this.groups = new Groups(images.size());
    this.correlations = new double[images.size()];
  }

  /**
   * Images that look alike, directly or through others of the group.
   *
   * @param members indices, ascending
   * @param correlation the greatest correlation of the thumbnails of two of the images
   */
  record Group(List<Integer> members, double correlation) {}

  /**
   * The groups of two or more of these images, by their least members.
   *
   * @param candidates more pairs of indices to compare, moved and mirrored: a network's neighbors
   */
  static List<Group> of(List<ImageMeasures> images, List<int[]> candidates) {
    NearDuplicates search = new NearDuplicates(images);
    search.joinByHash();
    for (int[] pair : candidates) {
      ImageMeasures second = images.get(pair[1]);
      search.join(pair[0], pair[1], images.get(pair[0]).alignedCorrelation(second));
    }
    return search.groups.ofSeveral().stream()
        .map(
            members ->
                new Group(
                    members,
                    members.stream().mapToDouble(i -> search.correlations[i]).max().orElse(1)))
        .toList();
  }

  private void joinByHash() {
    for (int piece = 0; piece < PIECES; piece++) {
      Map<Long, List<Integer>> buckets = new HashMap<>();
      for (int i = 0; i < hashes.length; i++) {
        buckets.computeIfAbsent(piece(hashes[i], piece), key -> new ArrayList<>()).add(i);
      }
      for (List<Integer> bucket : buckets.values()) {
        join(bucket.stream().mapToInt(Integer::intValue).toArray());
      }
    }
  }

  private static long piece(long hash, int piece) {
    long rest = hash >>> (piece * PIECE_BITS);
    return piece == PIECES - 1 ? rest : rest & ((1L << PIECE_BITS) - 1);
  }

  private void join(int[] bucket) {
    for (int i = 0; i < bucket.length; i++) {
      int first = bucket[i];
      for (int j = i + 1; j < bucket.length; j++) {
        int second = bucket[j];
        if (Long.bitCount(hashes[first] ^ hashes[second]) <= MOST_BITS
            && !groups.together(first, second)) {
          join(first, second, images.get(first).correlation(images.get(second)));
        }
      }
    }
  }

  private void join(int first, int second, double correlation) {
    if (correlation >= LEAST_CORRELATION) {
      groups.join(first, second);
      correlations[second] = Math.max(correlations[second], correlation);
    }
  }
}
