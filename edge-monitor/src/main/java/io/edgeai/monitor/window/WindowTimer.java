package io.edgeai.monitor.window;

/** Says when a tumbling window is over, on a fixed grid of monotonic time. Not thread-safe. */
public final class WindowTimer {
    private final long windowNanos;
    private long startNanos;
    private long nextNanos;

    public WindowTimer(long windowNanos, long nowNanos) {
        this.windowNanos = windowNanos;
        this.startNanos = nowNanos;
        this.nextNanos = nowNanos + windowNanos;
    }

    /** How long the window lasted if it is over, and begins the next one; else 0. */
    public long closeIfOver(long nowNanos) {
        if (nowNanos - nextNanos < 0) {
            return 0;
        }
        long length = nowNanos - startNanos;
        nextNanos += ((nowNanos - nextNanos) / windowNanos + 1) * windowNanos;
        startNanos = nowNanos;
        return length;
    }

    /** Whether a window of this length missed at least one whole turn. */
    public boolean gap(long lengthNanos) {
        return lengthNanos >= 2 * windowNanos;
    }
}
