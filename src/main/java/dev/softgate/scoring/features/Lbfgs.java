package dev.softgate.scoring.features;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimizes a smooth convex function by the limited-memory BFGS method.
 *
 * <p>Source: Nocedal and Wright, <i>Numerical Optimization</i>, 2nd edition, algorithm 7.4. The
 * line search bisects until a step fulfills the weak Wolfe conditions (Lewis and Overton,
 * <i>Nonsmooth optimization via quasi-Newton methods</i>, 2013, algorithm 2.6).
 */
final class Lbfgs {

  private static final int MEMORY = 10;
  private static final int MOST_TRIALS = 30;
  private static final double DECREASE = 1e-4; // Wolfe's first constant
  private static final double CURVATURE = 0.9; // and the second

  private final Objective objective;
  private final double tolerance;
  private final Deque<Pair> pairs = new ArrayDeque<>(); // the newest first
  private double[] x;
  private double[] gradient;
  private double value;

  /** A function with its gradient. */
  @FunctionalInterface
  interface Objective {

    /**
     * Computes the value at a point.
     *
     * @param gradient receives the gradient; its old contents are arbitrary
     */
    double at(double[] x, double[] gradient);
  }

  /** A step, the change of the gradient along it, and the inverse of their inner product. */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  private record Pair(double[] step, double[] change, double inverse) {}

  private Lbfgs(Objective objective, double[] start, double tolerance) {
    this.objective = objective;
    this.tolerance = tolerance;
    this.x = start.clone();
    this.gradient = new double[start.length];
    this.value = objective.at(x, gradient);
  }

  /**
   * Finds a minimum.
   *
   * @param start the first point
   * @param tolerance the greatest magnitude of the gradient's components at the end
   * @param iterations the most steps
   * @return the best point found
   */
  static double[] minimize(Objective objective, double[] start, double tolerance, int iterations) {
    Lbfgs search = new Lbfgs(objective, start, tolerance);
    for (int i = 0; i < iterations && !search.converged() && search.step(); i++) {
      // the steps are the work
    }
    return search.x;
  }

  private boolean converged() {
    for (double g : gradient) {
      if (!(Math.abs(g) <= tolerance)) {
        return false;
      }
    }
    return true;
  }

  /** Moves to a better point; false if there is none within rounding. */
  private boolean step() {
    double[] direction = direction();
    double slope = dot(direction, gradient);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double length = pairs.isEmpty() ? 1 / Math.max(1, Math.sqrt(-slope)) : 1;
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
      double[] next = x.clone();
      add(next, length, direction);
      double[] nextGradient = new double[x.length];
      double nextValue = objective.at(next, nextGradient);
      if (!(nextValue <= value + DECREASE * length * slope)) {
        high = length;
      } else if (dot(direction, nextGradient) < CURVATURE * slope) {
        low = length;
      } else {
        remember(next, nextGradient);
        x = next;
        gradient = nextGradient;
        value = nextValue;
        return true;
      }
      length = high == Double.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
    }
    return false;
  }

  private void remember(double[] next, double[] nextGradient) {
    double[] step = next.clone();
    add(step, -1, x);
    double[] change = nextGradient.clone();
    add(change, -1, gradient);
    double product = dot(step, change); // positive by the second Wolfe condition
    pairs.addFirst(new Pair(step, change, 1 / product));
    if (pairs.size() > MEMORY) {
      pairs.removeLast();
    }
  }

  /** −H·gradient, with H the approximate inverse of the Hessian. */
  private double[] direction() {
    double[] q = gradient.clone();
    double[] alphas = new double[pairs.size()];
    int i = 0;
    for (Pair pair : pairs) {
      alphas[i] = pair.inverse * dot(pair.step, q);
      add(q, -alphas[i++], pair.change);
    }
    Pair newest = pairs.peekFirst();
    double scale = newest == null ? -1 : -1 / (newest.inverse * dot(newest.change, newest.change));
    for (int j = 0; j < q.length; j++) {
      q[j] *= scale;
    }
    for (Iterator<Pair> oldest = pairs.descendingIterator(); oldest.hasNext(); ) {
      Pair pair = oldest.next();
      double beta = pair.inverse * dot(pair.change, q);
      add(q, -alphas[--i] - beta, pair.step);
    }
    return q;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] to, double factor, double[] other) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * other[i];
    }
  }
}
