package dev.softgate.study;

import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageSet;
import dev.softgate.data.check.CheckedSet;
import dev.softgate.data.check.FeatureNeighbors;
import dev.softgate.engine.Compute;
import dev.softgate.run.FeatureNetwork;
import dev.softgate.run.OpenNetwork;
import dev.softgate.scoring.features.Features;
import dev.softgate.scoring.features.Neighbors;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The images of a set that a trained network finds most similar to each. */
public final class FeatureSearch {

  private static final int NEIGHBORS = 10;

  private FeatureSearch() {}

  /**
   * Computes the features of all images that can be read, and each image's nearest 10 by them.
   *
   * @param network a run, a checkpoint or {@value FeatureNetwork#BUILT_IN}
   * @param config names the set
   * @param set the images, whose ids the result has
   * @return null if no image can be read
   * @throws dev.softgate.BadInputException if there is no such network
   */
  public static @Nullable FeatureNeighbors of(
      Path network, RunConfig config, CheckedSet set, DownloadListener listener) {
    Checkpoint checkpoint = FeatureNetwork.open(network).checkpoint();
    RunConfig lenient = config.with(Map.of("skip-bad", "true"));
    DatasetRequest asked = lenient.data().request(lenient.optimization().seed());
    Dataset dataset =
        set.load(asked.unlimited().decoded(checkpoint.decoding(lenient.data())), listener);
    if (dataset.train().loaded().length + dataset.test().loaded().length == 0) {
      return null;
    }
    Compute compute = lenient.execution().compute(checkpoint.spec());
    Features features;
    try (OpenNetwork opened = OpenNetwork.of(checkpoint, compute)) {
      features = features(dataset, opened);
    }
    int[] each = IntStream.range(0, features.count()).toArray();
    return byId(
        Neighbors.of(features.standardized(), NEIGHBORS, each, compute.threads()),
        ids(dataset, set),
        set.count());
  }

  /** N×C, train images first. */
  private static Features features(Dataset dataset, OpenNetwork network) {
    List<Features> halves = new ArrayList<>();
    for (ImageSet half : List.of(dataset.train(), dataset.test())) {
      int[] ids = half.loaded();
      if (ids.length > 0) {
        halves.add(network.evaluator().features(half, ids, 1, true));
      }
    }
    return Features.concatenated(halves);
  }

  /** The id in the checked set of each row of features. */
  private static int[] ids(Dataset dataset, CheckedSet set) {
    Map<String, Integer> known = new HashMap<>();
    for (int id = 0; id < set.count(); id++) {
      known.put(set.image(id).file(), id);
    }
    List<String> names = new ArrayList<>();
    for (int id : dataset.train().loaded()) {
      names.add(name(dataset.train(), id, "train:"));
    }
    for (int id : dataset.test().loaded()) {
      names.add(name(dataset.test(), id, "test:"));
    }
    return names.stream().mapToInt(name -> Objects.requireNonNull(known.get(name), name)).toArray();
  }

  private static String name(ImageSet images, int id, String part) {
    Path path = images.path(id);
    return path == null ? part + id : path.toString();
  }

  private static FeatureNeighbors byId(Neighbors rows, int[] ids, int count) {
    int k = rows.count();
    int[] images = new int[Math.multiplyExact(count, k)];
    float[] similarities = new float[images.length];
    Arrays.fill(images, -1);
    Arrays.fill(similarities, Float.NaN);
    for (int at = 0; at < rows.images().length; at++) {
      int to = ids[at / k] * k + at % k;
      int row = rows.images()[at];
      images[to] = row < 0 ? -1 : ids[row];
      similarities[to] = rows.similarities()[at];
    }
    return new FeatureNeighbors(k, images, similarities);
  }
}
