package io.edgeai.monitor.estimate;

/**
 * The expected accuracy of unlabelled rows, or why there is none.
 *
 * @param rows how many
 * @param accuracy expected share of right answers; NaN where refused
 * @param low where the 95 % interval of the true share begins; NaN where refused
 * @param high where it ends; NaN where refused
 * @param refusal why there is no estimate, a sentence; empty where there is one
 */
public record AccuracyEstimate(int rows, double accuracy, double low, double high, String refusal) {
    static AccuracyEstimate refused(int rows, String why) {
        return new AccuracyEstimate(rows, Double.NaN, Double.NaN, Double.NaN, why);
    }

    /** Whether there is no estimate. */
    public boolean refused() {
        return !refusal.isEmpty();
    }
}
