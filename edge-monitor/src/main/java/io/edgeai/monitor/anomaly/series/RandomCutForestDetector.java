package io.edgeai.monitor.anomaly.series;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.time.Duration;

/**
 * A random cut forest (Guha et al. 2016) of 50 trees over the last eight values, by Amazon's library, which is an optional
 * dependency. Its scores are turned into chances by what they usually are on the series, so the budget counts here too. A
 * peer for {@link SeriesDetector}: it needs no season and no shape, takes some hundred times as long, and keeps a few hundred
 * KB. Silent for the first 300 rows; alerts are at least eight rows apart. Not thread-safe.
 */
public final class RandomCutForestDetector implements AnomalyDetector {
    static final String DEPENDENCY = "software.amazon.randomcutforest:randomcutforest-core:4.4.0";
    private static final int SHINGLE = 8;
    private static final int WARM_UP = 300;
    private static final double LIMIT = 1e15;

    private final FalseAlarmBudget budget;
    private final ForestScores forest;
    private final SamplingInterval interval = new SamplingInterval();
    private final RunningScale scale = new RunningScale();
    private final Recent recent = new Recent(SHINGLE);
    private final SurpriseScale surprises = new SurpriseScale();
    private final float[] point = new float[SHINGLE];
    private long rows;
    private long rowsSinceAlert = SHINGLE;

    private RandomCutForestDetector(FalseAlarmBudget budget, ForestScores forest) {
        this.budget = budget;
        this.forest = forest;
    }

    /**
     * A forest that has seen nothing.
     *
     * @param seed of its random cuts
     * @throws RuntimeUnavailableException where the library is not on the class path
     */
    public static RandomCutForestDetector of(FalseAlarmBudget budget, long seed) {
        try {
            return new RandomCutForestDetector(budget, new ForestScores(SHINGLE, seed));
        } catch (NoClassDefFoundError e) {
            throw new RuntimeUnavailableException(
                    "The random cut forest's classes are not here (" + e.getMessage() + "). Maybe add the dependency "
                            + DEPENDENCY + ".",
                    e);
        }
    }

    @Override
    public double update(long epochMillis, double value) {
        if (!Double.isFinite(value)) {
            return 0;
        }
        double bounded = Math.max(-LIMIT, Math.min(LIMIT, value));
        interval.learn(epochMillis);
        scale.learn(bounded);
        recent.add(bounded);
        rows++;
        rowsSinceAlert++;
        if (!recent.holds(SHINGLE)) {
            return 0;
        }
        recent.blocks(1, point, scale.level(), scale.scale());
        double surprise = surprises.surprise(forest.next(point), 0);
        return rows <= WARM_UP ? 0 : score(surprise);
    }

    private double score(double surprise) {
        double threshold = -Math.log10(budget.perStep(Duration.ofMillis((long) (1000 * interval.seconds()))));
        if (surprise >= threshold && rowsSinceAlert >= SHINGLE) {
            rowsSinceAlert = 0;
            return 0.5 + 0.5 * (1 - 0.999 * threshold / surprise);
        }
        return 0.499 * Math.min(1, surprise / threshold);
    }
}
