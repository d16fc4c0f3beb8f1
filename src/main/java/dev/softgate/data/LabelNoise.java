package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Puts wrong labels among the right ones, as a pure function of seed and image. Whether a label
 * changes and to what does not depend on other images; and what changes at one rate changes at any
 * higher one, to the same class. So the share that has changed differs a little from the rate, by
 * about √(rate·(1−rate)/N).
 */
public enum LabelNoise {
  /**
   * Each image gets, with probability rate, one of the K−1 other classes, each as likely. (Some
   * papers draw from all K classes, so that only rate·(K−1)/K of the labels change.)
   */
  SYMMETRIC {
    @Override
    int[] targets(int label, List<Integer> confused) {
      return IntStream.range(0, confused.size()).filter(other -> other != label).toArray();
    }
  },

  /**
   * Each image of a class that is taken for another gets, with probability rate, that class. On
   * CIFAR-10: truck → automobile, bird → airplane, deer → horse, cat → dog and dog → cat, so that
   * about half the rate of all labels changes (Patrini et al., <i>Making deep neural networks
   * robust to label noise: a loss correction approach</i>, CVPR 2017). On any other set: every
   * class → the next one, the last → the first (the pair flipping of Han et al.,
   * <i>Co-teaching</i>, NeurIPS 2018).
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

  /**
   * The classes that an image may be taken for.
   *
   * @param confused K, what each class is taken for by {@link #ASYMMETRIC}
   */
  abstract int[] targets(int label, List<Integer> confused);

  /**
   * The kind of that name, as the command line writes it.
   *
   * @throws BadInputException listing the names, if there is none
   */
  public static LabelNoise named(String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "--kind must be one of %s, found '%s'"
                        .formatted(
                            Arrays.stream(values())
                                .map(LabelNoise::text)
                                .collect(Collectors.joining(", ")),
                            OneLine.of(text))));
  }

  /** The name: {@code symmetric} or {@code asymmetric}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The labels with noise.
   *
   * @param dataset whose train images they are of
   * @param clean int32, N, the label of each train image
   * @param rate the probability of a change, in [0, 1]
   * @return int32, N; a new array
   * @throws BadInputException if the rate is out of range, or there is no other class
   */
  public int[] applyTo(Dataset dataset, int[] clean, double rate, long seed) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new BadInputException("--rate must be from 0 to 1, found " + rate);
    }
    int classes = dataset.classes();
    if (classes < 2) {
      throw new BadInputException(
          "%s has one class only, so that no label can be wrong; use a set of more"
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
   * The labels in a column of a table that somebody else wrote, such as those of CIFAR-N. Its
   * column {@code index} names the images. Where it has a column {@code clean}, that has to be what
   * is known of the images, so that a table of another set or in another order is noticed.
   *
   * @param clean int32, N, the label of each train image
   * @return int32, N
   * @throws BadInputException if the file is missing, malformed, or not of these images
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
