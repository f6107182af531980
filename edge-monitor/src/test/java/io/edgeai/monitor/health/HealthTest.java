package io.edgeai.monitor.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final Instant NOW = Instant.EPOCH;

    @Test
    void weightsAreSharedAmongThePartsWithData() {
        Health health = Health.of(
                "m@1",
                NOW,
                List.of(
                        HealthPart.of(SignalKind.ERRORS, 30, 0.5, "half"),
                        HealthPart.of(SignalKind.LATENCY, 10, 1, "fine"),
                        HealthPart.unknown(SignalKind.ACCURACY, 60, "no labels")));
        assertThat(health.score().orElseThrow()).isCloseTo(62.5, within(1e-9));
        assertThat(health.topCause()).hasValueSatisfying(part -> {
            assertThat(part.signal()).isEqualTo(SignalKind.ERRORS);
            assertThat(part.pointsLost()).isCloseTo(37.5, within(1e-9));
        });
    }

    @Test
    void whatIsPrintedIsTheScoreAndWhatItIsMadeOf() {
        HealthPart errors = HealthPart.of(SignalKind.ERRORS, 30, 0.5, "half");
        HealthPart latency = HealthPart.of(SignalKind.LATENCY, 10, 0.9, "slower");

        assertThat(Health.of("m@1", NOW, List.of(latency, errors)))
                .hasToString("health of m@1 60.0 of 100: ERRORS -37.5 (half), LATENCY -2.5 (slower)");
        assertThat(Health.of("m@1", NOW, List.of(HealthPart.of(SignalKind.ERRORS, 30, 1, "none"))))
                .hasToString("health of m@1 100.0 of 100");
        assertThat(Health.of("m@1", NOW, List.of(HealthPart.unknown(SignalKind.ERRORS, 30, "idle"))))
                .hasToString("health of m@1 not known yet: idle");
    }

    @Test
    void withoutDataThereIsNoScore() {
        Health health = Health.of("m@1", NOW, List.of(HealthPart.unknown(SignalKind.ERRORS, 30, "idle")));
        assertThat(health.score()).isEmpty();
        assertThat(health.topCause()).isEmpty();
    }

    @RepeatedTest(50)
    void theScoreIsAHundredMinusThePointsLost(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        List<HealthPart> parts = new ArrayList<>();
        for (SignalKind signal : SignalKind.values()) {
            parts.add(
                    random.nextInt(3) == 0
                            ? HealthPart.unknown(signal, 1 + random.nextInt(40), "-")
                            : HealthPart.of(signal, 1 + random.nextInt(40), random.nextDouble(), "-"));
        }
        Health health = Health.of("m@1", NOW, parts);
        double lost =
                health.parts().stream().mapToDouble(HealthPart::pointsLost).sum();
        health.score().ifPresent(score -> assertThat(score)
                .as("seed %s", info.getCurrentRepetition())
                .isBetween(0.0, 100.0)
                .isEqualTo(100 - lost));
        assertThat(health.parts()).allMatch(part -> part.known() || part.pointsLost() == 0);
    }

    @Test
    void aPartWithoutWeightIsRefused() {
        assertThatThrownBy(() -> HealthPart.of(SignalKind.ERRORS, 0, 1, "-"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0.0)");
    }
}
