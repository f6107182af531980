package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.spi.Row;
import io.edgeai.monitor.anomaly.spi.Scorer;
import io.edgeai.monitor.anomaly.spi.Tail;

/**
 * A host's detector and what its scores usually are: they are brought to a common unit by their running level and spread,
 * and become surprise by the same tail as the built-in deviations. Not thread-safe.
 */
final class OwnScores {
    private static final int WITHOUT_UNIT = 50; // scores, whose sizes would be those of a unit that is not known

    private final String name;
    private final Scorer scorer;
    private final Tail tail;
    private final RunningScale usual = new RunningScale();
    private long seen;

    OwnScores(String name, Scorer scorer, Tail tail) {
        this.name = name;
        this.scorer = scorer;
        this.tail = tail;
    }

    String name() {
        return name;
    }

    /** The surprise of the next row; 0 where the detector has nothing to say. */
    double surprise(Row row, int together) {
        double score = scorer.score(row);
        if (!Double.isFinite(score)) {
            return 0;
        }
        double bounded = Math.max(-SeriesDetector.LIMIT, Math.min(SeriesDetector.LIMIT, score));
        if (seen++ < WITHOUT_UNIT) {
            usual.learn(bounded);
            return 0;
        }
        double size = Math.max(0, bounded - usual.level()) / usual.sideScale(1);
        double surprise = tail.surprise(size, together);
        usual.learn(bounded);
        return surprise;
    }

    void state(StateFlow flow) {
        flow.stage(scorer);
        flow.stage(tail);
        usual.state(flow);
        seen = flow.whole(seen);
    }
}
