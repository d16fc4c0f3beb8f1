package dev.softgate.scoring.features;

import java.util.Arrays;

/**
 * Multinomial logistic regression with an L2 penalty: probabilities softmax(W·x + b).
 *
 * <p>W and b minimize Σ −ln p(label) + ‖W‖² / (2·penalty) over the training rows; the intercept b
 * is not penalized. The minimum is that of scikit-learn's {@code LogisticRegression(C=penalty)}, to
 * which {@code SoftmaxRegressionTest} holds it.
 *
 * @param classes K
 * @param weights K×(C+1): for each class the weights of the C features, then the intercept
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record SoftmaxRegression(int classes, double[] weights) {

  private static final int MOST_ITERATIONS = 500;

  /** Training rows and how strongly the weights are penalized. */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  record Problem(Features features, int[] rows, int[] labels, int classes, double penalty) {}

  /**
   * Fits a regression.
   *
   * @param problem {@code rows} to train on; {@code labels} of all rows of {@code features}
   * @param tolerance the greatest component of the mean loss's gradient at the end
   */
  static SoftmaxRegression fit(Problem problem, double tolerance) {
    double[] start = new double[problem.classes * (problem.features.dimensions() + 1)];
    return new SoftmaxRegression(
        problem.classes, Lbfgs.minimize(new Loss(problem), start, tolerance, MOST_ITERATIONS));
  }

  /** The probabilities of rows, K each, row by row. */
  float[] probabilities(Features features, int[] rows) {
    float[] all = new float[Math.multiplyExact(rows.length, classes)];
    Pass pass = new Pass(features, classes);
    float[] narrow = narrow(weights);
    for (int from = 0; from < rows.length; from += FeatureTile.SIZE) {
      int size = Math.min(FeatureTile.SIZE, rows.length - from);
      pass.logits(rows, from, size, narrow);
      for (int b = 0; b < size; b++) {
        pass.softmax(b);
        for (int k = 0; k < classes; k++) {
          all[(from + b) * classes + k] = pass.values[k * FeatureTile.SIZE + b];
        }
      }
    }
    return all;
  }

  private static float[] narrow(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  /** The mean over the training rows, which has the same minimum as the sum. */
  private static final class Loss implements Lbfgs.Objective {
    private final Problem problem;
    private final Pass pass;

    Loss(Problem problem) {
      this.problem = problem;
      this.pass = new Pass(problem.features, problem.classes);
    }

    @Override
    public double at(double[] x, double[] gradient) {
      int[] rows = problem.rows;
      Arrays.fill(gradient, 0);
      float[] narrow = narrow(x);
      double sum = 0;
      for (int from = 0; from < rows.length; from += FeatureTile.SIZE) {
        int size = Math.min(FeatureTile.SIZE, rows.length - from);
        pass.logits(rows, from, size, narrow);
        for (int b = 0; b < size; b++) {
          sum += pass.derivative(b, problem.labels[rows[from + b]]);
        }
        pass.addGradient(rows, from, size, gradient);
      }
      int width = problem.features.dimensions() + 1;
      double factor = 1 / (problem.penalty * rows.length);
      double squares = 0;
      for (int i = 0; i < x.length; i++) {
        gradient[i] /= rows.length;
        if (i % width < width - 1) {
          gradient[i] += factor * x[i];
          squares += x[i] * x[i];
        }
      }
      return sum / rows.length + factor * squares / 2;
    }
  }

  /** Passes over tiles of rows. Sums within a tile are floats, sums over tiles are doubles. */
  private static final class Pass {
    private final Features features;
    private final int classes;
    private final FeatureTile tile;
    private final float[] values; // K×SIZE: logits, then probabilities or derivatives
    private final float[] sums; // C
    private final int[] starts = new int[FeatureTile.SIZE];
    private final float[] factors = new float[FeatureTile.SIZE];

    Pass(Features features, int classes) {
      this.features = features;
      this.classes = classes;
      this.tile = new FeatureTile(features);
      this.values = new float[Math.multiplyExact(classes, FeatureTile.SIZE)];
      this.sums = new float[features.dimensions()];
    }

    /** Computes the logits of rows. */
    void logits(int[] rows, int from, int size, float[] weights) {
      tile.load(rows, from, size);
      int width = features.dimensions() + 1;
      for (int k = 0; k < classes; k++) {
        int at = k * FeatureTile.SIZE;
        Arrays.fill(values, at, at + FeatureTile.SIZE, weights[(k + 1) * width - 1]);
        tile.addProducts(values, at, weights, k * width);
      }
    }

    /** Turns a row's logits into probabilities; returns the logarithm of their common divisor. */
    double softmax(int b) {
      double greatest = Double.NEGATIVE_INFINITY;
      for (int i = b; i < values.length; i += FeatureTile.SIZE) {
        greatest = Math.max(greatest, values[i]);
      }
      double sum = 0;
      for (int i = b; i < values.length; i += FeatureTile.SIZE) {
        sum += Math.exp(values[i] - greatest);
      }
      double divisor = greatest + Math.log(sum);
      for (int i = b; i < values.length; i += FeatureTile.SIZE) {
        values[i] = (float) Math.exp(values[i] - divisor);
      }
      return divisor;
    }

    /** Turns a row's logits into the loss's derivatives, p − 1 or p; returns the loss. */
    double derivative(int b, int label) {
      int own = label * FeatureTile.SIZE + b;
      double logit = values[own];
      double loss = softmax(b) - logit;
      values[own] -= 1;
      return loss;
    }

    /** Adds the derivatives of the weights, K×(C+1). */
    void addGradient(int[] rows, int from, int size, double[] gradient) {
      for (int b = 0; b < size; b++) {
        starts[b] = features.start(rows[from + b]);
      }
      int width = sums.length + 1;
      for (int k = 0; k < classes; k++) {
        System.arraycopy(values, k * FeatureTile.SIZE, factors, 0, size);
        Arrays.fill(sums, 0);
        Axpy.add(sums, 0, sums.length, features.values(), starts, factors, size);
        for (int c = 0; c < sums.length; c++) {
          gradient[k * width + c] += sums[c];
        }
        for (int b = 0; b < size; b++) {
          gradient[(k + 1) * width - 1] += factors[b];
        }
      }
    }
  }
}
