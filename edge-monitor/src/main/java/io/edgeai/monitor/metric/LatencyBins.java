package io.edgeai.monitor.metric;

/**
 * The log-linear bins that latencies are counted in: exact below 256 ns, then 128 bins per octave up to 2^42 ns (73
 * minutes). A bin is at most 1/128 (0.78 %) of its lower edge wide, which bounds the relative error of any quantile;
 * longer latencies count in the last bin. The layout is that of HdrHistogram with 128 sub-buckets.
 */
public final class LatencyBins {
    private static final int SUB_BITS = 7;
    private static final int SUB = 1 << SUB_BITS;
    private static final int MAX_BITS = 42;
    private static final long MAX = (1L << MAX_BITS) - 1;

    /** How many bins there are: 4608. */
    public static final int COUNT = ((MAX_BITS - SUB_BITS - 1) << SUB_BITS) + 2 * SUB;

    private LatencyBins() {}

    /** The bin of a latency; negative latencies count as 0. */
    public static int indexOf(long nanos) {
        long value = Math.min(Math.max(nanos, 0), MAX);
        int shift = Math.max(0, 63 - SUB_BITS - Long.numberOfLeadingZeros(value | 1));
        return (shift << SUB_BITS) + (int) (value >>> shift);
    }

    /** The smallest latency of a bin. */
    public static long lower(int bin) {
        int shift = shift(bin);
        return (long) (bin - (shift << SUB_BITS)) << shift;
    }

    /** How many nanoseconds a bin spans. */
    public static long width(int bin) {
        return 1L << shift(bin);
    }

    private static int shift(int bin) {
        return Math.max(0, (bin >> SUB_BITS) - 1);
    }
}
