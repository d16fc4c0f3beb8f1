package dev.softgate.onednn;

/** Arithmetic on gradients that tests compare. */
final class Vectors {

  private Vectors() {}

  static float[] change(float[] from, float[] to) {
    float[] change = new float[from.length];
    for (int i = 0; i < change.length; i++) {
      change[i] = to[i] - from[i];
    }
    return change;
  }

  static double norm(float[] values) {
    return Math.sqrt(dot(values, values));
  }

  static double cosine(float[] a, float[] b) {
    return dot(a, b) / (norm(a) * norm(b));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
