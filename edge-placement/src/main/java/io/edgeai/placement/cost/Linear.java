package io.edgeai.placement.cost;

/** Linear equations. */
final class Linear {
    private Linear() {}

    /** {@code x} with {@code matrix · x = right}, by Gauss and Jordan with pivots; the matrix is square and regular. */
    static double[] solve(double[][] matrix, double[] right) {
        int n = right.length;
        double[][] rows = new double[n][];
        double[] solution = right.clone();
        for (int i = 0; i < n; i++) {
            rows[i] = matrix[i].clone();
        }
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int row = column + 1; row < n; row++) {
                pivot = Math.abs(rows[row][column]) > Math.abs(rows[pivot][column]) ? row : pivot;
            }
            double[] swapped = rows[pivot];
            rows[pivot] = rows[column];
            rows[column] = swapped;
            double value = solution[pivot];
            solution[pivot] = solution[column];
            solution[column] = value;
            for (int row = 0; row < n; row++) {
                double factor = row == column ? 0 : rows[row][column] / swapped[column];
                for (int i = column; factor != 0 && i < n; i++) {
                    rows[row][i] -= factor * swapped[i];
                }
                solution[row] -= factor * value;
            }
        }
        for (int i = 0; i < n; i++) {
            solution[i] /= rows[i][i];
        }
        return solution;
    }
}
