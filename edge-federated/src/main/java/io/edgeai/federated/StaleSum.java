package io.edgeai.federated;

/** Changes that wait for the next movement of a model, each by its weight and its staleness. Not thread-safe. */
final class StaleSum {
    private final double[] sum;
    private double weights;
    private int count;
    private long staleness;

    StaleSum(int parameters) {
        sum = new double[parameters];
    }

    /**
     * @param start what the participant began with
     * @param end what it made of that
     * @param age movements since
     */
    void add(float[] start, float[] end, double weight, int age) {
        double counts = weight * Buffering.discount(age);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += counts * ((double) end[i] - start[i]);
        }
        weights += weight;
        staleness += age;
        count++;
    }

    int count() {
        return count;
    }

    /** Mean over the changes. */
    double staleness() {
        return staleness / (double) count;
    }

    /** Where the changes would move a model: by their sum over the weights they would have if they were fresh. */
    double[] moved(float[] model) {
        double[] moved = new double[sum.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = model[i] + sum[i] / weights;
        }
        return moved;
    }
}
