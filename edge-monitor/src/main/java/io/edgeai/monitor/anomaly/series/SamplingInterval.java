package io.edgeai.monitor.anomaly.series;

import java.util.Arrays;

/** The usual time between rows: the median of the last 31 positive gaps; five minutes until there is one. */
final class SamplingInterval {
    private static final int GAPS = 31;
    private static final double START_SECONDS = 300;

    private final double[] gaps = new double[GAPS];
    private int count;
    private int next;
    private long last;
    private boolean begun;
    private double seconds = START_SECONDS;

    double seconds() {
        return seconds;
    }

    void learn(long millis) {
        double gap = (millis - last) * 1e-3;
        if (begun && gap > 0) {
            double replaced = gaps[next];
            gaps[next] = gap;
            next = (next + 1) % GAPS;
            count = Math.min(GAPS, count + 1);
            if (gap != replaced) {
                double[] sorted = Arrays.copyOf(gaps, count);
                Arrays.sort(sorted);
                seconds = sorted[count / 2];
            }
        }
        last = millis;
        begun = true;
    }

    void state(StateFlow flow) {
        flow.all(gaps);
        count = flow.whole(count);
        next = flow.whole(next);
        last = flow.whole(last);
        begun = flow.yes(begun);
        seconds = flow.real(seconds);
    }
}
