package dev.softgate.scoring.labels;

import dev.softgate.Choice;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Rules that decide which labels to flag as wrong, based on {@link ConfidentLearning}. No rule
 * flags an image whose given label is the most probable class or whose class has too few images to
 * be judged.
 *
 * <p>The names and rules, but for the last two, are those of cleanlab's {@code find_label_issues}.
 * Only the number of flags of the first two differs from its default: the joint's estimate, as with
 * cleanlab's option {@code off_diagonal_calibrated}. results/label-flags compares them.
 */
public enum LabelFilter implements Choice {
  /** The images with the lowest self-confidence, as many as the joint estimates to be wrong. */
  LOW_SELF_CONFIDENCE(learning -> lowest(learning, learning::selfConfidence)),

  /** The images with the lowest normalized margin, as many as the joint estimates to be wrong. */
  LOW_NORMALIZED_MARGIN(learning -> lowest(learning, learning::normalizedMargin)),

  /**
   * For each pair of classes i and j, the images labeled i with the greatest pⱼ − pᵢ, as many as
   * the joint estimates to be j. cleanlab's default.
   */
  PRUNE_BY_NOISE_RATE(LabelFilter::byNoiseRate),

  /** For each class, the images with the lowest self-confidence, as many as the joint estimates. */
  PRUNE_BY_CLASS(LabelFilter::byClass),

  /** The images that both {@link #PRUNE_BY_NOISE_RATE} and {@link #PRUNE_BY_CLASS} flag. */
  BOTH(
      learning -> {
        boolean[] byRate = byNoiseRate(learning);
        boolean[] byClass = byClass(learning);
        return select(learning, image -> byRate[image] && byClass[image]);
      }),

  /** The images that the confident joint counts off its diagonal. */
  CONFIDENT_LEARNING(
      learning ->
          select(
              learning,
              i -> learning.confident(i) >= 0 && learning.confident(i) != learning.given(i))),

  /** All images whose predicted class differs from the given label. */
  PREDICTED_NEQ_GIVEN(learning -> select(learning, image -> true)),

  /** The images whose labels are most probably wrong, by a {@link NoiseModel}; our own rule. */
  NOISE_MODEL(NoiseModel::flags),

  /**
   * The images whose labels are most probably wrong, if all labels are equally often wrong, by
   * {@link EvenNoise}; our own rule, for probabilities that are calibrated to the given labels.
   */
  EVEN_NOISE(learning -> EvenNoise.of(learning).named(learning));

  /** Finds the rule's candidates, including images that no rule may flag. */
  @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
  private final Function<ConfidentLearning, boolean[]> candidates;

  LabelFilter(Function<ConfidentLearning, boolean[]> candidates) {
    this.candidates = candidates;
  }

  /** Whether to flag each image, N. */
  public boolean[] flags(ConfidentLearning learning) {
    boolean[] named = candidates.apply(learning);
    return select(learning, image -> named[image]);
  }

  /**
   * The judged images that are most probably wrong, as many as maximize the expected F1, 2 Σ q of
   * them / (count + Σ q of all).
   *
   * @param wrong q, the probability that each label is wrong, N
   */
  static boolean[] mostWrong(ConfidentLearning learning, double[] wrong) {
    return mostWrong(learning, wrong, mostExpected(learning.judgedImages(), wrong));
  }

  /** The {@code count} judged images that are most probably wrong. */
  static boolean[] mostWrong(ConfidentLearning learning, double[] wrong, long count) {
    boolean[] flags = new boolean[learning.images()];
    take(flags, learning.judgedImages(), count, i -> -wrong[i], learning::selfConfidence);
    return flags;
  }

