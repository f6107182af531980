package io.edgeai.placement.cost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Weights {@code w ≥ 0} with the least {@code Σ |w · row − 1|}. The sum is linear between the planes {@code w · row = 1}
 * and {@code w[i] = 0}, so it is least where as many of them as there are weights cross in one point; all such points are
 * tried. Of points as good as each other the first wins, and planes of the last weights come before those of the first:
 * where rows are few, the last weights are 0.
 */
final class LeastDeviations {
    private static final double TIE = 1e-12;

    private final List<double[]> rows;
    private final List<double[]> planes = new ArrayList<>();
    private final double[] scale;
    private final int[] chosen;
    private double[] best;
    private double least;

    private LeastDeviations(List<double[]> rows) {
        int n = rows.get(0).length;
        this.scale = new double[n];
        rows.forEach(row -> Arrays.setAll(scale, i -> Math.max(scale[i], row[i])));
        this.rows = rows.stream().map(this::scaled).toList();
        this.chosen = new int[n];
        this.best = new double[n];
        this.least = rows.size();
        this.rows.forEach(row -> planes.add(plane(row, 1)));
        for (int i = n - 1; i >= 0; i--) {
            double[] unit = new double[n];
            unit[i] = 1;
            planes.add(plane(unit, 0));
        }
    }

    /** The weights for these rows of equal length, of which there is at least one; entries are 0 or above. */
    static double[] fit(List<double[]> rows) {
        LeastDeviations search = new LeastDeviations(rows);
        search.choose(0, 0);
        double[] weights = search.best;
        Arrays.setAll(weights, i -> weights[i] == 0 ? 0 : weights[i] / search.scale[i]);
        return weights;
    }

    static double dot(double[] weights, double[] row) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * row[i];
        }
        return sum;
    }

    private double[] scaled(double[] row) {
        double[] scaled = new double[row.length];
        Arrays.setAll(scaled, i -> scale[i] == 0 ? 0 : row[i] / scale[i]);
        return scaled;
    }

    private static double[] plane(double[] normal, double at) {
        double[] plane = Arrays.copyOf(normal, normal.length + 1);
        plane[normal.length] = at;
        return plane;
    }

    private void choose(int count, int from) {
        if (count == chosen.length) {
            weigh();
            return;
        }
        for (int i = from; i <= planes.size() - (chosen.length - count); i++) {
            chosen[count] = i;
            choose(count + 1, i + 1);
        }
    }

    private void weigh() {
        double[][] equations = new double[chosen.length][];
        Arrays.setAll(equations, i -> planes.get(chosen[i]).clone());
        double[] weights = solve(equations);
        for (double weight : weights) {
            if (!(weight >= 0)) {
                return;
            }
        }
        double error = 0;
        for (double[] row : rows) {
            error += Math.abs(dot(weights, row) - 1);
        }
        if (error < least - TIE) {
            least = error;
            best = weights;
        }
    }

    /** Gauss and Jordan with pivots; not a number where the equations do not determine it. */
    private static double[] solve(double[][] equations) {
        int n = equations.length;
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int row = column + 1; row < n; row++) {
                pivot = Math.abs(equations[row][column]) > Math.abs(equations[pivot][column]) ? row : pivot;
            }
            double[] swapped = equations[pivot];
            equations[pivot] = equations[column];
            equations[column] = swapped;
            for (int row = 0; row < n; row++) {
                double factor =
                        Math.abs(swapped[column]) < 1e-12 ? Double.NaN : equations[row][column] / swapped[column];
                for (int i = column; row != column && i <= n; i++) {
                    equations[row][i] -= factor * swapped[i];
                }
            }
        }
        double[] solved = new double[n];
        for (int i = 0; i < n; i++) {
            solved[i] = equations[i][n] / equations[i][i];
        }
        return solved;
    }
}
