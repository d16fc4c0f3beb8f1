package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Which labels to flag as wrong, given what {@link ConfidentLearning} estimates. No rule flags an
 * image whose given label is the most probable, or one whose class has too few images to be judged.
 *
 * <p>The names are those of cleanlab's {@code find_label_issues}, with which the rules agree but
 * for the number of the two first, which is the one that the joint estimates there too when asked
 * for ({@code off_diagonal_calibrated}); results/label-flags compares them.
 */
public enum LabelFilter {
  /** As many as the joint estimates to be wrong, those with the least self-confidence. */
  LOW_SELF_CONFIDENCE {
    @Override
    boolean[] candidates(ConfidentLearning learning) {
      return lowest(learning, learning.selfConfidence());
    }
  },

  /** As many as the joint estimates to be wrong, those with the least normalized margin. */
  LOW_NORMALIZED_MARGIN {
    @Override
    boolean[] candidates(ConfidentLearning learning) {
      return lowest(learning, learning.normalizedMargin());
    }
  },

  /**
   * For each pair of classes i and j, as many of the images given i as the joint estimates to be j:
   * those with the greatest pⱼ − pᵢ. cleanlab's default.
   */
  PRUNE_BY_NOISE_RATE {
    @Override
    boolean[] candidates(ConfidentLearning learning) {
      boolean[] flags = new boolean[learning.images()];
      int[][] counts = calibrated(learning);
      for (int i = 0; i < counts.length; i++) {
        int[] own = imagesGiven(learning, i);
        for (int j = 0; j < counts.length; j++) {
          int label = i;
          int other = j;
          take(
              flags,
              own,
              i == j ? 0 : counts[i][j],
              image -> learning.probability(image, label) - learning.probability(image, other));
        }
      }
      return flags;
    }
  },

  /** Of each class as many as the joint estimates, those with the least self-confidence. */
  PRUNE_BY_CLASS {
    @Override
    boolean[] candidates(ConfidentLearning learning) {
      boolean[] flags = new boolean[learning.images()];
      int[][] counts = calibrated(learning);
      for (int i = 0; i < counts.length; i++) {
        int[] own = imagesGiven(learning, i);
        int label = i;
        take(
            flags,
            own,
            own.length - Math.max(1, counts[i][i]),
            image -> learning.probability(image, label));
      }
      return flags;
    }
  },

  /** What both {@link #PRUNE_BY_NOISE_RATE} and {@link #PRUNE_BY_CLASS} flag. */
  BOTH {
    @Override
    boolean[] candidates(ConfidentLearning learning) {
      boolean[] byRate = PRUNE_BY_NOISE_RATE.candidates(learning);
      boolean[] byClass = PRUNE_BY_CLASS.candidates(learning);
      for (int i = 0; i < byRate.length; i++) {
        byRate[i] &= byClass[i];
      }
      return byRate;
    }
  },

  /** What the confident joint counts beside its diagonal. */
  CONFIDENT_LEARNING {
    @Override
    boolean[] candidates(ConfidentLearning learning) {
      return select(
          learning,
          image ->
              learning.confident(image) >= 0 && learning.confident(image) != learning.given(image));
    }
  },

  /** All images that the network predicts otherwise than given. */
  PREDICTED_NEQ_GIVEN {
    @Override
    boolean[] candidates(ConfidentLearning learning) {
      return select(learning, image -> true);
    }
  };

  /** Which images the rule names before those are left out that no rule may flag. */
  abstract boolean[] candidates(ConfidentLearning learning);

  /** Which images to flag, N. */
  public boolean[] flags(ConfidentLearning learning) {
    boolean[] named = candidates(learning);
    return select(learning, image -> named[image]);
  }

  /** As options name it: {@code low-self-confidence}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean[] select(ConfidentLearning learning, IntPredicate named) {
    boolean[] flags = new boolean[learning.images()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = learning.isJudged(i) && !learning.agrees(i) && named.test(i);
    }
    return flags;
  }

  private static boolean[] lowest(ConfidentLearning learning, double[] scores) {
    boolean[] flags = new boolean[learning.images()];
    int[] judged = learning.judgedImages();
    long count = Math.round(learning.noiseRate() * judged.length);
    double[] margins = learning.normalizedMargin(); // decides between equal scores
    order(
            judged,
            Comparator.<Integer>comparingDouble(i -> scores[i]).thenComparing(i -> margins[i]))
        .limit(count)
        .forEach(image -> flags[image] = true);
    return flags;
  }

  /** Flags so many of the images, those with the least score, of equals the first. */
  private static void take(boolean[] flags, int[] images, int count, IntToDoubleFunction score) {
    if (count > 0) {
      order(images, Comparator.comparingDouble(score::applyAsDouble))
          .limit(count)
          .forEach(image -> flags[image] = true);
    }
  }

  private static IntStream order(int[] images, Comparator<Integer> comparator) {
    return Arrays.stream(images).boxed().sorted(comparator).mapToInt(Integer::intValue);
  }

  private static int[] imagesGiven(ConfidentLearning learning, int label) {
    return IntStream.range(0, learning.images())
        .filter(image -> learning.given(image) == label)
        .toArray();
  }

  /**
   * The joint in images, given × true, K×K: whole numbers that sum to the images given each class,
   * at least one of which is right.
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
