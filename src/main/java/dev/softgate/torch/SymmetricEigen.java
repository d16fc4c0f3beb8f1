package dev.softgate.torch;

import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix, the greatest eigenvalue first. The
 * component of a vector that is largest, whatever its sign, is positive.
 *
 * @param values n, descending
 * @param vectors n×n, a vector of length 1 in each row
 */
@SuppressWarnings("ArrayRecordComponent")
public record SymmetricEigen(double[] values, double[][] vectors) {

  /**
   * Decomposes a matrix by LAPACK.
   *
   * @param matrix n×n, symmetric and finite; its lower triangle is read
   */
  public static SymmetricEigen of(double[][] matrix) {
    int n = matrix.length;
    double[] flat = new double[Math.multiplyExact(n, n)];
    for (int i = 0; i < n; i++) {
      System.arraycopy(matrix[i], 0, flat, i * n, n);
    }
    double[] ascending = new double[n];
    double[] columns = new double[n * n];
    try (Scope scope = Scope.open()) {
      T_TensorTensor_T found =
          torch.linalg_eigh(org.bytedeco.pytorch.Tensor.create(flat).view(n, n));
      found.get0().contiguous().data_ptr_double().get(ascending);
      found.get1().contiguous().data_ptr_double().get(columns);
    }
    double[] values = new double[n];
    double[][] vectors = new double[n][n];
    for (int i = 0; i < n; i++) {
      int column = n - 1 - i;
      values[i] = ascending[column];
      double largest = 0;
      for (int row = 0; row < n; row++) {
        double component = columns[row * n + column];
        vectors[i][row] = component;
        largest = Math.abs(component) > Math.abs(largest) ? component : largest;
      }
      for (int row = 0; row < n && largest < 0; row++) {
        vectors[i][row] = -vectors[i][row];
      }
    }
    return new SymmetricEigen(values, vectors);
  }
}
