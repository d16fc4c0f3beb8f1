package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.run.Shard;
import dev.softgate.scoring.features.Features;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The features of a set.
 *
 * @param features N×C, in the order of the judged images
 * @param computed how they were computed; null if unknown
 */
record CollectedFeatures(Features features, @Nullable Computed computed) {

  /**
   * Joins shards.
   *
   * @param settings what the features must have been computed with, by name
   * @param dimensions C
   * @throws BadInputException if a shard is missing, was computed with other settings or of other
   *     images, or lacks an image
   */
  static CollectedFeatures of(
      ShardFiles shards, Map<String, String> settings, JudgedImages images, int dimensions) {
    List<Path> files = shards.all();
    float[] values = new float[Math.multiplyExact(images.count(), dimensions)];
    Computed computed = null;
    for (int index = 0; index < files.size(); index++) { // one in memory at a time
      Path file = files.get(index);
      try (FeatureFile shard = FeatureFile.open(file)) {
        ShardFiles.requireSame(settings, "this command", shard.metadata(), file);
        computed = computed == null ? Computed.of(shard.metadata(), file) : computed;
        ShardFiles.requireSame(
            computed.settings(), files.get(0).toString(), shard.metadata(), file);
        if (shard.dimensions() != dimensions) {
          throw new BadInputException(
              "%s has other features than the network; run the shard again", file);
        }
        copy(shard, new Shard(index, files.size()), file, images, values);
      }
    }
    return new CollectedFeatures(
        new Features(images.count(), dimensions, values), Objects.requireNonNull(computed));
  }

  private static void copy(
      FeatureFile from, Shard shard, Path file, JudgedImages images, float[] to) {
    int dimensions = from.dimensions();
    float[] values = new float[dimensions];
    long owned =
        images.all().stream()
            .flatMapToInt(part -> Arrays.stream(part.ids()).map(part.images()::position))
            .filter(position -> shard.owns(position / Evaluator.BATCH))
            .count();
    if (owned != from.count()) {
      throw new BadInputException(
          "%s has features of %,d images, but its share of the set is %,d: the set has changed"
              + " since; run the shards again",
          file, from.count(), owned);
    }
    int row = 0;
    for (JudgedImages.Part part : images.parts()) {
      for (int id : part.ids()) {
        int position = part.images().position(id);
        if (shard.owns(position / Evaluator.BATCH)) {
          int found = from.row(part.test(), position);
          if (found < 0 || !from.hash(found).equals(SamePictures.hash(part.images(), id))) {
            throw new BadInputException(
                "%s %s: the images of the set have changed since; run the shards again",
                file,
                (found < 0 ? "lacks " : "has features of another image in place of ")
                    + images.name(row));
          }
          from.read(found, 1, values);
          System.arraycopy(values, 0, to, row * dimensions, dimensions);
        }
        row++;
      }
    }
  }
}
