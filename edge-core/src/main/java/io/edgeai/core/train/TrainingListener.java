package io.edgeai.core.train;

import java.time.Duration;

/** Hears of training as it goes, on the training thread. */
public interface TrainingListener {
    /** Ignores everything. */
    TrainingListener NONE = new TrainingListener() {};

    /** A step is done. Called for each, so it should be quick. */
    default void step(Step step) {}

    /** An epoch is done, and evaluated where that was due. */
    default void epoch(TrainingHistory.Epoch epoch) {}

    /**
     * A step.
     *
     * @param number counts from 1
     * @param of steps planned
     * @param loss mean loss of its batch
     * @param learningRate what the schedule said
     * @param remaining time to the last planned step at the speed so far, evaluations included
     */
    record Step(long number, long of, double loss, double learningRate, Duration remaining) {}
}
