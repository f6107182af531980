package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;

/** Passes on at most five updates a second and phase, and each phase's last. Not thread-safe. */
final class ThrottledProgress implements Progress {
    private static final long GAP_NANOS = 200_000_000;

    private final Progress listener;
    private final Ticker ticker;
    private String phase = "";
    private long last;

    ThrottledProgress(Progress listener, Ticker ticker) {
        this.listener = listener;
        this.ticker = ticker;
    }

    @Override
    public void update(String newPhase, long done, long total) {
        long now = ticker.nanos();
        if (!newPhase.equals(phase) || done == total || now - last >= GAP_NANOS) {
            phase = newPhase;
            last = now;
            listener.update(newPhase, done, total);
        }
    }

    @Override
    public boolean cancelled() {
        return listener.cancelled();
    }
}
