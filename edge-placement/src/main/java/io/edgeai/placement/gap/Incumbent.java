package io.edgeai.placement.gap;

import org.jspecify.annotations.Nullable;

/** The best assignment known and the best bound, shared by all threads of a run. Thread-safe. */
final class Incumbent {
    private static final double ROUNDING = 1e-6;

    private volatile long cost = Long.MAX_VALUE;
    private int @Nullable [] assignment;
    private double bound = Double.NEGATIVE_INFINITY;

    /** Cost of the best assignment; {@link Long#MAX_VALUE} where none is known. */
    long cost() {
        return cost;
    }

    boolean known() {
        return cost != Long.MAX_VALUE;
    }

    synchronized void offer(int[] candidate, long itsCost) {
        if (itsCost < cost) {
            assignment = candidate.clone();
            cost = itsCost;
        }
    }

    /** A copy of the best assignment, or null. */
    synchronized int @Nullable [] assignment() {
        return assignment == null ? null : assignment.clone();
    }

    /** Takes a valid bound; costs are whole numbers, so it is rounded up. */
    synchronized void raiseBound(double valid) {
        bound = Math.max(bound, Double.isInfinite(valid) ? valid : Math.ceil(valid - ROUNDING));
    }

    synchronized double bound() {
        return bound;
    }

    synchronized boolean optimal() {
        return known() && cost <= bound;
    }
}
