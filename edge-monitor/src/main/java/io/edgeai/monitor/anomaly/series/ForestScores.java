package io.edgeai.monitor.anomaly.series;

import com.amazon.randomcutforest.RandomCutForest;

/** The forest of the optional library, behind a type of our own so that all else loads without it. */
final class ForestScores {
    private final RandomCutForest forest;

    ForestScores(int dimensions, long seed) {
        this.forest = RandomCutForest.builder()
                .dimensions(dimensions)
                .numberOfTrees(50)
                .sampleSize(256)
                .randomSeed(seed)
                .parallelExecutionEnabled(false)
                .build();
    }

    /** How far a point stands apart, about 1 for a usual one, 0 while there are too few; then learns it. */
    double next(float[] point) {
        double score = forest.getAnomalyScore(point);
        forest.update(point);
        return score;
    }
}
