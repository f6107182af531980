package io.edgeai.optimize.prune.solve;

import io.edgeai.core.runtime.InferenceRuntime;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows a layer is solved on. Where a Relu follows, a result that was negative only has to stay negative: its target
 * moves to what the layer says, as long as that is not positive, and the layer is solved again (after Zhang et al.,
 * <i>Accelerating very deep convolutional networks</i>, 2015). Not thread-safe.
 */
final class Samples {
    private static final int ROUNDS = 3;

    private final int features;
    private final int results;
    private final List<float[]> read = new ArrayList<>();
    private final List<float[]> wanted = new ArrayList<>();
    private final List<float[]> offsets = new ArrayList<>();

    Samples(int features, int results) {
        this.features = features;
        this.results = results;
    }

    /**
     * Adds rows.
     *
     * @param x features
     * @param y what the sum of the layer's result and the offset shall be
     * @param offset what is added to the layer's result
     */
    void add(float[] x, float[] y, float[] offset) {
        read.add(x);
        wanted.add(y);
        offsets.add(offset);
    }

    Solution solve(InferenceRuntime runtime, double[] start, double ridge, boolean intercept, boolean relu) {
        try (Gram gram = new Gram(runtime)) {
            List<float[]> targets = wanted;
            Solution solution = fit(gram, targets, start, ridge, intercept);
            for (int round = 1; relu && round < ROUNDS; round++) {
                targets = relaxed(solution);
                solution = fit(gram, targets, start, ridge, intercept);
            }
            return solution;
        }
    }

    private Solution fit(Gram gram, List<float[]> targets, double[] start, double ridge, boolean intercept) {
        Moments moments = new Moments(features, results);
        for (int i = 0; i < read.size(); i++) {
            float[] goal = targets.get(i).clone();
            float[] offset = offsets.get(i);
            for (int k = 0; k < goal.length; k++) {
                goal[k] -= offset[k];
            }
            moments.add(gram, read.get(i), goal, goal.length / Math.max(1, results));
        }
        moments.flush(gram);
        return Solution.of(moments, start, ridge, intercept);
    }

    /** Targets with the negative ones moved. */
    private List<float[]> relaxed(Solution solution) {
        float[] weights = new float[features * results];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) solution.weights[i];
        }
        List<float[]> moved = new ArrayList<>();
        for (int i = 0; i < read.size(); i++) {
            float[] x = read.get(i);
            float[] goal = wanted.get(i).clone();
            float[] said = new float[results];
            for (int r = 0; r < goal.length / results; r++) {
                for (int o = 0; o < results; o++) {
                    said[o] = (float) solution.bias[o] + offsets.get(i)[r * results + o];
                }
                for (int f = 0; f < features; f++) {
                    float value = x[r * features + f];
                    if (value != 0) {
                        for (int o = 0; o < results; o++) {
                            said[o] += value * weights[f * results + o];
                        }
                    }
                }
                for (int o = 0; o < results; o++) {
                    int at = r * results + o;
                    goal[at] = goal[at] > 0 ? goal[at] : Math.min(0, said[o]);
                }
            }
            moved.add(goal);
        }
        return moved;
    }
}
