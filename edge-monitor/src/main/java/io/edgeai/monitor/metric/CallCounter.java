package io.edgeai.monitor.metric;

/** Counts calls, and says at any time how many there were. Thread-safe. */
@FunctionalInterface
public interface CallCounter {
    /** Everything counted so far; each count only ever grows. */
    LatencyRecorder.Snapshot snapshot();
}
