package dev.softgate.study;

import dev.softgate.data.ImageSet;
import dev.softgate.interop.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The images of a set that have the same pixels, at the size at which they were read. */
final class SamePictures {

  private final ImageSet images;

  /** For each image with copies, the ids of all copies. */
  private final Map<Integer, List<Integer>> copies = new HashMap<>();

  private SamePictures(ImageSet images) {
    this.images = images;
  }

  /** Compares images of a set, by the SHA-256 of their pixels. */
  static SamePictures of(ImageSet images, int[] ids) {
    SamePictures same = new SamePictures(images);
    Map<String, Integer> first = new HashMap<>();
    for (int id : ids) {
      Integer before = first.putIfAbsent(hash(images, id), id);
      if (before != null) {
        List<Integer> all =
            same.copies.computeIfAbsent(before, known -> new ArrayList<>(List.of(known)));
        all.add(id);
        same.copies.put(id, all);
      }
    }
    return same;
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

  /** The labels of an image's copies other than its own label. */
  Set<Integer> otherLabels(int id) {
    Set<Integer> others = new TreeSet<>();
    copies.getOrDefault(id, List.of()).forEach(copy -> others.add(images.labels()[copy]));
    others.remove(images.labels()[id]);
    return others;
  }
}
