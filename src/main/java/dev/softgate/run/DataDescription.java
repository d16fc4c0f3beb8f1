package dev.softgate.run;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.training.TrainingData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is in a data set, divided as a training without further options would divide it.
 *
 * @param identity the set's identity
 * @param split {@code reference}, {@code seeded} or {@code given}
 * @param splitSha256 hash of the validation ids; null if none are held out
 * @param train images to train on
 * @param validation images held out of these
 * @param height image height in pixels
 * @param width image width in pixels
 * @param classNames in the order of the labels
 * @param trainByClass train images of each class, validation included
 * @param testByClass test images of each class
 * @param pixelMean mean over the train images, C, in units of 255
 * @param pixelStd standard deviation over the train images, C, in units of 255
 * @param normalizationMean mean used in training, C, in units of 255
 * @param normalizationStd standard deviation used in training, C, in units of 255
 * @param kinds fractions of easy, hard and mislabeled train images; null where that is not known
 */
@SuppressWarnings("ArrayRecordComponent") // printed, never compared
public record DataDescription(
    @JsonUnwrapped Identity identity,
    String split,
    @Nullable String splitSha256,
    int train,
    int validation,
    int height,
    int width,
    List<String> classNames,
    List<Integer> trainByClass,
    List<Integer> testByClass,
    float[] pixelMean,
    float[] pixelStd,
    float[] normalizationMean,
    float[] normalizationStd,
    @Nullable Map<String, Double> kinds) {

  /**
   * Which data set it is.
   *
   * @param source where the images are from
   * @param sha256 hash of the images and their labels
   * @param officialArchive whether the images were read from the official archive, known by its
   *     SHA-256; null where that cannot be told: there is none, or the files were unpacked before
   * @param emptyClasses names of the classes without a train image or, if there are test images,
   *     without a test image
   */
  public record Identity(
      String dataset,
      String source,
      String sha256,
      @Nullable Boolean officialArchive,
      int trainImages,
      int testImages,
      int classes,
      List<String> emptyClasses) {}

  private static final String OFFICIAL = "(the official archive)";
  private static final String CIFAR = "cifar";

  /**
   * Counts and measures.
   *
   * @param config what named the set
   */
  public static DataDescription of(RunConfig config, Dataset dataset) {
    TrainingData data = TrainingData.of(config, dataset);
    List<Integer> train = counts(dataset.train(), dataset.classes());
    List<Integer> test = counts(dataset.test(), dataset.classes());
    Normalization measured = Normalization.of(dataset.train());
    return new DataDescription(
        new Identity(
            dataset.name(),
            dataset.source(),
            dataset.sha256(),
            officialArchive(dataset),
            dataset.train().count(),
            dataset.test().count(),
            dataset.classes(),
            emptyClasses(dataset.classNames(), train, test)),
        data.split().kind(),
        data.split().sha256(),
        data.train().length,
        data.validation().length,
        dataset.height(),
        dataset.width(),
        dataset.classNames(),
        train,
        test,
        measured.mean(),
        measured.std(),
        data.normalization().mean(),
        data.normalization().std(),
        dataset.name().equals("synthetic") ? kindsOfSynthetic() : null);
  }

  private static List<Integer> counts(ImageSet images, int classes) {
    int[] counts = new int[classes];
    for (int label : images.labels()) {
      counts[label]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }

  private static @Nullable Boolean officialArchive(Dataset dataset) {
    return (dataset.name().startsWith(CIFAR) && dataset.source().contains("SHA-256"))
        ? dataset.source().endsWith(OFFICIAL)
        : null;
  }

  private static List<String> emptyClasses(
      List<String> names, List<Integer> train, List<Integer> test) {
    boolean tested = test.stream().anyMatch(count -> count > 0);
    return IntStream.range(0, names.size())
        .filter(k -> train.get(k) == 0 || (tested && test.get(k) == 0))
        .mapToObj(names::get)
        .toList();
  }

  private static Map<String, Double> kindsOfSynthetic() {
    Map<String, Double> kinds = new LinkedHashMap<>();
    kinds.put("easy", 1 - SyntheticDataset.HARD_FRACTION - SyntheticDataset.MISLABELED_FRACTION);
    kinds.put("hard", SyntheticDataset.HARD_FRACTION);
    kinds.put("mislabeled", SyntheticDataset.MISLABELED_FRACTION);
    return kinds;
  }
}
