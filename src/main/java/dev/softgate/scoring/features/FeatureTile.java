package dev.softgate.scoring.features;

/**
 * Up to {@value #SIZE} rows of features, transposed, so that their products with a vector are sums
 * over contiguous floats.
 */
final class FeatureTile {

  /** Rows whose features fit into the nearest caches. */
  static final int SIZE = 256;

  private final Features features;
  private final float[] transposed; // C×SIZE
  private final int[] starts; // of the C rows of transposed
  private final float[] factors; // C

  FeatureTile(Features features) {
    int dimensions = features.dimensions();
    this.features = features;
    this.transposed = new float[Math.multiplyExact(dimensions, SIZE)];
    this.starts = new int[dimensions];
    this.factors = new float[dimensions];
    for (int c = 0; c < dimensions; c++) {
      starts[c] = c * SIZE;
    }
  }

  /** Takes in {@code size} of the given rows, from the index {@code from} on. */
  void load(int[] rows, int from, int size) {
    float[] values = features.values();
    for (int b = 0; b < size; b++) {
      int start = features.start(rows[from + b]);
      for (int c = 0; c < starts.length; c++) {
        transposed[c * SIZE + b] = values[start + c];
      }
    }
  }

  /**
   * Adds the product of each row with a vector.
   *
   * @param to receives {@value #SIZE} sums from {@code at} on
   * @param vector holds the vector's C numbers from {@code start} on
   */
  void addProducts(float[] to, int at, float[] vector, int start) {
    System.arraycopy(vector, start, factors, 0, factors.length);
    Axpy.add(to, at, SIZE, transposed, starts, factors, factors.length);
  }
}
