package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;

/**
 * Times the first steps of a training and stops it where all of them would take longer than it may, since a training that
 * is cut off in the middle of its schedule is worth less than a shorter one that ends. Not thread-safe.
 */
final class Pace implements Progress {
    private static final int TIMED_STEPS = 8;
    private static final int FEWEST_TIMED = 2;
    private static final long LONG_NANOS = 3_000_000_000L;

    private final Deadline time;
    private final String phase;
    private final long begun;
    private final long allotted;
    private long first = -1;
    private long firstDone;
    private double stepNanos;
    private long steps;
    private boolean tooLong;

    /**
     * @param phase by what name the training calls its steps
     * @param nanos how long it may take, with what comes before its first step
     */
    Pace(Deadline time, String phase, long nanos) {
        this.time = time;
        this.phase = phase;
        this.begun = time.elapsed();
        this.allotted = nanos;
    }

    @Override
    public void update(String name, long done, long total) {
        time.update(name, done, total);
        if (!name.equals(phase) || steps > 0) {
            return;
        }
        long now = time.elapsed();
        if (first < 0) {
            first = now;
            firstDone = done;
        } else if (done - firstDone >= (now - first < LONG_NANOS ? TIMED_STEPS : FEWEST_TIMED)) {
            steps = total;
            stepNanos = (double) (now - first) / (done - firstDone);
            tooLong = now - begun + stepNanos * (total - done) > allotted;
        }
    }

    @Override
    public boolean cancelled() {
        return tooLong || time.cancelled();
    }

    /** Whether it was stopped for its length and nothing else. */
    boolean tooLong() {
        return tooLong && !time.cancelled();
    }

    /**
     * How many epochs a new start has time for, of those that were too long; 0 for not even one.
     *
     * @param epochs of the training that was timed
     */
    int epochs(int epochs) {
        double epoch = stepNanos * steps / epochs;
        double left = allotted - (time.elapsed() - begun) - (first - begun);
        return epoch == 0 ? epochs : (int) Math.max(0, Math.min(epochs - 1, Math.floor(left / epoch)));
    }

    /** What one epoch takes in seconds, as timed. */
    double epochSeconds(int epochs) {
        return stepNanos * steps / epochs / 1e9;
    }
}
