package io.edgeai.core.format;

import java.util.Set;
import java.util.function.Consumer;

/**
 * How much of the heap the sketches of one stream may hold. While there is plenty, everything is kept. Past a third,
 * {@link PickleSketch} keeps the first items of each container and the named attributes of each estimator, and tells the
 * rest to {@code passing} before it lets go. Bytes are estimates of what a 64-bit JVM takes. Not thread-safe.
 */
final class PickleRoom {
    private static final int MOST_STEPS = 8_000_000;
    private static final int DEEPEST = 8;

    final Consumer<Object> passing;
    final Set<String> attributes;
    private final long most;
    private long held;
    private int steps;
    private int depth;

    /**
     * @param most bytes
     * @param passing takes each value that is let go, whole
     * @param attributes what stays of an estimator whose other attributes are let go; none: estimators stay whole
     */
    PickleRoom(long most, Consumer<Object> passing, Set<String> attributes) {
        this.most = most;
        this.passing = passing;
        this.attributes = attributes;
    }

    /** For a file of that size: twice its bytes and 1 MiB, less what reading it takes. */
    static long of(long fileBytes) {
        return (3L << 18) + 2 * fileBytes - Math.min(1L << 19, fileBytes);
    }

    long held() {
        return held;
    }

    void take(long bytes) {
        held += bytes;
    }

    /** Goes back to what was held before something that is let go, and what stays of it. */
    void back(long before, long staying) {
        held = Math.min(held, before + staying);
    }

    boolean tight() {
        return held > most / 3;
    }

    /** Whether one more opcode may be followed. */
    boolean more() {
        return held <= most && ++steps <= MOST_STEPS;
    }

    /** Whether a pickle inside a pickle may be followed; {@link #leave} afterwards. */
    boolean enter() {
        return ++depth <= DEEPEST;
    }

    void leave() {
        depth--;
    }
}
