package dev.softgate.training;

import dev.softgate.config.RunConfig;
import dev.softgate.data.Augmentation;
import dev.softgate.data.Augmenter;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.data.Split;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A training that takes a fraction of a second: depth 14, three classes of noisy 8×8 images, each
 * class brighter in one color.
 */
public final class TinyTraining {

  public static final int CLASSES = 3;
  public static final int SIDE = 8;

  private TinyTraining() {}

  /** Two gated epochs in float32 on one thread, with some keys of the configuration replaced. */
  public static RunConfig config(String... keysAndValues) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("depth", "14");
    values.put("epochs", "2");
    values.put("batch-size", "8");
    values.put("lr", "0.05");
    values.put("schedule", "1");
    values.put("precision", "fp32");
    values.put("threads", "1");
    values.put("checkpoint-minutes", "60");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return RunConfig.defaults().with(values);
  }

  /** Images to train on, then those to validate on, and others to test on. */
  public static TrainingData data(int train, int validation, int test) {
    ImageSet images = images(train + validation, 1);
    Dataset dataset =
        new Dataset(
            "tiny", List.of("red", "green", "blue"), images, images(test, 2), "0".repeat(64), "");
    int[] trained = IntStream.range(0, train).toArray();
    int[] validated = IntStream.range(train, train + validation).toArray();
    return new TrainingData(
        dataset,
        null,
        null,
        new Split("seeded", trained, validated),
        trained,
        validated,
        IntStream.range(0, test).toArray(),
        Normalization.of(images),
        Augmenter.of(Augmentation.CROP_FLIP));
  }

  /** The same images, augmented as a configuration asks. */
  static TrainingData augmented(TrainingData data, RunConfig config) {
    return augmented(data, config.data().augmenter());
  }

  /** The same images, augmented in another way. */
  static TrainingData augmented(TrainingData data, Augmenter augmenter) {
    return new TrainingData(
        data.dataset(),
        data.labels(),
        data.suspects(),
        data.split(),
        data.train(),
        data.validation(),
        data.test(),
        data.normalization(),
        augmenter);
  }

  /** So many images, classes in turn. */
  public static ImageSet images(int count, long seed) {
    Random random = new Random(seed);
    int plane = SIDE * SIDE;
    byte[] pixels = new byte[count * CLASSES * plane];
    int[] labels = new int[count];
    Arrays.setAll(labels, id -> id % CLASSES);
    for (int i = 0; i < pixels.length; i++) {
      int id = i / (CLASSES * plane);
      boolean bright = i / plane % CLASSES == labels[id];
      pixels[i] = (byte) (random.nextInt(200) + (bright ? 55 : 0));
    }
    return ImageSet.of(pixels, labels, CLASSES, SIDE, SIDE);
  }
}
