package io.edgeai.core.train;

import io.edgeai.core.concurrent.Progress;

/** Cancels training after a given step. */
final class Interruption {
    private Interruption() {}

    /** Writes the number of each step done to the array. */
    static TrainingListener counting(long[] done) {
        return new TrainingListener() {
            @Override
            public void step(Step step) {
                done[0] = step.number();
            }
        };
    }

    static Progress at(long[] done, long step) {
        return new Progress() {
            @Override
            public void update(String phase, long at, long total) {}

            @Override
            public boolean cancelled() {
                return done[0] == step;
            }
        };
    }
}
