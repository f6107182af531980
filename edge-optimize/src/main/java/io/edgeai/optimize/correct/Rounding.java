package io.edgeai.optimize.correct;

import java.util.Arrays;

/**
 * Chooses integer levels q for weights w so that {@code (w − s·q)ᵀ H (w − s·q)} is small, H being the second moment of
 * the inputs: first one weight after the other, each spreading its error over those still to come (E. Frantar et al.,
 * GPTQ, ICLR 2023), then single steps up and down while they help, which is the objective of adaptive rounding (M. Nagel
 * et al., AdaRound, ICML 2020) descended coordinate by coordinate. Keeps its buffers; not thread-safe.
 */
final class Rounding {
    private static final double DAMPING = 0.01;
    private static final int MOST_SWEEPS = 20;

    private final int depth;
    private final double[] h;
    private final int[] order;
    private final double[] upper;

    /** @param h symmetric, positive semi-definite, row-major, depth × depth; is not changed */
    Rounding(double[] h, int depth) {
        this.depth = depth;
        this.h = h.clone();
        double trace = 0;
        for (int i = 0; i < depth; i++) {
            trace += h[i * depth + i];
        }
        double damp = Math.max(DAMPING * trace / depth, 1e-12);
        for (int i = 0; i < depth; i++) {
            this.h[i * depth + i] += damp;
        }
        this.order = descending();
        this.upper = SymmetricMatrix.inverseCholesky(permuted(), depth);
    }

    private int[] descending() {
        Integer[] boxed = new Integer[depth];
        Arrays.setAll(boxed, i -> i);
        Arrays.sort(boxed, (a, b) -> Double.compare(h[b * depth + b], h[a * depth + a]));
        return Arrays.stream(boxed).mapToInt(Integer::intValue).toArray();
    }

    private double[] permuted() {
        double[] permuted = new double[depth * depth];
        for (int i = 0; i < depth; i++) {
            for (int j = 0; j < depth; j++) {
                permuted[i * depth + j] = h[order[i] * depth + order[j]];
            }
        }
        return permuted;
    }

    /** Importance of each weight alone: the diagonal of H. */
    double importance(int i) {
        return h[i * depth + i];
    }

    /** Levels from −top to top for weights and one scale. */
    int[] levels(double[] weights, double scale, int top) {
        double[] w = new double[depth];
        for (int i = 0; i < depth; i++) {
            w[i] = weights[order[i]];
        }
        int[] levels = new int[depth];
        for (int i = 0; i < depth; i++) {
            int level = clamp(Math.rint(w[i] / scale), top);
            levels[order[i]] = level;
            double error = (w[i] - scale * level) / upper[i * depth + i];
            for (int j = i + 1; j < depth; j++) {
                w[j] -= error * upper[i * depth + j];
            }
        }
        int[] nearest = new int[depth];
        for (int i = 0; i < depth; i++) {
            nearest[i] = clamp(Math.rint(weights[i] / scale), top);
        }
        polish(weights, levels, scale, top);
        polish(weights, nearest, scale, top);
        return cost(weights, levels, scale) <= cost(weights, nearest, scale) ? levels : nearest;
    }

    /** (w − s·q)ᵀ H (w − s·q). */
    double cost(double[] weights, int[] levels, double scale) {
        double[] gradient = gradient(weights, levels, scale);
        double cost = 0;
        for (int i = 0; i < depth; i++) {
            cost += (weights[i] - scale * levels[i]) * gradient[i];
        }
        return cost;
    }

    private double[] gradient(double[] weights, int[] levels, double scale) {
        double[] gradient = new double[depth];
        for (int j = 0; j < depth; j++) {
            double error = weights[j] - scale * levels[j];
            for (int i = 0; i < depth; i++) {
                gradient[i] += h[j * depth + i] * error;
            }
        }
        return gradient;
    }

    private void polish(double[] weights, int[] levels, double scale, int top) {
        double[] gradient = gradient(weights, levels, scale);
        boolean moved = true;
        for (int sweep = 0; moved && sweep < MOST_SWEEPS; sweep++) {
            moved = false;
            for (int i = 0; i < depth; i++) {
                int step = gradient[i] > 0 ? 1 : -1;
                double change = scale * scale * h[i * depth + i] - 2 * scale * Math.abs(gradient[i]);
                if (change < 0 && Math.abs(levels[i] + step) <= top) {
                    levels[i] += step;
                    for (int j = 0; j < depth; j++) {
                        gradient[j] -= step * scale * h[i * depth + j];
                    }
                    moved = true;
                }
            }
        }
    }

    private static int clamp(double level, int top) {
        return (int) Math.max(-top, Math.min(top, level));
    }
}
