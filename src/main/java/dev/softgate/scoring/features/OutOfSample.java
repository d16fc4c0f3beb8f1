package dev.softgate.scoring.features;

import dev.softgate.Progress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The probability of each class for each image, by logistic regressions on the images' features
 * that have not seen the image: cross-validation over stratified folds.
 *
 * <p>It goes over the images twice. The second round does not train on images whose labels the
 * first one contradicts clearly, so wrong labels teach it less; the result is the mean of both
 * rounds. Each round averages two divisions into folds. The penalty is the one with the least
 * held-out loss. An image may have several views: each is learned from, and the probabilities are
 * their mean. What this gains: results/features, decision 0045.
 *
 * <p>Source: Northcutt, Jiang and Chuang, <i>Confident learning</i>, JAIR 2021, for learning again
 * without suspects.
 *
 * @param probabilities N×K, row by row, each row summing to one
 * @param penalty the chosen penalty of {@link SoftmaxRegression}
 * @param heldOutLoss the mean −ln p of the given labels with that penalty, in nats
 * @param leftOut the number of images that the second round did not train on
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record OutOfSample(float[] probabilities, double penalty, double heldOutLoss, int leftOut) {

  private static final double[] PENALTIES = {.001, .003, .01, .03, .1, .3, 1};
  private static final int DIVISIONS = 2;
  private static final int FIRST_OF_SECOND_ROUND = 100; // its divisions differ from the first's

  /** The margin of the given label's probability below which the second round ignores a label. */
  private static final double CONTRADICTED = -0.3;

  /** Images enough to choose a penalty. */
  private static final int MOST_FOR_CHOICE = 10_000;

  /** scikit-learn's default. */
  private static final double TOLERANCE = 1e-4;

  private static final double LEAST_PROBABILITY = 1e-12;

  /**
   * Images to judge.
   *
   * @param features N×(V·C): the features of an image's views one after the other
   * @param views V, at least 1
   * @param labels N, in [0, K)
   * @param groups N; images with equal numbers are copies of one another and share a fold
   * @param classes K, at least 2
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  public record Labeled(Features features, int views, int[] labels, int[] groups, int classes) {

    /** Throws IllegalArgumentException if the sizes do not match. */
    public Labeled {
      int images = features.count();
      boolean divides = views >= 1 && features.dimensions() % views == 0;
      if (labels.length != images || groups.length != images || classes < 2 || !divides) {
        throw new IllegalArgumentException(
            "%d labels and %d groups of %d images of %d views, K = %d"
                .formatted(labels.length, groups.length, images, views, classes));
      }
    }
  }

  /**
   * How to divide and compute.
   *
   * @param folds at least 2, at most N
   * @param seed decides the divisions
   * @param threads at least 1; the result does not depend on it
   */
  public record Options(int folds, long seed, int threads) {}

  /**
   * Computes the probabilities; the features need not be scaled.
   *
   * @param progress is told how many regressions are fitted
   */
  public static OutOfSample of(Labeled images, Options options, Progress progress) {
    Views views = Views.of(images);
    Search search = new Search(images, views, options, new Fits(options.folds, progress));
    double penalty = PENALTIES[0];
    double least = Double.POSITIVE_INFINITY;
    for (double candidate : PENALTIES) {
      double loss = search.heldOutLoss(candidate);
      if (loss >= least) {
        break; // the loss falls and then rises
      }
      least = loss;
      penalty = candidate;
    }
    search.fits.chosen();
    float[] first = search.round(penalty, 0, null);
    boolean[] contradicted = contradicted(first, images);
    float[] second = search.round(penalty, FIRST_OF_SECOND_ROUND, contradicted);
    for (int i = 0; i < first.length; i++) {
      first[i] = (first[i] + second[i]) / 2;
    }
    int leftOut =
        (int) IntStream.range(0, contradicted.length).filter(i -> contradicted[i]).count();
    return new OutOfSample(first, penalty, least, leftOut);
  }

  private static boolean[] contradicted(float[] probabilities, Labeled images) {
    int classes = images.classes;
    boolean[] contradicted = new boolean[images.labels.length];
    for (int i = 0; i < contradicted.length; i++) {
      float greatest = 0;
      for (int k = 0; k < classes; k++) {
        if (k != images.labels[i]) {
          greatest = Math.max(greatest, probabilities[i * classes + k]);
        }
      }
      contradicted[i] = probabilities[i * classes + images.labels[i]] - greatest < CONTRADICTED;
    }
    return contradicted;
  }

  /** Counts the regressions that are fitted. */
  private static final class Fits implements Runnable {
    private final int choice;
    private final int total;
    private final Progress progress;
    private int done;

    Fits(int folds, Progress progress) {
      this.choice = PENALTIES.length * folds;
      this.total = choice + 2 * DIVISIONS * folds; // two rounds
      this.progress = progress;
    }

    @Override
    public void run() {
      progress.progressed("fitting", ++done, total);
    }

    /** The penalty is chosen; the others need not be tried. */
    void chosen() {
      done = choice;
    }
  }

  /**
   * The views of images as rows: view v of image i is row i·V + v.
   *
   * @param features (N·V)×C, standardized
   * @param labels N·V, those of the images
   * @param each V
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  private record Views(Features features, int[] labels, int each) {

    static Views of(Labeled images) {
      int each = images.views;
      int[] labels = new int[Math.multiplyExact(images.labels.length, each)];
      Arrays.setAll(labels, row -> images.labels[row / each]);
      return new Views(images.features.byView(each).standardized(), labels, each);
    }

    int[] rows(int[] images) {
      int[] rows = new int[Math.multiplyExact(images.length, each)];
      Arrays.setAll(rows, i -> images[i / each] * each + i % each);
      return rows;
    }
  }

  /** Fits the regressions of divisions. */
  private record Search(Labeled images, Views views, Options options, Fits fits) {

    private int[] division(int number) {
      return FoldAssignment.draw(
          images.labels,
          images.groups,
          images.classes,
          options.folds,
          options.seed * 1_000_003 + number);
    }

    /** The mean −ln p of the given labels over one division of all, or enough, images. */
    double heldOutLoss(double penalty) {
      int[] division = division(0);
      int[] sample = sample();
      List<Double> sums =
          ParallelTasks.run(
              options.folds,
              options.threads,
              fold -> {
                int[] held = select(sample, division, fold, true);
                float[] p = predicted(select(sample, division, fold, false), held, penalty);
                double sum = 0;
                for (int i = 0; i < held.length; i++) {
                  double own = p[i * images.classes + images.labels[held[i]]];
                  sum -= Math.log(Math.max(own, LEAST_PROBABILITY));
                }
                return sum;
              },
              fits);
      return sums.stream().mapToDouble(Double::doubleValue).sum() / sample.length;
    }

    private int[] sample() {
      int count = images.labels.length;
      return count <= MOST_FOR_CHOICE
          ? IntStream.range(0, count).toArray()
          : new Random(options.seed)
              .ints(0, count)
              .distinct()
              .limit(MOST_FOR_CHOICE)
              .sorted()
              .toArray();
    }

    /**
     * The mean over divisions of the probabilities, N×K.
     *
     * @param ignored the images not to train on; null for none
     */
    float[] round(double penalty, int firstDivision, boolean @Nullable [] ignored) {
      int[] all = IntStream.range(0, images.labels.length).toArray();
      int[] trained = ignored == null ? all : Arrays.stream(all).filter(i -> !ignored[i]).toArray();
      int[][] divisions = new int[DIVISIONS][];
      for (int d = 0; d < DIVISIONS; d++) {
        divisions[d] = division(firstDivision + d);
      }
      float[] mean = new float[Math.multiplyExact(all.length, images.classes)];
      List<float[]> parts =
          ParallelTasks.run(
              DIVISIONS * options.folds,
              options.threads,
              task -> {
                int[] division = divisions[task / options.folds];
                int fold = task % options.folds;
                return predicted(
                    select(trained, division, fold, false),
                    select(all, division, fold, true),
                    penalty);
              },
              fits);
      for (int task = 0; task < parts.size(); task++) {
        int[] held = select(all, divisions[task / options.folds], task % options.folds, true);
        float[] p = parts.get(task);
        for (int i = 0; i < p.length; i++) {
          mean[held[i / images.classes] * images.classes + i % images.classes] += p[i] / DIVISIONS;
        }
      }
      return mean;
    }

    /** The probabilities of held images after training on others: the mean of their views. */
    private float[] predicted(int[] trained, int[] held, double penalty) {
      float[] byView =
          SoftmaxRegression.fit(
                  new SoftmaxRegression.Problem(
                      views.features,
                      views.rows(trained),
                      views.labels,
                      images.classes,
                      penalty / views.each), // each image counts once
                  TOLERANCE)
              .probabilities(views.features, views.rows(held));
      if (views.each == 1) {
        return byView;
      }
      int classes = images.classes;
      float[] mean = new float[held.length * classes];
      for (int i = 0; i < byView.length; i++) {
        mean[i / (views.each * classes) * classes + i % classes] += byView[i] / views.each;
      }
      return mean;
    }

    private static int[] select(int[] images, int[] division, int fold, boolean held) {
      return Arrays.stream(images).filter(i -> (division[i] == fold) == held).toArray();
    }
  }
}
