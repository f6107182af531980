package io.edgeai.monitor.internal;

import java.time.Instant;

/**
 * How far the latency of a version is above its usual in its newest window.
 *
 * @param end of the window
 * @param calls that succeeded in it
 * @param median logarithm of the median over the usual median
 * @param tail the same of the 99th percentile
 * @param byMedian whether the median is more unusual than the tail
 */
public record LatencyRise(Instant end, long calls, double median, double tail, boolean byMedian) {
    /** The rise of one of the two. */
    public double of(boolean theMedian) {
        return theMedian ? median : tail;
    }
}
