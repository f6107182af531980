package io.edgeai.core.experiment;

import java.util.Locale;

/**
 * One treatment against the control in one metric.
 *
 * @param treatment its name
 * @param metric the metric's name
 * @param pairs pairs compared
 * @param difference mean of treatment − control
 * @param interval confidence sequence of the difference at 1 − α over the number of comparisons
 * @param pValue always valid, corrected over all comparisons; 1 where the size is fixed and looks decide
 * @param outcome what it comes to
 */
public record ComparisonReport(
        String treatment,
        String metric,
        long pairs,
        double difference,
        Interval interval,
        double pValue,
        Outcome outcome) {
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s in %s: %s, difference %+.5g [%.5g, %.5g], p = %.4g, %d pairs",
                treatment,
                metric,
                outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                difference,
                interval.low(),
                interval.high(),
                pValue,
                pairs);
    }
}
