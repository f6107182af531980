package io.edgeai.optimize.partition;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Times sessions in turns, so that what disturbs the machine for longer than a round disturbs all alike. The lower quartile
 * over rounds is kept: others at work on the machine only ever add time.
 */
final class StageTimer {
    private static final long ROUND_NANOS = 2_000_000;
    private static final int MOST_RUNS = 50;

    private final Ticker ticker;
    private final Progress progress;

    StageTimer(Ticker ticker, Progress progress) {
        this.ticker = ticker;
        this.progress = progress;
    }

    /** Microseconds of a run of each session on its feed: the lower quartile over rounds of each round's median. */
    double[] micros(List<InferenceSession> sessions, List<Map<String, Tensor>> feeds, int rounds) {
        int count = sessions.size();
        int[] runs = new int[count];
        for (int i = 0; i < count; i++) {
            sessions.get(i).run(feeds.get(i));
            long nanos =
                    Math.max(1, Math.min(once(sessions.get(i), feeds.get(i)), once(sessions.get(i), feeds.get(i))));
            runs[i] = (int) Math.max(1, Math.min(MOST_RUNS, ROUND_NANOS / nanos));
        }
        long[][] medians = new long[count][rounds];
        for (int round = 0; round < rounds; round++) {
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Timing stages was cancelled in round (" + round + ") of " + rounds + ".");
            }
            for (int i = 0; i < count; i++) {
                long[] times = new long[runs[i]];
                for (int run = 0; run < times.length; run++) {
                    times[run] = once(sessions.get(i), feeds.get(i));
                }
                Arrays.sort(times);
                medians[i][round] = times[times.length / 2];
            }
            progress.update("time stages", round + 1, rounds);
        }
        return Arrays.stream(medians)
                .mapToDouble(all -> {
                    Arrays.sort(all);
                    return all[all.length / 4] / 1e3;
                })
                .toArray();
    }

    private long once(InferenceSession session, Map<String, Tensor> feed) {
        long start = ticker.nanos();
        session.run(feed);
        return ticker.nanos() - start;
    }
}
