package io.edgeai.core.experiment;

import java.util.List;

/**
 * An experiment as it stands: its plan and all evidence. A tree of records of numbers, texts and lists, fit for JSON.
 *
 * @param plan what was fixed before it began
 * @param comparisons treatment by treatment, metric by metric
 * @param ratio the watch over shares
 */
public record ExperimentState(Plan plan, List<ComparisonState> comparisons, SampleRatio.State ratio) {
    public ExperimentState {
        comparisons = List.copyOf(comparisons);
    }

    /**
     * What must be fixed before an experiment begins.
     *
     * @param control the arm that all others are compared with
     * @param treatments the others
     * @param metrics in which they are compared
     * @param alpha probability of ever calling an arm better or worse where none is
     * @param maxPairs size of the experiment, 0 where it is open
     */
    public record Plan(String control, List<String> treatments, List<Metric> metrics, double alpha, long maxPairs) {
        public Plan {
            treatments = List.copyOf(treatments);
            metrics = List.copyOf(metrics);
        }
    }

    /** A metric and which way it should go. */
    public record Metric(String name, Direction direction) {}
}
