package io.edgeai.experiment;

import io.edgeai.core.experiment.ExperimentReport;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which version an experiment says is to answer.
 *
 * @param winner the only treatment that is better than the control, or the control where every treatment is worse; empty
 *     while the statistics name neither
 * @param reason for people
 */
public record ExperimentDecision(Optional<String> winner, String reason) {
    /** @param control the arm that the others are compared with */
    public static ExperimentDecision of(ExperimentReport report, String control) {
        List<ExperimentVerdict> verdicts = ExperimentVerdict.of(report);
        List<ExperimentVerdict> better = with("better", verdicts);
        String all = verdicts.stream().map(ExperimentVerdict::toString).collect(Collectors.joining("; "));
        if (better.size() == 1) {
            return new ExperimentDecision(
                    Optional.of(better.get(0).treatment()), better.get(0).toString());
        }
        if (better.size() > 1) {
            return new ExperimentDecision(
                    Optional.empty(), all + "; of those that are better nothing says which is best");
        }
        boolean worse = with("worse", verdicts).size() == verdicts.size();
        return new ExperimentDecision(worse ? Optional.of(control) : Optional.empty(), all);
    }

    private static List<ExperimentVerdict> with(String decision, List<ExperimentVerdict> verdicts) {
        return verdicts.stream().filter(one -> one.decision().equals(decision)).toList();
    }
}
