package io.edgeai.core.validation;

import io.edgeai.core.model.Tensor;
import java.util.List;
import java.util.Map;

/**
 * What happened when a model was loaded and run for the first time.
 *
 * @param failure why it did not end well, e.g. {@code "killed after 10000 ms"}; empty where it did
 * @param pid the process it ran in; 0 where its graph is past the limits, so that none was started
 * @param openNanos how long the engine took to open it, 0 where it did not come to that
 * @param runNanos how long each run took, sorted, without the first three
 * @param residentBytes the most memory that the process was seen to hold; 0 where the system does not tell
 * @param outputs what it answered to each sample
 */
public record TrialReport(
        String failure,
        long pid,
        long openNanos,
        List<Long> runNanos,
        long residentBytes,
        List<Map<String, Tensor>> outputs) {
    public TrialReport {
        runNanos = runNanos.stream().sorted().toList();
        outputs = List.copyOf(outputs);
    }

    static TrialReport refused(String why) {
        return new TrialReport(why, 0, 0, List.of(), 0, List.of());
    }

    public boolean passed() {
        return failure.isEmpty();
    }

    /** The nearest-rank percentile of the runs in milliseconds; 0 without runs. */
    public double millis(double percentile) {
        if (runNanos.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(percentile / 100 * runNanos.size());
        return runNanos.get(Math.max(1, rank) - 1) / 1e6;
    }
}
