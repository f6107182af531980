package io.edgeai.federated;

/**
 * Changes that wait for the next movement of a model, each by its weight and its staleness. Under privacy a change is limited
 * and weighs 1, and an answer of no use takes the place of one. Not thread-safe.
 */
final class StaleSum {
    private final double[] sum;
    private double weights;
    private int count;
    private int empty;
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
        counted(age);
    }

    /** A change of weight 1. */
    void add(float[] change, int age) {
        double counts = Buffering.discount(age);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += counts * change[i];
        }
        weights++;
        counted(age);
    }

    private void counted(int age) {
        staleness += age;
        count++;
    }

    /** A change of nothing. */
    void addNothing() {
        empty++;
    }

    int count() {
        return count;
    }

    /** Changes, those of nothing too. */
    int places() {
        return count + empty;
    }

    /** Mean over the changes; 0 where there are none. */
    double staleness() {
        return count == 0 ? 0 : staleness / (double) count;
    }

    double[] sum() {
        return sum;
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
