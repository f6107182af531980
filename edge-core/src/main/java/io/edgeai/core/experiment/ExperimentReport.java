package io.edgeai.core.experiment;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an experiment has shown so far.
 *
 * @param comparisons every treatment in every metric
 * @param requests units that met each arm, the control first, each counted once; a request without a unit is one of its own
 * @param sampleRatioPValue how well the units fit the planned shares; always valid
 * @param trustworthy false where they do not, at 0.01: then something is lost or counted twice, and no comparison holds
 */
public record ExperimentReport(
        List<ComparisonReport> comparisons, Map<String, Long> requests, double sampleRatioPValue, boolean trustworthy) {
    public ExperimentReport {
        comparisons = List.copyOf(comparisons);
    }

    /** The comparison of a treatment in a metric. */
    public ComparisonReport of(String treatment, String metric) {
        return comparisons.stream()
                .filter(one -> one.treatment().equals(treatment) && one.metric().equals(metric))
                .findFirst()
                .orElseThrow(() -> new io.edgeai.core.error.InvalidInputException("There is no comparison of ("
                        + treatment + ") in (" + metric + "). Maybe one of " + comparisons + "?"));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("units " + requests);
        comparisons.forEach(one -> text.append('\n').append(one));
        if (!trustworthy) {
            text.append(String.format(
                    Locale.ROOT,
                    "%nthe units do not fit the planned shares (p = %.3g): no comparison can be trusted",
                    sampleRatioPValue));
        }
        return text.toString();
    }
}
