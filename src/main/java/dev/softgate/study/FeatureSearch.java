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
   * @param named a run, a checkpoint, {@value FeatureNetwork#BUILT_IN}, or a file of features
   * @param config names the set
   * @param set the images, whose ids the result has
   * @return null if no image can be read
   * @throws dev.softgate.BadInputException if there is no such network or file
   */
  public static @Nullable FeatureNeighbors of(
      Path named, RunConfig config, CheckedSet set, DownloadListener listener) {
    try (FeatureSource source = FeatureSource.open(named)) {
      RunConfig lenient = config.with(Map.of("skip-bad", "true"));
      DatasetRequest asked = lenient.data().request(lenient.optimization().seed());
      Dataset dataset = set.load(source.images(asked.unlimited(), source.ownResize()), listener);
      List<JudgedImages.Part> parts = JudgedImages.parts(dataset, JudgedSplit.ALL);
      if (parts.isEmpty()) {
        return null;
      }
      Features features = features(source, parts, lenient);
      int[] each = IntStream.range(0, features.count()).toArray();
      return byId(
          Neighbors.of(features.standardized(), NEIGHBORS, each, lenient.execution().cores()),
          ids(dataset, set),
          set.count());
    }
  }

  /** N×C, train images first. */
  private static Features features(
      FeatureSource source, List<JudgedImages.Part> parts, RunConfig config) {
    StoredFeatures stored = source.stored();
    if (stored != null) {
      return stored.read(parts).withoutEqualViews(stored.views());
    }
    Checkpoint checkpoint = source.requireNetwork().checkpoint();
    Compute compute = config.execution().compute(checkpoint.spec());
    try (OpenNetwork opened = OpenNetwork.of(checkpoint, compute)) {
      return Features.concatenated(
          parts.stream().map(part -> part.features(opened.evaluator(), 1)).toList());
    }
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
