package io.edgeai.federated.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 100 samples at 90 %, 10 at 50 %, 10 at 40 % and 40 at 25 %, worked out on paper. */
class FederatedEvaluationTest {
    private final FederatedEvaluation evaluation = new FederatedEvaluation(List.of(
            new ParticipantScore("a", 100, 0.9, 1),
            new ParticipantScore("b", 10, 0.5, 2),
            new ParticipantScore("c", 10, 0.4, 3),
            new ParticipantScore("d", 40, 0.25, 0.5)));

    @Test
    void samplesAndParticipantsAreDifferentMeans() {
        assertThat(evaluation.accuracy()).isCloseTo((90 + 5 + 4 + 10) / 160.0, within(1e-12));
        assertThat(evaluation.loss()).isCloseTo((100 + 20 + 30 + 20) / 160.0, within(1e-12));
        assertThat(evaluation.meanAccuracy()).isCloseTo(2.05 / 4, within(1e-12));
        // Differences from .5125: .3875, −.0125, −.1125, −.2625; their squares add up to .231875.
        assertThat(evaluation.spread()).isCloseTo(Math.sqrt(0.231875 / 4), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"0.25,0.25", "0.26,0.325", "0.5,0.325", "0.75,0.38333333", "1,0.5125", "0.01,0.25"})
    void theWorstAreRoundedUp(double share, double expected) {
        assertThat(evaluation.worst(share)).isCloseTo(expected, within(1e-8));
    }

    @Test
    void figuresThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new ParticipantScore("a", 0, 0.5, 1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new ParticipantScore("a", 1, 1.5, 1)).hasMessageContaining("accuracy (1.5)");
        assertThatThrownBy(() -> new ParticipantScore("a", 1, 0.5, Double.NaN)).hasMessageContaining("loss (NaN)");
        assertThatThrownBy(() -> new FederatedEvaluation(List.of())).hasMessageContaining("(0) scores");
        assertThatThrownBy(() -> evaluation.worst(0)).hasMessageContaining("share (0.0)");
    }
}
