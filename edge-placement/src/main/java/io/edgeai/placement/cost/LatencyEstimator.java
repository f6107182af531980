package io.edgeai.placement.cost;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.cost.ModelCost;
import java.util.ArrayList;
import java.util.List;

/**
 * Predicts the time of one inference of a model that was never run, from what its graph costs and a few models that were
 * measured on the same hardware with the same engine and threads:
 *
 * <pre>millis = a · MACs + b · bytes read and written + c · nodes,    a, b, c ≥ 0</pre>
 *
 * with the least sum of squared relative errors over the samples. Three to five samples that differ in size and kind
 * are enough; with fewer, terms are left out. {@link #corrected} follows what is seen later. Immutable and thread-safe.
 *
 * <pre>{@code
 * LatencyEstimator here = LatencyEstimator.fit(samples);
 * Variant.builder("defects@1").measured("x86", here.millis(CostModel.of(graph)));
 * }</pre>
 */
public final class LatencyEstimator {
    private static final int TERMS = 3;

    private final double[] weights;
    private final double correction;

    private LatencyEstimator(double[] weights, double correction) {
        this.weights = weights;
        this.correction = correction;
    }

    /**
     * One model that was measured.
     *
     * @param cost what its graph costs
     * @param millis usual time of one inference, above 0
     */
    public record Sample(ModelCost cost, double millis) {
        public Sample {
            if (!(millis > 0) || Double.isInfinite(millis)) {
                throw new InvalidInputException("Measured time (" + millis + " ms) must be above 0 and finite.");
            }
        }
    }

    /**
     * Fits to measured models.
     *
     * @throws InvalidInputException where there is no sample, or none costs anything
     */
    public static LatencyEstimator fit(List<Sample> samples) {
        List<double[]> rows = samples.stream().map(LatencyEstimator::relative).toList();
        double[] best = new double[TERMS];
        double least = samples.size();
        for (int terms = 1; terms < 1 << TERMS; terms++) {
            if (Integer.bitCount(terms) <= samples.size()) {
                double[] weights = leastSquares(rows, terms);
                double error = error(rows, weights);
                if (error < least) {
                    least = error;
                    best = weights;
                }
            }
        }
        if (least >= samples.size()) {
            throw new InvalidInputException("Samples (" + samples.size()
                    + ") say nothing about time. Maybe measure three models of different size first.");
        }
        return new LatencyEstimator(best, 1);
    }

    /** Predicted milliseconds of one inference. */
    public double millis(ModelCost cost) {
        return correction * dot(weights, features(cost));
    }

    /**
     * The same with one more measurement of a model in use: all predictions are scaled towards it.
     *
     * @param trust how far, 0 (not at all) to 1 (to exactly that time)
     */
    public LatencyEstimator corrected(Sample seen, double trust) {
        if (!(trust >= 0 && trust <= 1)) {
            throw new InvalidInputException("Trust (" + trust + ") must lie between 0 and 1.");
        }
        double predicted = millis(seen.cost());
        return predicted > 0
                ? new LatencyEstimator(weights, correction * Math.pow(seen.millis() / predicted, trust))
                : this;
    }

    private static double[] features(ModelCost cost) {
        return new double[] {
            (double) cost.macs(),
            (double) cost.bytesRead() + cost.bytesWritten(),
            cost.nodes().size()
        };
    }

    /** Features by measured time, so that weights that are right give 1. */
    private static double[] relative(Sample sample) {
        double[] row = features(sample.cost());
        for (int i = 0; i < TERMS; i++) {
            row[i] /= sample.millis();
        }
        return row;
    }

    private static double error(List<double[]> rows, double[] weights) {
        double sum = 0;
        for (double[] row : rows) {
            double miss = dot(weights, row) - 1;
            sum += miss * miss;
        }
        return sum;
    }

    private static double dot(double[] weights, double[] row) {
        double sum = 0;
        for (int i = 0; i < TERMS; i++) {
            sum += weights[i] * row[i];
        }
        return sum;
    }

    /** The weights of these terms, a bit each, with the others 0; all 0 where they are not determined or one is negative. */
    private static double[] leastSquares(List<double[]> rows, int terms) {
        List<Integer> used = new ArrayList<>();
        for (int i = 0; i < TERMS; i++) {
            if ((terms >> i & 1) == 1) {
                used.add(i);
            }
        }
        int n = used.size();
        double[] scale = new double[n];
        for (int i = 0; i < n; i++) {
            for (double[] row : rows) {
                scale[i] = Math.max(scale[i], row[used.get(i)]);
            }
        }
        double[][] normal = new double[n][n + 1];
        for (double[] row : rows) {
            for (int i = 0; i < n; i++) {
                double left = row[used.get(i)] / scale[i];
                for (int j = 0; j < n; j++) {
                    normal[i][j] += left * row[used.get(j)] / scale[j];
                }
                normal[i][n] += left;
            }
        }
        double[] weights = new double[TERMS];
        double[] solved = solve(normal);
        for (int i = 0; i < n; i++) {
            if (!(solved[i] >= 0)) {
                return new double[TERMS];
            }
            weights[used.get(i)] = solved[i] / scale[i];
        }
        return weights;
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
