package io.edgeai.core.train;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters and running statistics averaged over the last steps (Polyak and Juditsky 1992), as a moving average that forgets
 * exponentially: gradients of small batches are mostly chance, which cancels out in the mean of the places they lead to. Until
 * the horizon is reached it is the plain mean. Not thread-safe.
 */
final class WeightAverage {
    private static final String PREFIX = "average.";
    private static final int SAMPLES = 32;

    private final long every;
    private final double samples;
    private float @Nullable [] theta;
    private float[] statistics = new float[0];

    /**
     * An average with no values yet.
     *
     * @param horizon steps over which it reaches, 1 or more; looked at about 32 times in that while
     */
    WeightAverage(double horizon) {
        this.every = Math.max(1, Math.round(horizon / SAMPLES));
        this.samples = Math.max(1, horizon / every);
    }

    /** Whether values after this step, which counts from 1, belong to it. */
    boolean wants(long step) {
        return step % every == 0;
    }

    /** Adds the values after a step that it {@link #wants}. */
    void add(long step, float[] newTheta, float[] newStatistics) {
        double weight = Math.max(1 / samples, 1 / ((double) step / every));
        float[] mean = theta;
        if (mean == null) {
            theta = newTheta.clone();
            statistics = newStatistics.clone();
            return;
        }
        blend(mean, newTheta, weight);
        blend(statistics, newStatistics, weight);
    }

    private static void blend(float[] mean, float[] values, double weight) {
        for (int i = 0; i < mean.length; i++) {
            mean[i] += (float) (weight * (values[i] - mean[i]));
        }
    }

    /** Copies of the averages by the names of what is averaged; empty before the first values. */
    Map<String, float[]> values() {
        float[] mean = theta;
        return mean == null
                ? Map.of()
                : Map.of(GradientGraph.THETA, mean.clone(), GradientGraph.STATISTICS, statistics.clone());
    }

    /** Adds the averages to what a checkpoint holds. */
    void save(Map<String, float[]> vectors) {
        values().forEach((name, mean) -> vectors.put(PREFIX + name, mean));
    }

    /** Goes on from what {@link #save} wrote; anew where nothing is there. */
    void restore(Map<String, float[]> vectors) {
        float[] saved = vectors.get(PREFIX + GradientGraph.THETA);
        theta = saved == null ? null : saved.clone();
        statistics = vectors.getOrDefault(PREFIX + GradientGraph.STATISTICS, new float[0])
                .clone();
    }
}
