package io.edgeai.monitor.drift;

/** Two sorted samples as one, ascending, with where each value comes from. */
final class PooledSample {
    private final double[] values;
    private final boolean[] fromFirst;

    private PooledSample(double[] values, boolean[] fromFirst) {
        this.values = values;
        this.fromFirst = fromFirst;
    }

    static PooledSample of(double[] first, double[] second) {
        double[] values = new double[first.length + second.length];
        boolean[] fromFirst = new boolean[values.length];
        int i = 0;
        int j = 0;
        for (int at = 0; at < values.length; at++) {
            fromFirst[at] = j == second.length || (i < first.length && first[i] <= second[j]);
            values[at] = fromFirst[at] ? first[i++] : second[j++];
        }
        return new PooledSample(values, fromFirst);
    }

    double[] values() {
        return values;
    }

    boolean[] fromFirst() {
        return fromFirst;
    }
}
