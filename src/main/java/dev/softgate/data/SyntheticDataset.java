package dev.softgate.data;

import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.List;

/**
 * A generated data set of 5,000 train and 1,000 test images of 32×32 pixels: five shapes and five
 * textures, each image known to be easy, hard or mislabeled. A training on it takes minutes, and
 * scores of hardness or of label errors can be compared with the truth.
 *
 * <p>A quarter of the images is hard: low in contrast, noisy, or partly covered. One train image in
 * twenty is easy but has a wrong label; no test image does. Classes are equally frequent by their
 * true labels. Every byte is a function of the seed.
 *
 * @param trainTrueLabels int32, N: the true label of each train image
 */
@SuppressWarnings("ArrayRecordComponent") // looked up by image id, never compared
public record SyntheticDataset(
    Dataset dataset, List<Kind> trainKinds, List<Kind> testKinds, int[] trainTrueLabels) {

  public enum Kind {
    /** Clear, with its true label. */
    EASY,
    /** Low in contrast, noisy or partly covered, with its true label. */
    HARD,
    /** Clear, with a wrong label. */
    MISLABELED
  }

  public static final int TRAIN_COUNT = 5_000;

  public static final int TEST_COUNT = 1_000;

  /** The fraction of hard images, in train and in test. */
  public static final double HARD_FRACTION = 0.25;

  /** The fraction of mislabeled images, in train only. */
  public static final double MISLABELED_FRACTION = 0.05;

  private static final int SIDE = 32;
  private static final int CHANNELS = 3;

  private record Generated(long seed, SyntheticDataset set) {}

  /** Generating takes half a second, and a command often loads the set again. */
  private static SoftReference<Generated> latest = new SoftReference<>(null);

  /** The set of a seed; the same object as at the last call, as long as memory allows. */
  public static synchronized SyntheticDataset generate(long seed) {
    Generated known = latest.get();
    if (known == null || known.seed != seed) {
      known = new Generated(seed, generated(seed));
      latest = new SoftReference<>(known);
    }
    return known.set;
  }

  private static SyntheticDataset generated(long seed) {
    Half train = Half.generate(seed, 0, TRAIN_COUNT, MISLABELED_FRACTION);
    Half test = Half.generate(seed, 1, TEST_COUNT, 0);
    Dataset dataset =
        Dataset.of(
            "synthetic",
            SyntheticPattern.classNames(),
            train.images,
            test.images,
            "generated from seed " + seed);
    return new SyntheticDataset(
        dataset, List.of(train.kinds), List.of(test.kinds), train.trueLabels);
  }

  private record Half(ImageSet images, Kind[] kinds, int[] trueLabels) {

    static Half generate(long seed, int half, int count, double mislabeledFraction) {
      int classes = SyntheticPattern.classNames().size();
      SplitMix64 layout = new SplitMix64(SplitMix64.Purpose.SYNTHETIC_LAYOUT, seed, half, 0);
      int[] trueLabels = new int[count];
      Arrays.setAll(trueLabels, id -> id % classes);
      layout.shuffle(trueLabels);
      Kind[] kinds = kinds(count, mislabeledFraction, layout);

      int[] labels = trueLabels.clone();
      byte[] pixels = new byte[count * CHANNELS * SIDE * SIDE];
      for (int id = 0; id < count; id++) {
        SplitMix64 random = new SplitMix64(SplitMix64.Purpose.SYNTHETIC_IMAGE, seed, half, id);
        if (kinds[id] == Kind.MISLABELED) {
          labels[id] = (trueLabels[id] + 1 + random.below(classes - 1)) % classes;
        }
        new SyntheticPainter(random, SIDE)
            .paint(trueLabels[id], kinds[id] == Kind.HARD, pixels, id * CHANNELS * SIDE * SIDE);
      }
      return new Half(ImageSet.of(pixels, labels, CHANNELS, SIDE, SIDE), kinds, trueLabels);
    }

    private static Kind[] kinds(int count, double mislabeledFraction, SplitMix64 random) {
      int hard = (int) Math.round(count * HARD_FRACTION);
      int mislabeled = (int) Math.round(count * mislabeledFraction);
      int[] order = new int[count];
      Arrays.setAll(order, id -> id);
      random.shuffle(order);
      Kind[] kinds = new Kind[count];
      Arrays.fill(kinds, Kind.EASY);
      for (int i = 0; i < hard + mislabeled; i++) {
        kinds[order[i]] = i < hard ? Kind.HARD : Kind.MISLABELED;
      }
      return kinds;
    }
  }
}
