package io.edgeai.monitor.anomaly.series;

import java.util.Arrays;

/** The usual time between rows: the median of the last 31 positive gaps; five minutes until there is one. */
final class SamplingInterval {
    private static final int GAPS = 31;
    private static final double START_SECONDS = 300;

    private final double[] gaps = new double[GAPS];
    private int count;
    private long last;
    private boolean begun;
    private double seconds = START_SECONDS;

    double seconds() {
        return seconds;
    }

    void learn(long millis) {
        double gap = (millis - last) * 1e-3;
        if (begun && gap > 0 && (count < GAPS || gap != seconds || count % GAPS == 0)) {
            gaps[count++ % GAPS] = gap;
            double[] sorted = Arrays.copyOf(gaps, Math.min(count, GAPS));
            Arrays.sort(sorted);
            seconds = sorted[sorted.length / 2];
        }
        last = millis;
        begun = true;
    }
}
