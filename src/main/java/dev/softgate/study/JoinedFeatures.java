package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageListing.Part;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.interop.MatrixWriter;
import dev.softgate.run.Shard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The features of all shards, in the order of the set. */
final class JoinedFeatures implements AutoCloseable {

  /** The network's path, which may differ between machines. */
  private static final String NETWORK = "network";

  private final List<FeatureFile> shards;
  private final Computed computed;
  private final int unreadable;

  private JoinedFeatures(List<FeatureFile> shards, Computed computed, int unreadable) {
    this.shards = shards;
    this.computed = computed;
    this.unreadable = unreadable;
  }

  /**
   * Opens shards.
   *
   * @param settings what the features must have been computed with, by name
   * @throws BadInputException if a shard is damaged or was computed otherwise
   */
  static JoinedFeatures open(List<Path> files, Map<String, String> settings) {
    Map<String, String> same = new LinkedHashMap<>(settings);
    same.remove(NETWORK);
    List<FeatureFile> shards = new ArrayList<>();
    try {
      Computed computed = null;
      int unreadable = 0;
      for (int index = 0; index < files.size(); index++) {
        Path file = files.get(index);
        FeatureFile shard = FeatureFile.open(file);
        shards.add(shard);
        Map<String, String> own = shard.metadata();
        ShardFiles.requireSame(same, "this command", own, file);
        Computed how = FeatureMetadata.computed(own, file);
        computed = computed == null ? how : computed;
        ShardFiles.requireSame(FeatureMetadata.of(computed), files.get(0).toString(), own, file);
        unreadable += FeatureMetadata.unreadable(own, file);
        requireShare(shard, new Shard(index, files.size()), file);
      }
      return new JoinedFeatures(shards, Objects.requireNonNull(computed), unreadable);
    } catch (RuntimeException e) {
      shards.forEach(FeatureFile::close);
      throw e;
    }
  }

  private static void requireShare(FeatureFile features, Shard shard, Path file) {
    for (int row = 0; row < features.count(); row++) {
      if (!shard.owns(features.position(row) / Evaluator.BATCH)) {
        throw new BadInputException(
            "%s has features of another shard's images; run the shard again", file);
      }
    }
  }

  Computed computed() {
    return computed;
  }

  /** Adds all rows; returns how many files were left out. */
  int addTo(MatrixWriter matrix, FeatureFile.Images images) {
    int[] next = new int[shards.size()];
    float[] values = new float[0];
    for (int from = least(next); from >= 0; from = least(next)) {
      FeatureFile shard = shards.get(from);
      int first = next[from];
      int end = first + 1;
      while (end < shard.count() && place(shard, end) == place(shard, first)) {
        end++;
      }
      if (values.length < (end - first) * shard.dimensions()) {
        values = new float[(end - first) * shard.dimensions()];
      }
      shard.read(first, end - first, values);
      matrix.add(values, end - first);
      images.add(shard, first, end - first);
      next[from] = end;
    }
    return unreadable;
  }

  /** The shard with the next block; −1 at the end. */
  private int least(int[] next) {
    int found = -1;
    for (int index = 0; index < next.length; index++) {
      FeatureFile shard = shards.get(index);
      if (next[index] < shard.count()
          && (found < 0 || place(shard, next[index]) < place(shards.get(found), next[found]))) {
        found = index;
      }
    }
    return found;
  }

  /** The place of a row's block in the order of the set. */
  private static long place(FeatureFile shard, int row) {
    long half = shard.part(row) == Part.TEST ? 1L << Integer.SIZE : 0;
    return half + shard.position(row) / Evaluator.BATCH;
  }

  @Override
  public void close() {
    shards.forEach(FeatureFile::close);
  }
}
