package io.edgeai.experiment;

import io.edgeai.core.experiment.ComparisonReport;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.experiment.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an experiment says of one treatment.
 *
 * @param treatment which
 * @param decision {@code better}, {@code worse}, {@code mixed} (better in one metric and worse in another), {@code open},
 *     {@code no difference} at the end of an experiment of fixed size, or {@code none} where nothing can be trusted
 * @param reason for people
 */
public record ExperimentVerdict(String treatment, String decision, String reason) {
    /** One for each treatment, in their order. */
    public static List<ExperimentVerdict> of(ExperimentReport report) {
        List<ExperimentVerdict> verdicts = new ArrayList<>();
        report.comparisons().stream()
                .map(ComparisonReport::treatment)
                .distinct()
                .forEach(treatment -> verdicts.add(of(treatment, report)));
        return verdicts;
    }

    private static ExperimentVerdict of(String treatment, ExperimentReport report) {
        if (!report.trustworthy()) {
            return new ExperimentVerdict(
                    treatment, "none", "the units do not fit the shares: some are lost or counted twice");
        }
        List<String> better = metrics(report, treatment, Outcome.BETTER);
        List<String> worse = metrics(report, treatment, Outcome.WORSE);
        if (!better.isEmpty() && !worse.isEmpty()) {
            return new ExperimentVerdict(treatment, "mixed", known("better", better) + " and " + known("worse", worse));
        }
        if (!better.isEmpty() || !worse.isEmpty()) {
            String word = worse.isEmpty() ? "better" : "worse";
            return new ExperimentVerdict(treatment, word, known(word, worse.isEmpty() ? better : worse));
        }
        if (!metrics(report, treatment, Outcome.UNDECIDED).isEmpty()) {
            return new ExperimentVerdict(treatment, "open", "no metric shows a difference yet");
        }
        return new ExperimentVerdict(treatment, "no difference", "the planned size showed none in any metric");
    }

    private static String known(String word, List<String> metrics) {
        return String.format(Locale.ROOT, "it is %s in %s", word, String.join(", ", metrics));
    }

    private static List<String> metrics(ExperimentReport report, String treatment, Outcome outcome) {
        return report.comparisons().stream()
                .filter(one -> one.treatment().equals(treatment) && one.outcome() == outcome)
                .map(ComparisonReport::metric)
                .toList();
    }

    @Override
    public String toString() {
        return treatment + ": " + decision + ", since " + reason;
    }
}
