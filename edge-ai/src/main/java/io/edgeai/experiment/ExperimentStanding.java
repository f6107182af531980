package io.edgeai.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.edgeai.core.experiment.ComparisonReport;
import io.edgeai.core.experiment.ExperimentReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an experiment stands, fit for JSON.
 *
 * @param model its name
 * @param units that met each version, the control first
 * @param sampleRatioPValue how well they fit the shares; always valid
 * @param trustworthy whether they do
 * @param comparisons every treatment in every metric
 * @param verdicts one for each treatment
 * @param inForce whether requests are dealt by it now; null, and left out of JSON, where only what was kept is known
 */
public record ExperimentStanding(
        String model,
        Map<String, Long> units,
        double sampleRatioPValue,
        boolean trustworthy,
        List<Row> comparisons,
        List<ExperimentVerdict> verdicts,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean inForce) {
    public ExperimentStanding {
        comparisons = List.copyOf(comparisons);
        verdicts = List.copyOf(verdicts);
    }

    /** @param inForce null where it is not known */
    public static ExperimentStanding of(String model, ExperimentReport report, @Nullable Boolean inForce) {
        return new ExperimentStanding(
                model,
                report.requests(),
                report.sampleRatioPValue(),
                report.trustworthy(),
                report.comparisons().stream().map(Row::of).toList(),
                ExperimentVerdict.of(report),
                inForce);
    }

    /** A treatment against the control in one metric; null for what is not known yet. */
    public record Row(
            String treatment,
            String metric,
            long pairs,
            @Nullable Double difference,
            @Nullable Double low,
            @Nullable Double high,
            double pValue,
            String outcome) {
        static Row of(ComparisonReport one) {
            return new Row(
                    one.treatment(),
                    one.metric(),
                    one.pairs(),
                    finite(one.difference()),
                    finite(one.interval().low()),
                    finite(one.interval().high()),
                    one.pValue(),
                    one.outcome().name());
        }

        private static @Nullable Double finite(double value) {
            return Double.isFinite(value) ? value : null;
        }
    }
}
