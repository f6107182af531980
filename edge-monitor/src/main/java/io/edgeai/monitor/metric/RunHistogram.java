package io.edgeai.monitor.metric;

/**
 * The runs of a model in one span of time: those told as shared or waited for, and one for each other answer. Where an answer
 * and its run fall into different spans, each is counted in its own. Immutable.
 */
public final class RunHistogram {
    private final LatencyHistogram waits;
    private final LatencyHistogram computes;
    private final BatchSizes sizes;
    private final long runs;
    private final long requests;

    /** @param all latencies of all answers of the span */
    RunHistogram(LatencyHistogram all, RunCounts.Snapshot told) {
        int[] waited = new int[LatencyBins.COUNT + 1];
        int[] computed = new int[LatencyBins.COUNT + 1];
        long alone = 0;
        for (int i = 0; i < LatencyBins.COUNT; i++) {
            int own = Math.max(0, all.count(i) - told.latencies[i]);
            alone += own;
            waited[i] = told.waits[i];
            computed[i] = own + told.computes[i];
        }
        waited[0] += (int) Math.min(Integer.MAX_VALUE - (long) waited[0], alone);
        long[] bySize = new long[BatchSizes.CLASSES];
        for (int i = 0; i < bySize.length; i++) {
            bySize[i] = told.sizes[i];
        }
        bySize[0] += alone;
        this.waits = new LatencyHistogram(waited);
        this.computes = new LatencyHistogram(computed);
        this.sizes = BatchSizes.of(bySize);
        this.runs = sizes.total();
        this.requests = alone + told.requests;
    }

    /** Nanoseconds that each answered request waited for its run, 0 where it did not. */
    public LatencyHistogram waits() {
        return waits;
    }

    /** Nanoseconds of each run. */
    public LatencyHistogram computes() {
        return computes;
    }

    public BatchSizes sizes() {
        return sizes;
    }

    public long runs() {
        return runs;
    }

    /** Requests of a run on average; NaN without any. */
    public double meanSize() {
        return runs == 0 ? Double.NaN : (double) requests / runs;
    }
}
