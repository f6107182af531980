package io.edgeai.federated.strategy;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Mean of the middle values of each coordinate; at share 0.5 the median. */
record TrimmedMean(String name, double share) implements Aggregator {
    /** 29 % of 100 is 28.999999999999996 in binary, and 29 updates all the same. */
    private static final double ROUNDING = 1e-9;

    static TrimmedMean of(double share) {
        if (!(share >= 0 && share < 0.5)) {
            throw new InvalidInputException("share (" + share + ") to trim must be 0 up to but not 0.5.");
        }
        return new TrimmedMean("trimmed-mean(" + share + ")", share);
    }

    @Override
    public Accumulator start(int parameters) {
        return new Kept(parameters, share);
    }

    private static final class Kept implements Accumulator {
        private final int parameters;
        private final double share;
        private final List<float[]> updates = new ArrayList<>();

        Kept(int parameters, double share) {
            this.parameters = parameters;
            this.share = share;
        }

        @Override
        public void add(float[] update, double weight) {
            updates.add(update);
        }

        @Override
        public double[] result() {
            int n = updates.size();
            int trim = Math.min((int) (share * n + ROUNDING), (n - 1) / 2);
            double[] result = new double[parameters];
            float[] column = new float[n];
            for (int i = 0; i < parameters; i++) {
                for (int u = 0; u < n; u++) {
                    column[u] = updates.get(u)[i];
                }
                Arrays.sort(column);
                double sum = 0;
                for (int u = trim; u < n - trim; u++) {
                    sum += column[u];
                }
                result[i] = sum / (n - 2 * trim);
            }
            return result;
        }
    }
}
