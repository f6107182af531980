package io.edgeai.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.experiment.ComparisonReport;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.experiment.Interval;
import io.edgeai.core.experiment.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentDecisionTest {
    /** @param outcomes of treatments b, c, … in two metrics each: {@code +} better, {@code -} worse, {@code ?} open, {@code =} none */
    private static ExperimentReport report(String outcomes, boolean trustworthy) {
        List<ComparisonReport> comparisons = new ArrayList<>();
        String[] treatments = outcomes.split(" ");
        for (int i = 0; i < treatments.length; i++) {
            for (int metric = 0; metric < 2; metric++) {
                Outcome outcome =
                        switch (treatments[i].charAt(metric)) {
                            case '+' -> Outcome.BETTER;
                            case '-' -> Outcome.WORSE;
                            case '=' -> Outcome.NO_DIFFERENCE_FOUND;
                            default -> Outcome.UNDECIDED;
                        };
                comparisons.add(new ComparisonReport(
                        "m@" + (i + 2), "metric" + metric, 10, 0, new Interval(-1, 1), 0.5, outcome));
            }
        }
        return new ExperimentReport(comparisons, Map.of(), trustworthy ? 1 : 0.001, trustworthy);
    }

    @ParameterizedTest
    @CsvSource({
        "+?, m@2",
        "++, m@2",
        "+=, m@2",
        "+-, ''",
        "??, ''",
        "==, ''",
        "-?, m@1",
        "--, m@1",
        "+? -?, m@2",
        "?? +?, m@3",
        "+? +?, ''",
        "-? ??, ''",
        "-? -=, m@1",
        "-? +-, ''",
        "-? ==, ''"
    })
    void namesWhatTheStatisticsName(String outcomes, String winner) {
        ExperimentDecision decision = ExperimentDecision.of(report(outcomes, true), "m@1");
        assertThat(decision.winner().orElse("")).isEqualTo(winner);
        assertThat(decision.reason()).contains("since");
    }

    @Test
    void unitsThatAreLostDecideNothing() {
        ExperimentDecision decision = ExperimentDecision.of(report("++", false), "m@1");
        assertThat(decision.winner()).isEmpty();
        assertThat(decision.reason()).contains("units do not fit the shares");
    }

    @Test
    void saysWhyNoneOfSeveralBetterOnesIsNamed() {
        assertThat(ExperimentDecision.of(report("+? +?", true), "m@1").reason())
                .contains("m@2: better", "m@3: better", "nothing says which is best");
    }
}
