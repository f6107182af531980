package io.edgeai.core.serving;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How long a soak goes on: for so many steps, or for {@code -Dedgeai.soak.seconds} (default 600), whichever ends first. Says
 * every ten seconds how far it is. Thread-safe.
 */
final class SoakLength {
    private static final long TELL_EVERY_NANOS = 10_000_000_000L;

    private final String what;
    private final long steps;
    private final long seconds;
    private final LongSupplier nanos;
    private final long began;
    private final LongAdder done = new LongAdder();
    private final AtomicLong told;

    private SoakLength(String what, long steps, long seconds, LongSupplier nanos) {
        this.what = what;
        this.steps = steps;
        this.seconds = seconds;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
        this.told = new AtomicLong(began);
    }

    static SoakLength of(String what, long steps) {
        return new SoakLength(what, steps, Long.getLong("edgeai.soak.seconds", 600), System::nanoTime);
    }

    static SoakLength of(String what, long steps, long seconds, LongSupplier nanos) {
        return new SoakLength(what, steps, seconds, nanos);
    }

    /** Notes steps that were done. */
    void did(long more) {
        done.add(more);
        long now = nanos.getAsLong();
        long last = told.get();
        if (now - last >= TELL_EVERY_NANOS && told.compareAndSet(last, now)) {
            System.out.println(progress());
        }
    }

    long done() {
        return done.sum();
    }

    boolean timeIsOver() {
        return nanos.getAsLong() - began >= seconds * 1_000_000_000L;
    }

    String progress() {
        return "soak: " + done() + " of " + steps + " " + what + " after "
                + (nanos.getAsLong() - began) / 1_000_000_000L + " of " + seconds + " s";
    }
}
