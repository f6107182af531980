package io.edgeai.core.concurrent;

/**
 * Listens to long work and may stop it. Called on the working thread, at most a few times a second per phase.
 */
@FunctionalInterface
public interface Progress {
    /** Ignores everything and never cancels. */
    Progress NONE = (phase, done, total) -> {};

    /**
     * Reports that {@code done} of {@code total} steps of a phase are complete.
     *
     * @param phase short lower-case name of what is being done, e.g. {@code "calibrate"}
     * @param done steps finished, from 0 to {@code total}
     * @param total steps in this phase, or 0 where unknown
     */
    void update(String phase, long done, long total);

    /** Whether the work should stop at its next safe point with an {@code OperationCancelledException}. */
    default boolean cancelled() {
        return false;
    }
}
