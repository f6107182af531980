package io.edgeai.monitor.drift.stream;

import java.util.SplittableRandom;

/** A stream of errors as a Markov chain: a given rate, and a given correlation of neighbouring rows. */
final class Errors {
    private final SplittableRandom random;
    private final double correlation;
    private boolean last;

    Errors(long seed, double correlation) {
        this.random = new SplittableRandom(seed);
        this.correlation = correlation;
    }

    double next(double rate) {
        double chance = last ? rate + correlation * (1 - rate) : rate * (1 - correlation);
        last = random.nextDouble() < chance;
        return last ? 1 : 0;
    }

    /** Rows until the detector finds a change of the rate after so many rows of the old one; −1 for never in 5000. */
    static int delay(ChangeDetector detector, double before, double after, int rows, long seed) {
        Errors errors = new Errors(seed, 0);
        for (int i = 0; i < rows; i++) {
            detector.update(errors.next(before));
        }
        for (int i = 1; i <= 5000; i++) {
            if (detector.update(errors.next(after))) {
                return i;
            }
        }
        return -1;
    }

    static long alarms(ChangeDetector detector, double rate, double correlation, int rows, long seed) {
        Errors errors = new Errors(seed, correlation);
        long alarms = 0;
        for (int i = 0; i < rows; i++) {
            alarms += detector.update(errors.next(rate)) ? 1 : 0;
        }
        return alarms;
    }
}