  /** The number of images with the greatest q that maximizes the expected F1. */
  static long mostExpected(int[] images, double[] wrong) {
    double[] sorted = Arrays.stream(images).mapToDouble(i -> wrong[i]).toArray();
    Arrays.sort(sorted);
    double all = Arrays.stream(sorted).sum();
    double best = 0;
    long count = 0;
    double found = 0;
    for (int k = 1; k <= sorted.length; k++) {
      found += sorted[sorted.length - k];
      if (found / (k + all) > best) {
        best = found / (k + all);
        count = k;
      }
    }
    return count;
  }

  static boolean[] select(ConfidentLearning learning, IntPredicate named) {
    boolean[] flags = new boolean[learning.images()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = learning.isJudged(i) && !learning.agrees(i) && named.test(i);
    }
    return flags;
  }

  private static boolean[] lowest(ConfidentLearning learning, IntToDoubleFunction score) {
    boolean[] flags = new boolean[learning.images()];
    int[] judged = learning.judgedImages();
    long count = Math.round(learning.noiseRate() * judged.length);
    take(flags, judged, count, score, learning::normalizedMargin);
    return flags;
  }

  private static boolean[] byNoiseRate(ConfidentLearning learning) {
    return LowestLeads.flags(learning, calibrated(learning));
  }

  private static boolean[] byClass(ConfidentLearning learning) {
    boolean[] flags = new boolean[learning.images()];
    int[][] counts = calibrated(learning);
    ImageGroups given =
        ImageGroups.of(IntStream.range(0, flags.length).toArray(), counts.length, learning::given);
    for (int i = 0; i < counts.length; i++) {
      int[] own = given.of(i);
      take(flags, own, own.length - Math.max(1, counts[i][i]), learning::selfConfidence);
    }
    return flags;
  }

  /**
   * Flags the {@code count} images with the lowest scores; among equal ones, those with the lowest
   * next score, and at last the first.
   */
  static void take(boolean[] flags, int[] images, long count, IntToDoubleFunction... scores) {
    if (count <= 0) {
      return;
    }
    if (count >= images.length || scores.length == 0) {
      Arrays.stream(images).limit(count).forEach(image -> flags[image] = true);
      return;
    }
    IntToDoubleFunction score = scores[0];
    double[] sorted = Arrays.stream(images).mapToDouble(score).toArray();
    Arrays.sort(sorted);
    double bound = sorted[(int) count - 1];
    long below = 0;
    for (int image : images) {
      if (Double.compare(score.applyAsDouble(image), bound) < 0) {
        flags[image] = true;
        below++;
      }
    }
    int[] equal =
        Arrays.stream(images)
            .filter(image -> Double.compare(score.applyAsDouble(image), bound) == 0)
            .toArray();
    take(flags, equal, count - below, Arrays.copyOfRange(scores, 1, scores.length));
  }

  private static IntStream order(int[] classes, Comparator<Integer> comparator) {
    return Arrays.stream(classes).boxed().sorted(comparator).mapToInt(Integer::intValue);
  }

  /**
   * The joint in images, given × true, K×K: integers that sum to the number of images labeled with
   * each class, at least one of which is right.
   */
  private static int[][] calibrated(ConfidentLearning learning) {
    int[][] confident = learning.confidentJoint();
    int[] counts = learning.counts();
    for (int i = 0; i < counts.length; i++) {
      confident[i][i] = Math.max(1, confident[i][i]);
      double scale = (double) counts[i] / Arrays.stream(confident[i]).sum();
      double[] exact = Arrays.stream(confident[i]).mapToDouble(count -> count * scale).toArray();
      confident[i] = Arrays.stream(exact).mapToInt(count -> (int) Math.rint(count)).toArray();
      int excess = Arrays.stream(confident[i]).sum() - counts[i];
      int[] row = confident[i];
      Comparator<Integer> roundedUp = Comparator.comparingDouble(j -> exact[j] - row[j]);
      order(IntStream.range(0, row.length).toArray(), excess > 0 ? roundedUp : roundedUp.reversed())
          .limit(Math.abs(excess))
          .forEach(j -> row[j] -= Integer.signum(excess));
    }
    return confident;
  }
}
