package dev.softgate.study;

import dev.softgate.data.ImageSet;
import dev.softgate.interop.Sha256;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which of N images have the same pixels, at the size at which they were read, and under which
 * labels they stand.
 */
final class SamePictures {

  private final int[] groups;
  private final int[] given;

  /** The labels of each group. */
  private final Map<Integer, SortedSet<Integer>> labels = new HashMap<>();

  /**
   * Groups images.
   *
   * @param hashes the hashes of their pixels, N
   * @param given their labels, N
   */
  private SamePictures(String[] hashes, int[] given) {
    this.groups = new int[hashes.length];
    this.given = given;
    Map<String, Integer> known = new HashMap<>();
    for (int row = 0; row < groups.length; row++) {
      groups[row] = known.computeIfAbsent(hashes[row], hash -> known.size());
      labels.computeIfAbsent(groups[row], group -> new TreeSet<>()).add(given[row]);
    }
  }

  /**
   * Compares images by the SHA-256 of their pixels.
   *
   * @param ids the images' ids, N
   * @param given their labels, N
   */
  static SamePictures of(ImageSet images, int[] ids, int[] given) {
    return new SamePictures(hashes(images, ids).toArray(String[]::new), given);
  }

  /** The same for images of several sets, one after the other. */
  static SamePictures of(List<JudgedImages.Part> parts, int[] given) {
    return new SamePictures(
        parts.stream().flatMap(part -> hashes(part.images(), part.ids())).toArray(String[]::new),
        given);
  }

  private static Stream<String> hashes(ImageSet images, int[] ids) {
    return Arrays.stream(ids).mapToObj(id -> hash(images, id));
  }

  /** The hash of an image's size and pixels, in lower-case hexadecimal. */
  static String hash(ImageSet images, int id) {
    int bytes =
        Math.multiplyExact(
            images.channels(), Math.multiplyExact(images.height(id), images.width(id)));
    Sha256 hash = new Sha256().add(images.height(id), images.width(id));
    images.read(id, (pixels, from) -> hash.add(pixels, from, bytes));
    return hash.hex();
  }

  /** N; images with equal pixels have equal numbers. */
  int[] groups() {
    return groups;
  }

  /** Whether two images have the same pixels. */
  boolean areEqual(int first, int second) {
    return groups[first] == groups[second];
  }

  /** Whether two images have the same label. */
  boolean haveOneLabel(int row, int other) {
    return given[row] == given[other];
  }

  /** Whether an image stands under two different labels. */
  boolean inConflict(int row) {
    return labels(row).size() > 1;
  }

  /** The labels of an image's copies other than its own label, ascending. */
  SortedSet<Integer> otherLabels(int row) {
    SortedSet<Integer> others = new TreeSet<>(labels(row));
    others.remove(given[row]);
    return others;
  }

  private SortedSet<Integer> labels(int row) {
    return Objects.requireNonNull(labels.get(groups[row]));
  }
}
