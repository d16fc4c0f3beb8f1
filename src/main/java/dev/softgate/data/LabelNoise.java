package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Adds wrong labels, as a pure function of seed and image. A label that changes at one rate changes
 * to the same class at any higher rate. The fraction of changed labels differs from the rate, by
 * about √(rate·(1−rate)/N).
 */
public enum LabelNoise implements Choice {
  /**
   * With probability rate, an image gets one of the K−1 other classes, all equally likely. (Some
   * papers draw from all K classes, and only rate·(K−1)/K of the labels change.)
   */
  SYMMETRIC {
    @Override
    int[] targets(int label, List<Integer> confused) {
      return IntStream.range(0, confused.size()).filter(other -> other != label).toArray();
    }
  },

  /**
   * With probability rate, an image gets the class that its own is confused with. On CIFAR-10:
   * truck → automobile, bird → airplane, deer → horse, cat → dog and dog → cat; about half the rate
   * of all labels changes (Patrini et al., <i>Making deep neural networks robust to label noise: a
   * loss correction approach</i>, CVPR 2017). On any other set: every class → the next one, the
   * last → the first (the pair flipping of Han et al., <i>Co-teaching</i>, NeurIPS 2018).
   */
  ASYMMETRIC {
    @Override
    int[] targets(int label, List<Integer> confused) {
      int other = confused.get(label);
      return other == label ? new int[0] : new int[] {other};
    }
  };

  /** For airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck. */
  private static final List<Integer> CIFAR10 = List.of(0, 1, 0, 5, 7, 3, 6, 7, 8, 1);

  /** The classes that a label may change to; {@code confused} has one for each class. */
  abstract int[] targets(int label, List<Integer> confused);

  /** The kind of this name; throws BadInputException if there is none. */
  public static LabelNoise named(String text) {
    List<String> known = Choice.texts(LabelNoise.class);
    if (!known.contains(text)) {
      throw new BadInputException(
          "{kind} must be one of %s, found '%s'"
              .formatted(String.join(", ", known), OneLine.of(text)));
    }
    return values()[known.indexOf(text)];
  }

  /**
   * Adds noise to labels.
   *
   * @param clean int32, N, the true label of each train image
   * @return int32, N; a new array
   * @throws BadInputException if the rate is outside [0, 1], or there is only one class
   */
  public int[] applyTo(Dataset dataset, int[] clean, double rate, long seed) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new BadInputException("{rate} must be from 0 to 1, found " + rate);
    }
    int classes = dataset.classes();
    if (classes < 2) {
      throw new BadInputException(
          "%s has only one class, so no label can be wrong; use a set with more"
              .formatted(dataset.name()));
    }
    List<Integer> confused =
        dataset.name().equals("cifar10")
            ? CIFAR10
            : IntStream.range(0, classes).mapToObj(label -> (label + 1) % classes).toList();
    int[] given = clean.clone();
    for (int id = 0; id < given.length; id++) {
      SplitMix64 random = new SplitMix64(SplitMix64.Purpose.LABEL_NOISE, seed, id, 0);
      int[] targets = targets(clean[id], confused);
      if (random.unit() < rate && targets.length > 0) {
        given[id] = targets[random.below(targets.length)];
      }
    }
    return given;
  }

  /**
   * Reads labels from another program's table, such as CIFAR-N's: the column {@code index} holds
   * the image ids, and a column {@code clean} must hold the labels of the data set.
   *
   * @return int32, N
   * @throws BadInputException if the file is missing, malformed, or for other images
   */
  public static int[] fromTable(Path file, String column, List<String> classNames, int[] clean) {
    CsvTable table = CsvTable.read(file);
    LabelColumns labels = LabelColumns.of(table, clean.length, "train", classNames);
    if (table.has("clean")) {
      labels.requireEqual("clean", clean);
    }
    return labels.column(column);
  }
}
