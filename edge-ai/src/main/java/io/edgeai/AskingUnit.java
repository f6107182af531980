package io.edgeai;

import io.edgeai.core.rollout.TrafficSplit;

/**
 * Whose request a thread is about: an endpoint deals it, runs it and tells its listener on the caller's thread. Requests
 * that are dealt without a unit, and those that run elsewhere, are nobody's. Thread-safe.
 */
final class AskingUnit implements TrafficSplit.Watch {
    /** No unit; one whose bits are these, of 2⁶⁴, is taken for nobody. */
    static final long NOBODY = 0;

    @SuppressWarnings("ThreadLocalUsage") // of each experiment its own, so that one endpoint may ask another
    private final ThreadLocal<long[]> bits = ThreadLocal.withInitial(() -> new long[] {NOBODY});

    @Override
    public void unit(long itsBits) {
        bits.get()[0] = itsBits;
    }

    @Override
    public void nobody() {
        bits.get()[0] = NOBODY;
    }

    /** The unit of the request that ends now. */
    long take() {
        long[] here = bits.get();
        long taken = here[0];
        here[0] = NOBODY;
        return taken;
    }
}
