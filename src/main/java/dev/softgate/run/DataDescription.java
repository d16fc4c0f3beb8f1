package dev.softgate.run;

import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.training.TrainingData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A data set in figures.
 *
 * @param data the set, divided as a training without further options would
 * @param trainByClass train images of each class, validation included, in the order of the ids
 * @param testByClass test images of each class
 * @param measured true mean and deviation of the train pixels
 */
public record DataDescription(
    TrainingData data,
    List<Integer> trainByClass,
    List<Integer> testByClass,
    Normalization measured) {

  private static final String OFFICIAL = "(the official archive)";
  private static final String CIFAR = "cifar";

  /**
   * Counts and measures.
   *
   * @param config what named the set
   */
  public static DataDescription of(RunConfig config, Dataset dataset) {
    return new DataDescription(
        TrainingData.of(config, dataset),
        counts(dataset.train(), dataset.classes()),
        counts(dataset.test(), dataset.classes()),
        Normalization.of(dataset.train()));
  }

  private static List<Integer> counts(ImageSet images, int classes) {
    int[] counts = new int[classes];
    for (int label : images.labels()) {
      counts[label]++;
    }
    List<Integer> list = new ArrayList<>(classes);
    for (int count : counts) {
      list.add(count);
    }
    return list;
  }

  /**
   * Whether the images were read from the official archive, known by its SHA-256; null where that
   * cannot be told: there is none, or the files were unpacked before.
   */
  public @Nullable Boolean officialArchive() {
    String source = data.dataset().source();
    if (!data.dataset().name().startsWith(CIFAR) || !source.contains("SHA-256")) {
      return null;
    }
    return source.endsWith(OFFICIAL);
  }

  /** The classes of which there is no train image or no test image. */
  public List<String> emptyClasses() {
    List<String> empty = new ArrayList<>();
    for (int k = 0; k < trainByClass.size(); k++) {
      if (trainByClass.get(k) == 0 || testByClass.get(k) == 0) {
        empty.add(data.dataset().classNames().get(k));
      }
    }
    return empty;
  }

  /** The fractions of easy, hard and mislabeled train images; null where that is not known. */
  public @Nullable Map<String, Double> kinds() {
    if (!data.dataset().name().equals("synthetic")) {
      return null;
    }
    Map<String, Double> kinds = new LinkedHashMap<>();
    kinds.put("easy", 1 - SyntheticDataset.HARD_FRACTION - SyntheticDataset.MISLABELED_FRACTION);
    kinds.put("hard", SyntheticDataset.HARD_FRACTION);
    kinds.put("mislabeled", SyntheticDataset.MISLABELED_FRACTION);
    return kinds;
  }

  /** What identifies the set, for JSON. */
  public Map<String, @Nullable Object> identity() {
    Dataset dataset = data.dataset();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("dataset", dataset.name());
    values.put("source", dataset.source());
    values.put("sha256", dataset.sha256());
    values.put("official_archive", officialArchive());
    values.put("train_images", dataset.train().count());
    values.put("test_images", dataset.test().count());
    values.put("classes", dataset.classes());
    values.put("empty_classes", emptyClasses());
    return values;
  }

  /** Everything, for JSON; pixel means and deviations are in units of 255. */
  public Map<String, @Nullable Object> values() {
    Dataset dataset = data.dataset();
    Map<String, @Nullable Object> values = identity();
    values.put("split", data.split().kind());
    values.put("split_sha256", data.split().sha256());
    values.put("train", data.train().length);
    values.put("validation", data.validation().length);
    values.put("height", dataset.height());
    values.put("width", dataset.width());
    values.put("class_names", dataset.classNames());
    values.put("train_by_class", trainByClass);
    values.put("test_by_class", testByClass);
    values.put("pixel_mean", measured.mean());
    values.put("pixel_std", measured.std());
    values.put("normalization_mean", data.normalization().mean());
    values.put("normalization_std", data.normalization().std());
    values.put("kinds", kinds());
    return values;
  }
}
