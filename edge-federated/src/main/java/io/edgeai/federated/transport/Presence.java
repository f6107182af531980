package io.edgeai.federated.transport;

import io.edgeai.core.concurrent.Ticker;
import java.time.Duration;

/**
 * Whether a participant stays connected, learnt from how long its connections held: breaks come at a steady rate, one an hour
 * before anything is known, and what was a day ago counts half. Leaving as it was told to is no break. Not thread-safe.
 */
final class Presence {
    private static final double KNOWN_SECONDS = 3600;
    private static final double HALF_LIFE_SECONDS = 86_400;

    private final Ticker ticker;
    private double seconds;
    private double breaks;
    private long since;
    private boolean there;
    private boolean dismissed;

    Presence(Ticker ticker) {
        this.ticker = ticker;
        this.since = ticker.nanos();
    }

    void came() {
        pass();
        there = true;
        dismissed = false;
    }

    /** It may leave now. */
    void dismissed() {
        dismissed = true;
    }

    void went() {
        pass();
        if (there && !dismissed) {
            breaks++;
        }
        there = false;
    }

    /** Chance that it stays for that long. */
    double staying(Duration ahead) {
        pass();
        return Math.exp(-ahead.toNanos() / 1e9 * (breaks + 1) / (seconds + KNOWN_SECONDS));
    }

    private void pass() {
        long now = ticker.nanos();
        double passed = (now - since) / 1e9;
        double kept = Math.pow(0.5, passed / HALF_LIFE_SECONDS);
        seconds = seconds * kept + (there ? passed : 0);
        breaks *= kept;
        since = now;
    }
}
